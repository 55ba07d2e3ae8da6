"""Outlook's packets (winmail.dat): the files inside come out, whatever the packet; a damaged one stays as it came."""

from __future__ import annotations

import random
import struct
import time
from email.message import EmailMessage

import pytest

from egards.touchpoints.mime.mail import parse
from egards.touchpoints.mime.tnef import unpacked

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
FILE_BEGINS, TITLE, DATA, PROPERTIES_OF_FILE = 0x9002, 0x8010, 0x800F, 0x9005
BODY, PROPERTIES, CODE_PAGE = 0x800C, 0x9003, 0x9007


def packet(*attributes: tuple[int, bytes]) -> bytes:
    """The bytes of a packet: signature, key, then level, id, type, length, data, checksum."""
    lines = [
        struct.pack("<BHHI", 1, key, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
        for key, data in attributes
    ]
    return b"\x78\x9f\x3e\x22" + b"\x01\x00" + b"".join(lines)


def properties(*said: tuple[int, int, bytes]) -> bytes:
    """MAPI properties: kind, id, and one value that says its length."""
    lines = []
    for kind, key, value in said:
        lines.append(struct.pack("<HHII", kind, key, 1, len(value)) + value + bytes(-len(value) % 4))
    return struct.pack("<I", len(said)) + b"".join(lines)


def mail(data: bytes, text: str = "") -> bytes:
    message = EmailMessage()
    message["From"] = "claire@exemple.fr"
    message["Subject"] = "Facture"
    if text:
        message.set_content(text)
    message.add_attachment(data, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return message.as_bytes()


FULL = packet(
    (CODE_PAGE, struct.pack("<II", 1252, 0)),
    (BODY, "Voici la facture contestée.\x00".encode("cp1252")),
    (FILE_BEGINS, bytes(14)),
    (TITLE, b"FACTUR~1.PDF\x00"),
    (DATA, PDF),
    (PROPERTIES_OF_FILE, properties((0x1F, 0x3707, "facture été.pdf\x00".encode("utf-16-le")))),
    (FILE_BEGINS, bytes(14)),
    (TITLE, "reçu.txt\x00".encode("cp1252")),
    (DATA, b"douze euros"),
)


def test_files_come_out_under_their_long_names() -> None:
    read = parse(mail(FULL, "Bonjour, voir la pièce."))
    assert [(one.name, one.content_type, one.size) for one in read.attachments] == [
        ("facture été.pdf", "application/pdf", len(PDF)),
        ("reçu.txt", "text/plain", 11),
    ]
    assert read.text.strip() == "Bonjour, voir la pièce."
    assert read.problems == parse(mail(FULL, "Bonjour, voir la pièce.")).problems


def test_the_words_inside_are_read_when_the_mail_has_no_others() -> None:
    assert parse(mail(FULL)).text.strip() == "Voici la facture contestée."
    page = packet((PROPERTIES, properties((0x102, 0x1013, b"<p>Bonjour <b>Paul</b></p>"))))
    assert parse(mail(page)).text.split() == ["Bonjour", "Paul"]


@pytest.mark.parametrize(
    "data",
    [
        b"pas un paquet",
        FULL[:-3],
        FULL[: len(FULL) // 2],
        packet(),
        packet((PROPERTIES, struct.pack("<I", 0xFFFFFFFF))),
        packet((PROPERTIES, struct.pack("<IHHI", 1, 0x1003, 0x1000, 0xFFFFFFFF))),
        packet((PROPERTIES, struct.pack("<IHHI", 1, 0x1E, 0x1000, 0xFFFFFFFF))),
        packet(*[(FILE_BEGINS, b""), (DATA, b"x")] * 101),
    ],
    ids=["other", "cut", "half", "empty", "properties", "values", "lengths", "files"],
)
def test_a_packet_that_cannot_be_read_stays_one_attachment(data: bytes) -> None:
    begun = time.perf_counter()
    read = parse(mail(data, "Bonjour"))
    assert time.perf_counter() - begun < 1
    assert [(one.name, one.data) for one in read.attachments] == [("winmail.dat", data)]


def test_a_mutated_packet_never_stops_the_reading() -> None:
    chance = random.Random(5)
    for _ in range(3000):
        data = bytearray(FULL)
        for _change in range(chance.randint(1, 6)):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        found = unpacked(bytes(data))
        assert found is None or all(len(one.data) <= len(data) for one in found.files)
