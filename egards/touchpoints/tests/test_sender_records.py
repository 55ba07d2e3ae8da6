"""What a domain says of who may write in its name, read by name servers that are only said to be there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.utils import translation

from egards.touchpoints.sender_records import Finding, State, Unanswered, findings

DOMAIN = "lindelle.example"
WHOLE = {
    DOMAIN: ["google-site-verification=abc", "v=spf1 include:_spf.relais.example -all"],
    f"s1._domainkey.{DOMAIN}": ["v=DKIM1; k=rsa; p=MIGfMA0"],
    f"_dmarc.{DOMAIN}": ["v=DMARC1; p=quarantine; rua=mailto:dmarc@lindelle.example"],
}


class Book:
    """Names and their lines; ``mute`` names get no answer."""

    def __init__(self, lines: dict[str, list[str]], *, mute: str = "", receives: bool = True) -> None:
        self.known, self.mute, self.is_open, self.asked = lines, mute, receives, 0

    def lines(self, name: str) -> Sequence[str]:
        self.asked += 1
        if name == self.mute:
            raise Unanswered
        return self.known.get(name, [])

    def receives(self, name: str) -> bool:
        self.asked += 1
        return self.is_open


def found(lines: dict[str, list[str]], selector: str = "s1", *, receives: bool = True) -> dict[str, Finding]:
    with translation.override("fr"):
        return {one.about: one for one in findings(DOMAIN, selector, Book(lines, receives=receives))}


def test_it_works() -> None:
    said = found(WHOLE)
    assert {about: one.state for about, one in said.items()} == dict.fromkeys(
        ("SPF", "DKIM", "DMARC", "MX"), State.GOOD
    )
    assert not any(one.to_ask for one in said.values())
    assert "include:_spf.relais.example" in said["SPF"].said


def test_a_domain_that_says_nothing() -> None:
    said = found({}, receives=False)
    assert {one.state for one in said.values()} == {State.MISSING}
    assert all(one.to_ask for one in said.values())
    assert said["SPF"].said == "lindelle.example ne dit pas qui peut écrire en son nom."


@pytest.mark.parametrize(
    "line",
    ["v=spf1 +all", "v=spf1 a mx ?all", "v=spf1 all", "v=spf1 include:_spf.relais.example", "v=spf1 a:mailall.example"],
)
def test_an_spf_line_that_lets_anybody_write_is_weak(line: str) -> None:
    assert found({DOMAIN: [line]})["SPF"].state == State.WEAK


def test_an_spf_line_may_send_to_another() -> None:
    assert found({DOMAIN: ["v=spf1 redirect=_spf.relais.example"]})["SPF"].state == State.GOOD


def test_two_spf_lines_are_none() -> None:
    assert found({DOMAIN: ["v=spf1 -all", "v=spf1 a -all"]})["SPF"].state == State.WEAK


def test_what_only_begins_like_spf_is_not() -> None:
    assert found({DOMAIN: ["v=spf10 -all"]})["SPF"].state == State.MISSING


@pytest.mark.parametrize("selector", ["", "  ", "../x", "a b", "-"])
def test_without_a_selector_the_key_is_not_looked_for(selector: str) -> None:
    assert found(WHOLE, selector)["DKIM"].state == State.UNKNOWN


def test_a_key_taken_back_is_weak() -> None:
    assert found({f"s1._domainkey.{DOMAIN}": ["v=DKIM1; p="]})["DKIM"].state == State.WEAK


def test_forgeries_that_pass_are_weak() -> None:
    assert found({f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none"]})["DMARC"].state == State.WEAK


def test_the_domain_above_speaks_for_what_is_below() -> None:
    book = Book({"_dmarc.lindelle.example": ["v=DMARC1; p=reject; sp=none"]})
    below = {one.about: one for one in findings("mail.lindelle.example", "", book)}
    assert below["DMARC"].state == State.WEAK


def test_servers_that_do_not_answer_are_asked_no_more() -> None:
    book = Book(WHOLE, mute=DOMAIN)
    (only,) = findings(DOMAIN, "s1", book)
    assert (only.state, book.asked) == (State.UNKNOWN, 1)
