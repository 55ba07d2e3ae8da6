"""One mail: what is read from good ones, and from all the others."""

from __future__ import annotations

import json
import random
import re
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egards.touchpoints.inbound import Inbound, Meta, Proof, Unreadable
from egards.touchpoints.mime import html_to_text, parse_mail

META = Meta(received_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
UGLY = (
    b"Return-Path: <claire@exemple.fr>\r\n"
    b"From: =?iso-8859-1?Q?Claire_L=E9v=EAque?= <claire@exemple.fr>\r\n"
    b'To: "Service, clients" <contact@boutique.fr>, paul@exemple.fr (Paul)\r\n'
    b"Cc: groupe: a@exemple.fr, b@exemple.fr;\r\n"
    b"Reply-To: claire.perso@exemple.org\r\n"
    b"Subject: =?utf-8?q?Colis_ab=C3?= =?utf-8?q?=AEm=C3=A9?=\r\n"
    b"Date: Tue, 03 Nov 2026 18:30:00 +0100\r\n"
    b"Message-ID: <abc\r\n 123@exemple.fr>\r\n"
    b"In-Reply-To: <un@boutique.fr>\r\n"
    b"References: <zero@boutique.fr> <un@boutique.fr>\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="coupe"\r\n'
    b"\r\n"
    b"This is a multi-part message.\r\n"
    b"--coupe\r\n"
    b"Content-Type: text/plain; charset=DEFAULT\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
    b"Mon colis est arriv\xe9 ab\xeem\xe9.\r\n\x00Merci.\r\n"
    b"--coupe\r\n"
    b"Content-Type: image/png\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"Content-ID: <photo1>\r\n"
    b"Content-Disposition: attachment; filename*0*=utf-8''photo%20du; filename*1*=%20d%C3%A9g%C3%A2t.png\r\n"
    b"\r\n"
    b"iVBORw0K\r\n"
    b"--coupe--\r\n"
)


def read(raw: bytes) -> Inbound:
    return parse_mail(raw, META)


def text_of(*lines: str) -> str:
    return read("\n".join(lines).encode()).text


def test_an_ugly_mail_is_read() -> None:
    mail = read(UGLY)
    assert mail.subject == "Colis abîmé"
    assert mail.text == "Mon colis est arrivé abîmé.\nMerci."
    assert mail.word_id == "abc123@exemple.fr"
    assert mail.happened_at == datetime(2026, 11, 3, 17, 30, tzinfo=UTC)
    assert mail.author is not None
    assert (mail.author.address.value, mail.author.address.name) == ("claire@exemple.fr", "Claire Lévêque")
    assert mail.author.proof is Proof.CLAIMED
    assert [(p.role, p.address.value, p.address.name) for p in mail.parties[1:]] == [
        ("to", "contact@boutique.fr", "Service, clients"),
        ("to", "paul@exemple.fr", "Paul"),
        ("cc", "a@exemple.fr", ""),
        ("cc", "b@exemple.fr", ""),
    ]
    assert mail.facts == {"reply_to": "claire.perso@exemple.org"}
    assert mail.in_reply_to == ("un@boutique.fr", "zero@boutique.fr")
    assert [(a.name, a.content_type, a.data, a.content_id) for a in mail.attachments] == [
        ("photo du dégât.png", "image/png", b"\x89PNG\r\n", "photo1")
    ]
    assert not mail.is_automatic


def test_nothing_at_all_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="vide"):
        read(b" \r\n\x00\n")


def test_a_mail_without_headers_is_text_with_a_problem() -> None:
    mail = read("Bonjour, où est mon colis ?".encode("cp1252"))
    assert mail.text == "Bonjour, où est mon colis ?"
    assert mail.word_id == ""
    assert mail.happened_at is None
    assert any("en-tête" in problem for problem in mail.problems)


def test_plain_text_is_preferred_and_the_page_is_kept_as_it_came() -> None:
    message = EmailMessage()
    message["From"] = "a@exemple.fr"
    message.set_content("Le texte\n")
    message.add_alternative("<p onclick='x()'>La page</p>\n", subtype="html")
    mail = read(message.as_bytes())
    assert mail.text == "Le texte\n"
    assert mail.html == "<p onclick='x()'>La page</p>\n"
    assert mail.attachments == ()


def test_an_empty_text_leaves_its_place_to_the_page() -> None:
    message = EmailMessage()
    message["From"] = "a@exemple.fr"
    message.set_content("\n")
    message.add_alternative("<p>Bonjour,</p><p>merci&nbsp;!</p>", subtype="html")
    assert read(message.as_bytes()).text == "Bonjour,\n\nmerci !"


