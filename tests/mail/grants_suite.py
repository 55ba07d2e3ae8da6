"""A mailbox opened by agreement at a real Dovecot (XOAUTH2), which asks a real provider whose each token is.

Run by ``make test-mail``. The provider is oauthlib's server side on loopback (``tests/oauth_server.py``).
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from egards.core.clock import now
from egards.interactions.mailboxes import read_mailbox
from egards.interactions.models import Arrival
from egards.touchpoints import oauth
from egards.touchpoints.boxes import BoxBroken, BoxRefused
from egards.touchpoints.grants import token_of
from egards.touchpoints.mailboxes import open_mailbox
from egards.touchpoints.models import Grant, Mailbox
from tests.builders import mail
from tests.cast import Cast, cast
from tests.mail.dovecot import Dovecot, dovecot, why_not
from tests.oauth_server import CLIENT_ID, CLIENT_SECRET, USER, OauthServer, here, oauth_server, query_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[OauthServer]:
    """Google, on this machine."""
    with oauth_server(monkeypatch) as running:
        yield running


@pytest.fixture
def server(provider: OauthServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dovecot]:
    """Its mailboxes."""
    if reason := why_not():
        pytest.skip(f"non exécuté : {reason}")
    with dovecot(introspection=provider.url("introspect")) as running:
        monkeypatch.setitem(oauth.PROVIDERS, "google", here(provider, imap=running.imap, smtp=465))
        yield running


@pytest.fixture
def house(settings: Settings) -> Cast:
    """Everybody."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return cast()


@pytest.fixture
def box(server: Dovecot, provider: OauthServer, house: Cast) -> Mailbox:
    """The mailbox, connected as an administrator does it: through the pages, and the provider's own."""
    admin = Client()
    admin.force_login(house.fatou)
    page = reverse("settings_grant", args=[house.mailbox.pk]) + "?chez=google"
    admin.post(page, {"username": USER, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
    answer = query_of(provider.agree(admin.get(page).context["there"]))
    admin.post(reverse("settings_grant_back"), {"answer": answer})
    return Mailbox.objects.get()


def read(box: Mailbox) -> int:
    """Read the mailbox once; return how many messages came in."""
    with closing(open_mailbox(box)) as opened:
        return read_mailbox(mailbox=Mailbox.objects.get(pk=box.pk), box=opened)


def test_it_works(server: Dovecot, box: Mailbox) -> None:
    server.deliver([mail("un"), mail("deux")])
    assert read(box) == 2
    assert Arrival.objects.count() == 2


def test_the_same_token_opens_by_oauthbearer(server: Dovecot, box: Mailbox) -> None:
    said = f"n,a={USER},\x01auth=Bearer {token_of(box.pk)}\x01\x01".encode()
    line = imaplib.IMAP4("127.0.0.1", server.imap)
    with closing(line.socket()):
        assert line.authenticate("OAUTHBEARER", lambda _challenge: said)[0] == "OK"


def test_a_token_about_to_die_is_renewed(server: Dovecot, provider: OauthServer, box: Mailbox) -> None:
    first = token_of(box.pk)
    with time_machine.travel(now() + timedelta(minutes=58), tick=True):
        read(box)
    assert token_of(box.pk) != first
    assert len(provider.asked) == 2


def test_a_token_refused_in_mid_life_is_renewed(server: Dovecot, provider: OauthServer, box: Mailbox) -> None:
    provider.kill_tokens()
    server.deliver([mail("un")])
    assert read(box) == 1
    assert len(provider.asked) == 2


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(days=2)])
def test_a_clock_that_jumps_changes_nothing(
    server: Dovecot, provider: OauthServer, box: Mailbox, jump: timedelta
) -> None:
    server.deliver([mail("un")])
    with time_machine.travel(now() + jump, tick=True):
        assert read(box) == 1


def test_an_agreement_withdrawn_is_said(server: Dovecot, provider: OauthServer, box: Mailbox) -> None:
    provider.withdraw()
    with pytest.raises(BoxRefused, match="Google ne nous laisse plus entrer dans cette boîte"):
        read(box)
    assert Grant.objects.get().withdrawn_at is not None


def test_a_provider_that_is_away_is_asked_again(server: Dovecot, provider: OauthServer, box: Mailbox) -> None:
    provider.kill_tokens()
    provider.answer_with(503)
    server.deliver([mail("un")])
    with pytest.raises(BoxBroken, match="Google ne répond pas"):
        read(box)
    assert read(box) == 1


def test_the_mailbox_of_somebody_else_stays_shut(server: Dovecot, provider: OauthServer, box: Mailbox) -> None:
    provider.user = "autre@lindelle.example"
    with pytest.raises(BoxRefused, match="le compte qui a donné l’accord"):
        read(box)
