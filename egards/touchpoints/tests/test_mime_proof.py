"""What our own server says of a sender, and how sure it makes us."""

from __future__ import annotations

import pytest

from egards.touchpoints.inbound import Meta, Proof
from egards.touchpoints.mime import parse_mail
from egards.touchpoints.mime.authentication import MAX_LENGTH
from tests.builders import NOON, mail

ODILE = "Odile <odile@client.example>"


def proof(verdicts: str, *, sender: str = ODILE, server: str = "mx.lindelle.example") -> Proof:
    """The proof of the author of a mail with these verdicts of our server."""
    raw = mail(From=sender, Authentication_Results=f"{server}; {verdicts}")
    author = parse_mail(raw, Meta(NOON, options={"authserv_id": "mx.lindelle.example"})).author
    assert author is not None
    return author.proof


@pytest.mark.parametrize(
    "verdicts",
    [
        "dmarc=pass header.from=client.example",
        "dkim=pass header.d=client.example",
        "dkim=fail header.d=client.example; dkim=pass header.i=@client.example",
        "spf=pass smtp.mailfrom=odile@client.example",
        "spf=pass smtp.mailfrom=client.example; dmarc=none header.from=client.example",
        'spf=pass (their (own) server; sure) smtp.mailfrom="odile@client.example"',
        'dkim=pass (2048-bit key; unprotected) header.d=client.example header.b="a/;b+="',
    ],
)
def test_what_is_aligned_with_the_author_proves_their_domain(verdicts: str) -> None:
    assert proof(verdicts) == Proof.AUTHENTICATED


def test_who_holds_a_domain_speaks_for_what_is_below() -> None:
    assert proof("dkim=pass header.d=client.example", sender="o@mail.client.example") == Proof.AUTHENTICATED


@pytest.mark.parametrize(
    "verdicts",
    [
        "none",
        "spf=pass smtp.mailfrom=bounces@sender.example",
        "dkim=pass header.d=attacker.example",
        "dkim=pass header.d=example",
        "dkim=pass header.d=attacker-client.example",
        "dkim=pass header.d=mail.client.example",
        "dkim=fail header.d=client.example; spf=softfail smtp.mailfrom=client.example",
        "dmarc=pass header.from=attacker.example",
        "arc=pass header.d=client.example",
    ],
)
def test_what_is_of_another_domain_proves_nothing(verdicts: str) -> None:
    assert proof(verdicts) == Proof.CLAIMED


@pytest.mark.parametrize(
    "verdicts",
    [
        'spf=pass smtp.mailfrom="; dmarc=pass header.from=client.example ;"@attacker.example',
        'spf=pass smtp.mailfrom="odile@client.example"@attacker.example',
        'spf=pass (of ") ; dmarc=pass header.from=client.example ; ("@attacker.example) smtp.mailfrom=attacker.example',
        'spf=pass (of "\\") ; dmarc=pass header.from=client.example ; (\\""@attacker.example) smtp.helo=a.example',
        'dkim=pass header.d=attacker.example reason="see header.d=client.example"',
        f"dkim=pass header.i={'a' * 305}@client.example.attacker.example",
        'spf=pass smtp.mailfrom=a@attacker.example "; dmarc=pass header.from=client.example',
        "spf=pass smtp.mailfrom=a@attacker.example); dmarc=pass header.from=client.example",
    ],
)
def test_what_a_sender_slips_into_our_own_line_proves_nothing(verdicts: str) -> None:
    assert proof(verdicts) == Proof.CLAIMED


def test_half_a_name_is_nobody_s() -> None:
    begins, ends = " mx.lindelle.example; arc=none ", "; dkim=pass header.d=client.example"
    said = "arc=none " + "x" * (MAX_LENGTH - len(begins) - len(ends)) + ends
    assert proof(f"{said[50:]}.attacker.example") == Proof.CLAIMED
    assert proof(f"{said}.attacker.example") == Proof.CLAIMED


@pytest.mark.parametrize("forged", ["dmarc=pass header.from=client.example", "dkim=pass header.d=client.example"])
def test_a_line_below_our_server_s_own_was_written_by_the_sender(forged: str) -> None:
    raw = mail(From=ODILE, Authentication_Results=f"mx.lindelle.example; {forged}")
    ours = b"Authentication-Results: mx.lindelle.example; spf=none; dkim=fail header.d=client.example\r\n"
    author = parse_mail(ours + raw, Meta(NOON, options={"authserv_id": "mx.lindelle.example"})).author
    assert author is not None
    assert author.proof == Proof.CLAIMED


def test_a_domain_that_disowns_a_mail_is_believed() -> None:
    assert proof("dmarc=fail header.from=client.example; dkim=pass header.d=client.example") == Proof.NONE


def test_another_server_proves_nothing() -> None:
    assert proof("dmarc=pass header.from=client.example", server="mx.attacker.example") == Proof.CLAIMED


def test_two_authors_prove_nothing() -> None:
    said = "dmarc=pass header.from=client.example"
    assert proof(said, sender=f"{ODILE}, Paul <paul@client.example>") == Proof.CLAIMED


def test_a_group_of_our_own_domain_is_a_way_in() -> None:
    raw = mail(List_Id="<sav.lindelle.example>", Precedence="list")
    ours = parse_mail(raw, Meta(NOON, options={"address": "bonjour@lindelle.example"}))
    assert (ours.automatic, ours.is_automatic) == ("", False)
    assert parse_mail(raw, Meta(NOON, options={"address": "bonjour@autre.example"})).automatic == "list"