def test_text_around_an_image_is_read_whole() -> None:
    raw = (
        b"From: a@exemple.fr\nContent-Type: multipart/mixed; boundary=x\n\n"
        b"--x\n\nAvant\n--x\nContent-Type: image/jpeg\n\nJPEG\n--x\nContent-Type: text/plain\n\nApres\n--x--\n"
    )
    mail = read(raw)
    assert mail.text == "Avant\nApres"
    assert [a.content_type for a in mail.attachments] == ["image/jpeg"]


@pytest.mark.parametrize(
    ("charset", "data", "expected"),
    [
        ("gb2312", "退货€".encode("gb18030"), "退货€"),
        ("unknown-8bit", "déçu".encode("cp1252"), "déçu"),
        ("x-inconnu", "déçu".encode(), "déçu"),
        ("utf-8", "déçu".encode("cp1252"), "déçu"),
        ("iso-8859-1", "10 € “net”".encode("cp1252"), "10 € “net”"),
        ("hex", "déçu".encode(), "déçu"),
        ("iso-2022-jp", "返品".encode("iso-2022-jp"), "返品"),
        ("utf-16", "déçu".encode("utf-16"), "déçu"),
        ("utf-7", b"+2AA-x", "x"),
    ],
)
def test_charsets_are_read_as_they_are_meant(charset: str, data: bytes, expected: str) -> None:
    head = f"From: a@exemple.fr\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert read(head + data).text == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"=?utf-8?B?w6k?=", "é"),
        (b"=?utf-8?B?ww==?= =?utf-8?B?qQ==?=", "é"),
        (b"=?iso-8859-1?Q?d\xe9j\xe0 vu?=", "déjà vu"),
        (b"=?nimporte?q?d=C3=A9j=C3=A0?= vu", "déjà vu"),
        (b"=?utf-8?q?a?=\r\n =?iso-8859-1?q?=E9?= b", "aé b"),
        (b"=?utf-8?q?jamais ferm", "=?utf-8?q?jamais ferm"),
        (b"d\xc3\xa9j\xc3\xa0\x00", "déjà"),
        (b"=?utf-7?q?+2AA-?=x", "x"),
    ],
)
def test_broken_encoded_words_are_decoded(header: bytes, expected: str) -> None:
    assert read(b"From: a@exemple.fr\nSubject: " + header + b"\n\nx").subject == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Tue, 3 Nov 2026 18:30:00 +0100 (CET)", datetime(2026, 11, 3, 17, 30, tzinfo=UTC)),
        ("3 Nov 26 18:30 GMT", datetime(2026, 11, 3, 18, 30, tzinfo=UTC)),
        ("Tue, 31 Feb 2026 18:30:00 +0100", None),
        ("Tue, 3 Nov 2026 18:30:00 +9999", None),
        ("hier", None),
    ],
)
def test_dates_are_aware_or_none(header: str, expected: datetime | None) -> None:
    assert read(f"From: a@exemple.fr\nDate: {header}\n\nx".encode()).happened_at == expected


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "List-Id: <nouvelles.exemple.fr>",
        "X-Auto-Response-Suppress: All",
        "Return-Path: <>",
        "Content-Type: multipart/report; boundary=x",
    ],
)
def test_machines_are_recognised(header: str) -> None:
    assert read(f"From: a@exemple.fr\n{header}\n\nx".encode()).is_automatic


def test_a_person_is_no_machine() -> None:
    assert not read(b"From: a@exemple.fr\nAuto-Submitted: no\nReturn-Path: <a@exemple.fr>\n\nx").is_automatic


def test_two_authors_leave_the_first_one_and_a_problem() -> None:
    mail = read(b"From: a@exemple.fr, b@exemple.fr\n\nx")
    assert [p.address.value for p in mail.parties] == ["a@exemple.fr"]
    assert any("plusieurs expéditeurs" in problem for problem in mail.problems)


def test_a_missing_blank_line_does_not_lose_the_body() -> None:
    assert text_of("From: a@exemple.fr", "Subject: x", "Bonjour", "merci : beaucoup") == "Bonjour\nmerci : beaucoup"


def test_a_forwarded_mail_is_one_attachment() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Dedans"
    inner.set_content("Le message d’origine\n")
    message = EmailMessage()
    message["From"] = "a@exemple.fr"
    message.set_content("Voir ci-joint\n")
    message.add_attachment(inner)
    mail = read(message.as_bytes())
    assert mail.text.strip() == "Voir ci-joint"
    assert [a.content_type for a in mail.attachments] == ["message/rfc822"]


