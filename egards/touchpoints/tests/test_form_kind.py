"""The envelope of our own pages, translated: words, calls asked for, answers through a link, and ugly ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egards.touchpoints.inbound import Inbound, Meta, Proof, Refused, Unreadable
from egards.touchpoints.kind import Envelope
from egards.touchpoints.kinds.form import Form
from egards.touchpoints.kinds.phone import Phone
from egards.touchpoints.registry import kind_named

PAYLOADS = Path(__file__).parent / "payloads" / "form"
META = Meta(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))


def read(name: str) -> Inbound:
    (inbound,) = Form().parse((PAYLOADS / f"{name}.json").read_bytes(), META)
    return inbound


def test_a_word_with_its_photo() -> None:
    word = read("word")
    assert word.text == "Bonjour,\n\nle tiroir de ma commode est arrivé fendu."
    assert word.author is not None
    assert (word.author.address.value, word.author.address.name) == ("odile@client.example", "Odile Marchand")
    assert word.author.proof == Proof.CLAIMED
    assert word.facts == {"order_number": "OR-48213", "page": "/contact/", "language": "fr"}
    assert [(file.name, file.data[:4]) for file in word.attachments] == [("tiroir.jpg", b"\xff\xd8\xff\xe0")]
    assert word.happened_at == META.received_at


def test_a_call_asked_for() -> None:
    word = read("call")
    assert word.facts["call_from"] == "2026-11-20T13:00:00+00:00"
    assert word.facts["call_to"] == "2026-11-20T14:00:00+00:00"
    assert [party.address.kind for party in word.parties] == ["phone"]


def test_an_answer_through_a_mailed_link_is_proved() -> None:
    word = read("answer")
    assert word.reply_token.startswith("agraq")
    assert [party.proof for party in word.parties] == [Proof.PROVED]


def test_an_ugly_one_is_read_all_the_same() -> None:
    word = read("ugly")
    assert word.text == "Zérooctet, 🪑 chaise, \u202eà l’envers\u202c <b>gras</b>\r\n> cité"
    assert [file.data for file in word.attachments] == [b""]
    assert word.problems == ("Le fichier « ../../.htac\u200bcess » est arrivé abîmé : ses octets ne se lisent pas.",)
    assert word.facts == {}


def test_a_name_without_an_address_stays_beside_the_word() -> None:
    (word,) = Form().parse(b'{"id": "0123456789abcdef", "text": "Bonjour", "name": "Odile"}', META)
    assert word.parties == ()
    assert word.facts == {"author_name": "Odile"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"id": "court", "text": "Bonjour"}',
        b'{"id": "0123456789abcdef", "text": "  "}',
        b'{"id": "0123456789abcdef", "text": "Bonjour", "proved": "loyalty"}',
        b'{"id": "0123456789abcdef", "text": "Bonjour", "call_from": "2026-11-20T13:00:00"}',
        b'{"id": "0123456789abcdef", "text": "Bonjour", "inconnu": 1}',
        json.dumps({"id": "0123456789abcdef", "text": "x" * 200_001}).encode(),
    ],
)
def test_what_is_no_form_is_set_aside_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(Unreadable, match=r"\w+ .*\.$"):
        Form().parse(raw, META)


def test_no_door_takes_a_form_from_outside() -> None:
    with pytest.raises(Refused):
        Form().verify(Envelope(b"{}"))
    assert not Form.takes_webhooks


def test_a_call_is_written_by_a_person() -> None:
    with pytest.raises(Unreadable):
        Phone().parse(b"allo", META)
    assert not Phone.opens_conversations


def test_both_are_found_by_name() -> None:
    assert isinstance(kind_named("form"), Form)
    assert isinstance(kind_named("phone"), Phone)
