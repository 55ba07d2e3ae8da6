"""Everybody of the workspace's cast, on a Monday evening."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from egards.accounts.models import Member
from egards.dashboards.tests.town import NOW
from egards.measures.actions import count_touched
from tests.cast import Cast, cast

Opens = Callable[..., str]


@pytest.fixture(autouse=True)
def monday_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands still."""
    monkeypatch.setattr("egards.dashboards.views.now", lambda: NOW)
    monkeypatch.setattr("egards.workspace.sieve.now", lambda: NOW)


@pytest.fixture
def house(db: None, settings: Settings) -> Cast:
    """Alice advises and Bob manages at Lindelle, Chloé at Ormelle, Fatou keeps the house; nobody wrote yet."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return cast()


@pytest.fixture
def opens(house: Cast) -> Opens:
    """Count what was touched, then return a page as a member gets it: its text, spaces made ordinary."""

    def opened(member: Member, address: str = "/pouls/") -> str:
        count_touched()
        client = Client()
        client.force_login(member)
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        text = answer.content.decode()
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    return opened