def test_a_page_becomes_readable_text() -> None:
    page = (
        "<html><head><style>p{}</style><title>x</title></head><body><!-- caché --><p>Bonjour&#8239;!</p>"
        "<ul><li>un</li><li>deux</li></ul><table><tr><td>A</td><td>B</td></tr></table>1 &lt; 2<br>fin<script>x</script>"
    )
    assert html_to_text(page) == "Bonjour\u202f!\n\n- un\n- deux\n\nA B\n\n1 < 2\nfin"


@pytest.mark.parametrize(
    "mark", ["<", "<!--", "<script>", "<head", "&", "<a ", "</", "<p>", "<!-- --", "\n ", "&nbsp;"]
)
def test_a_page_made_of_one_mark_takes_linear_time(mark: str) -> None:
    started = time.process_time()
    html_to_text(mark * (1_000_000 // len(mark)))
    assert time.process_time() - started < 2


def nested(depth: int) -> bytes:
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return b"From: a@exemple.fr\n" + opening + b"\nau fond\n"


BOMBS = {
    "2,000 nested parts": nested(2_000),
    "20,000 nested parts": nested(20_000),
    "nested parts with one boundary": b"From: a@b.fr\n"
    + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 20_000,
    "20,000 parts": b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "20,000 recipients": b"From: a@b.fr\nTo: " + b",\n ".join(b"p%d@exemple.fr" % n for n in range(20_000)) + b"\n\nx",
    "20,000 To headers": b"From: a@b.fr\n" + b"To: c@d.fr\n" * 20_000 + b"\nx",
    "20,000 encoded words": b"From: a@b.fr\nSubject: " + b"=?utf-8?q?=C3=A9?= " * 20_000 + b"\n\nx",
    "unclosed encoded words": b"From: a@b.fr\nSubject: " + b"=?utf-8?q?" * 20_000 + b"\n\nx",
    "a header of 10 MB": b"From: a@b.fr\nSubject: " + b"a" * 10_000_000 + b"\n\nx",
    "a sender of 10 MB without an at": b"From: " + b"a" * 10_000_000 + b"\n\nx",
    "unclosed quotes": b"From: " + b'"\\' * 200_000 + b"\n\nx",
    "unclosed comments": b"From: a@b.fr\nTo: " + b"(\\(" * 200_000 + b"\n\nx",
    "ats": b"From: a@b.fr\nTo: " + b"@" * 200_000 + b"\n\nx",
    "semicolons": b"From: a@b.fr\nContent-Type: text/plain" + b";a" * 200_000 + b"\n\nx",
    "false boundaries": b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=-\n\n" + b"-" * 2_000_000,
    "empty lines": b"\n" * 2_000_000 + b"From: a@b.fr\n\nx",
    "many headers": b"a:\n" * 500_000 + b"\nx",
    "one long word": b"x" * 10_000_000,
    "references": b"From: a@b.fr\nReferences: " + b"<" * 500_000 + b"\n\nx",
    "spaces": b"From: a@b.fr\nMessage-ID: <" + b" " * 500_000 + b"\nDate:" + b" " * 150_000 + b"\n\nx",
    "punycode": b"From: a@b.fr\nContent-Type: text/plain; charset=punycode\n\n" + b"a-\xff" * 500_000,
    "introductions": b"From: a@b.fr\n\n" + b"On Mon, 23 Nov 2026 at 9:12 a <a@b.fr> wrote:\n" * 20_000,
    "introductions that never end": b"From: a@b.fr\n\n" + b"On Mon, 23 Nov 2026 at 9:12 a <a@b.fr>\n" * 20_000,
    "copied headers": b"From: a@b.fr\n\n" + b"De : a@b.fr\n" * 15_000,
    "quotes": b"From: a@b.fr\n\n" + b"> a\nb\n" * 15_000,
    "rules": b"From: a@b.fr\n\n" + b"-" * 150_000 + b"\n-- \n" * 9_000,
    "colons": b"From: a@b.fr\n\n" + b":\n" * 90_000,
    "block quotes": b"From: a@b.fr\nContent-Type: text/html\n\n" + b"<blockquote type=cite>a" * 8_000,
    "signatures": b"From: a@b.fr\n\nBonjour" + b"\nSent from my phone" * 9_000,
    "a report of many": b"From: MAILER-DAEMON\nSubject: failure notice\n\n"
    + b"<a@b.fr>:\n550 5.1.1 no such user\n" * 9_000,
    "a report of spaces": b"From: MAILER-DAEMON\nSubject: failure notice\n\nundeliverable" + b" " * 900_000,
    "a calendar": b"From: a@b.fr\nContent-Type: text/calendar\n\nBEGIN:VEVENT\n" + b"ATTENDEE;A=b:c\n" * 60_000,
    "verdicts": b"From: a@b.fr\nAuthentication-Results: x; " + b"(" * 90_000 + b"\n\nx",
    "uuencoded files": b"From: a@b.fr\n\n" + b"begin 644 a\n#aaa\n" * 20_000,
    "dates": b"From: a@b.fr\nAuto-Submitted: auto-replied\nSubject: absence\n\n" + b"retour le 3 nov. " * 20_000,
    "bad base64": b"From: a@b.fr\nContent-Transfer-Encoding: base64\n\n" + b"?=A" * 1_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_two_seconds(name: str) -> None:
    started = time.process_time()
    mail = read(BOMBS[name])
    assert time.process_time() - started < 2
    assert len(mail.parties) <= 1_001
    assert len(mail.subject) <= 1_000
    assert len(mail.text) <= 1_000_000


def test_past_the_limits_the_words_are_still_there() -> None:
    mail = read(BOMBS["2,000 nested parts"])
    assert "au fond" in mail.text
    assert any("emboîtées" in problem for problem in mail.problems)


def test_recipients_past_the_limit_are_said() -> None:
    assert any("500 adresses" in problem for problem in read(BOMBS["20,000 recipients"]).problems)


def assert_storable(mail: Inbound) -> None:
    """Nothing failed on the way, and everything goes into a PostgreSQL text column: no NUL, no lone surrogate."""
    texts = [mail.text, mail.subject, mail.html, mail.word_id, *mail.in_reply_to, *mail.facts.values(), *mail.problems]
    texts += [text for p in mail.parties for text in (p.address.value, p.address.name)]
    texts += [text for a in mail.attachments for text in (a.name, a.content_type, a.content_id)]
    together = "".join(texts)
    assert "n’a pas pu être analysé" not in together
    assert "\x00" not in together
    together.encode("utf-8")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(min_size=1, max_size=600).filter(lambda raw: raw.strip(b"\x00 \t\r\n")))
def test_any_bytes_are_read(raw: bytes) -> None:
    assert_storable(read(raw))


def test_a_damaged_mail_is_read() -> None:
    chance = random.Random(7)
    for _ in range(1_500):
        raw = bytearray(UGLY)
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(raw))
            raw[place : place + chance.choice((0, 1, 1, 1, 30))] = chance.randbytes(chance.choice((0, 1, 1, 5)))
        assert_storable(read(bytes(raw)))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\u2028\u2029\x85"), max_size=300),
    st.binary(max_size=300),
    st.text(st.sampled_from("abcdé ,;=\"'()-_€"), min_size=1, max_size=60),
)
def test_what_the_standard_library_writes_is_read_back(text: str, data: bytes, name: str) -> None:
    message = EmailMessage()
    message["From"] = "a@exemple.fr"
    message["Subject"] = " ".join(text.split())[:60]
    message.set_content(f"Bonjour {text}\n", cte="base64")
    message.add_attachment(data, "application", "octet-stream", filename=name)
    mail = read(message.as_bytes())
    assert mail.text == f"Bonjour {text}\n"
    assert [a.data for a in mail.attachments] == [data]


def test_the_public_samples_are_read(shared: Path) -> None:
    paths = sorted((shared / "data" / "mail-parsing").glob("*/*.eml"))
    assert paths
    subjects = bodies = 0
    for path in paths:
        expected = json.loads(path.with_suffix(".json").read_text())
        mail = read(path.read_bytes())
        assert_storable(mail)
        subjects += folded(subject_in(expected)) == folded(mail.subject)
        bodies += folded(mail.text).startswith(folded(body_in(expected)))
    assert subjects >= len(paths) - 1
    assert bodies >= len(paths) - 1


def subject_in(expected: dict[str, list[dict[str, list[dict[str, object]]]]]) -> str:
    for header in expected["parts"][0]["headers"]:
        value = header["value"]
        if str(header["name"]).lower() == "subject" and isinstance(value, dict):
            return str(value.get("Text", ""))
    return ""


def body_in(expected: dict[str, list[object]]) -> str:
    """The first text body; a page is compared by nothing, as there are many ways to make text of it."""
    for index in expected["text_body"][:1]:
        part = expected["parts"][int(str(index))]
        if isinstance(part, dict):
            return str(part["body"].get("Text", ""))
    return ""


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
