"""The page that reads the sending domain: nothing is asked before the button, and the answers are sentences."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from egards.accounts.models import Member
from egards.touchpoints.sender_records import Unanswered
from tests.builders import mailbox, prove
from tests.cast import Cast, cast

pytestmark = pytest.mark.django_db
As = Callable[[Member], Client]
ASKED = "egards.workspace.settings_pages.sender_records.DnsNames"


@pytest.fixture
def house() -> Cast:
    return cast()


@pytest.fixture
def page(house: Cast) -> str:
    return reverse("settings_records", args=[prove(house.mailbox).pk])


def test_it_asks_when_it_is_asked(house: Cast, as_member: As, page: str) -> None:
    with patch(ASKED) as names:
        names.return_value.lines.side_effect = lambda name: ["v=spf1 -all"] if name == "lindelle.example" else []
        names.return_value.receives.return_value = True
        fatou = as_member(house.fatou)
        before = fatou.get(page).content.decode()
        assert not names.called
        after = fatou.post(page, {"selector": "s1"}).content.decode()
    assert "Ce que dit lindelle.example" in before
    assert "_dmarc.lindelle.example" not in before
    assert "_dmarc.lindelle.example" in after
    assert "s1._domainkey.lindelle.example" in after


def test_nobody_answers(house: Cast, as_member: As, page: str) -> None:
    with patch(ASKED) as names:
        names.return_value.lines.side_effect = Unanswered
        said = as_member(house.fatou).post(page).content.decode()
    assert "Les serveurs de noms n’ont pas répondu." in said


def test_a_selector_is_one_name(house: Cast, as_member: As, page: str) -> None:
    with patch(ASKED) as names:
        assert as_member(house.fatou).post(page, {"selector": "a b"}).status_code == 200
        assert not names.called


def test_without_an_address_nothing_is_asked(house: Cast, as_member: As) -> None:
    bare = reverse("settings_records", args=[mailbox(house.ormelle).pk])
    with patch(ASKED) as names:
        said = as_member(house.fatou).post(bare, {"selector": "s1"}).content.decode()
        assert not names.called
    assert "Dites d’abord quelle adresse écrit" in said


def test_who_does_not_keep_the_house_finds_no_page(house: Cast, as_member: As, page: str) -> None:
    assert as_member(house.alice).get(page).status_code == 404
