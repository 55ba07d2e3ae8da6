"""Who opens the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from egards.accounts.models import Member
from tests.cast import Cast, cast

As = Callable[[Member], Client]


@pytest.fixture
def house(db: None, settings: Settings) -> Cast:
    """Everybody, and no word yet. A quick hash: the strength of passwords is tried elsewhere."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return cast()


@pytest.fixture
def as_member() -> As:
    """Return a browser without script in which a member is signed in."""

    def signed_in(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return signed_in
