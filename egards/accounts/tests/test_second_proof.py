"""The second proof at the door: a code, and a key only for those who have one."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.cast import PASSWORD, Cast, cast

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PERIOD_SECONDS = 30

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None, settings: Settings) -> Cast:
    """Everybody; Alice has linked an application of codes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house = cast()
    TOTP.activate(house.alice, SECRET)
    return house


def at_the_door(house: Cast) -> Client:
    """Alice has typed her password."""
    client = Client()
    answer = client.post("/compte/login/", {"login": house.alice.email, "password": PASSWORD})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    return client


def code(*, periods_ago: int) -> str:
    """What her application showed."""
    return str(format_hotp_value(hotp_value(SECRET, int(time.time() // PERIOD_SECONDS) - periods_ago)))


@pytest.mark.parametrize(("periods_ago", "opens"), [(1, True), (3, False)])
def test_a_code_that_changed_while_it_was_typed_still_serves(house: Cast, periods_ago: int, opens: bool) -> None:
    client = at_the_door(house)
    answer = client.post(reverse("mfa_authenticate"), {"code": code(periods_ago=periods_ago)})
    assert (answer.status_code == 302) is opens
    assert (client.get("/conversations/").status_code == 200) is opens


def test_the_cursor_is_where_the_code_is_typed(house: Cast) -> None:
    shown = at_the_door(house).get(reverse("mfa_authenticate")).content.decode()
    assert "autofocus" in shown
    assert "Seconde preuve" in shown


def test_a_key_is_proposed_to_those_who_have_one(house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "clé de sécurité" not in at_the_door(house).get(reverse("mfa_authenticate")).content.decode()
    options = {"request_options": {"publicKey": {"allowCredentials": [{"id": "a", "type": "public-key"}]}}}
    monkeypatch.setattr(
        "allauth.mfa.base.views.webauthn_auth.begin_authentication", lambda user: options["request_options"]
    )
    assert "clé de sécurité" in at_the_door(house).get(reverse("mfa_authenticate")).content.decode()
