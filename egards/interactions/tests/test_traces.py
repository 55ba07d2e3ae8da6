"""Finding an address in bytes that nobody could read."""

from __future__ import annotations

import base64
import quopri

import pytest

from egards.interactions.traces import Traces

ADDRESS = "odile.marchand@client.example"


@pytest.mark.parametrize(
    "raw",
    [
        b"de <Odile.Marchand@Client.example>.",
        base64.b64encode(b"De : odile.marchand@client.example, le 20"),
        base64.encodebytes(b"x" * 70 + b" odile.marchand@client.example " + b"y" * 70),
        quopri.encodestring(b"\xe9\xe9=odile.marchand@client.example" + b" mot" * 30),
        "odile.marchand@client.example".encode("utf-16"),
        b"?from=odile.marchand%40client.example&x=1",
        b'{"from": "odile.marchand\\u0040client.example"}',
    ],
    ids=["plain", "base64", "base64 in lines", "quoted-printable", "utf-16", "percent", "json escape"],
)
def test_an_address_is_found(raw: bytes) -> None:
    assert Traces([ADDRESS]).are_in(raw)


@pytest.mark.parametrize(
    "raw",
    [b"x.odile.marchand@client.example", b"odile.marchand@client.example.org", b"odile.marchand@client", b""],
)
def test_a_longer_or_shorter_address_is_somebody_elses(raw: bytes) -> None:
    assert not Traces([ADDRESS]).are_in(raw)


@pytest.mark.parametrize(
    "raw", [b"+33612345678", b"06 12 34 56 78", b"00 33 6 12 34 56 78", b"+33 (0)6.12.34.56.78", b"06-12-34-56-78"]
)
def test_a_number_is_found_however_it_is_written(raw: bytes) -> None:
    assert Traces(["+33612345678"]).are_in(b"tel " + raw + b", merci")


@pytest.mark.parametrize("raw", [b"1061234567800", b"06 12 34 56 79", b"+336123456789"])
def test_another_number_is_not(raw: bytes) -> None:
    assert not Traces(["+33612345678"]).are_in(b"tel " + raw + b", merci")


def test_an_address_with_accents_is_found_in_both_spellings() -> None:
    traces = Traces(["odile@xn--caf-dma.example"])
    assert traces.are_in("odile@café.example".encode())
    assert traces.are_in(b"odile@xn--caf-dma.example")


def test_numbers_too_short_to_mean_anybody_are_not_looked_for() -> None:
    assert not Traces(["123"]).are_in(b"123")


def test_a_file_named_after_an_address_is_noticed() -> None:
    assert Traces([ADDRESS], anywhere=True).are_in_text(f"{ADDRESS}.mbox")
    assert not Traces([ADDRESS]).are_in_text(f"{ADDRESS}.mbox")
