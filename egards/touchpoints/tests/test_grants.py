"""Tokens in the base: sealed, renewed before they die, once for all processes, and told when they are no more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django import Settings

from egards.core.clock import now
from egards.touchpoints import mailboxes
from egards.touchpoints.actions import SendingError, begin_proof, configure_sending, secrets_of
from egards.touchpoints.boxes import Box, BoxBroken, BoxRefused, Login, TokenRefused
from egards.touchpoints.grants import Asked, keep_grant, sends_by_grant, token_of
from egards.touchpoints.mailboxes import (
    MailboxError,
    connect_granted_mailbox,
    connect_mailbox,
    disconnect_mailbox,
    open_mailbox,
)
from egards.touchpoints.models import Grant, Mailbox, Touchpoint
from egards.touchpoints.oauth import GrantFailed, GrantWithdrawn, Tokens
from tests.boxes import FakeBox
from tests.cast import cast
from tests.oauth_server import CLIENT_ID, CLIENT_SECRET, USER, OauthServer, oauth_server
from tests.smtp_server import SmtpServer, smtp_server

TOKENS = Tokens("jeton-qui-ouvre", "jeton-qui-dure", 3600)
ASKED = Asked(
    touchpoint="", provider="google", tenant="", username=USER, client_id=CLIENT_ID, also_sends=True, state="s",
    client_secret=CLIENT_SECRET, verifier="v",
)  # fmt: skip

OTHER_RELAY = {"host": "relais.autre.example", "port": 465, "security": "tls"}


@pytest.fixture
def relay() -> Iterator[SmtpServer]:
    """The provider's relay: it takes tokens that the provider knows."""
    with smtp_server() as running:
        yield running


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, relay: SmtpServer) -> Iterator[OauthServer]:
    """A provider that stands for Google, and its mailboxes."""
    with oauth_server(monkeypatch, imap=993, smtp=relay.port) as running:
        running.access.add(TOKENS.access)
        running.refresh.add(TOKENS.refresh)
        relay.tokens = running.access

        def opened(protocol: str, login: Login, timeout: float = 0) -> Box:
            if login.token not in running.access:
                raise TokenRefused
            return FakeBox()

        monkeypatch.setattr(mailboxes, "open_box", opened)
        yield running


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """The strength of passwords is tried elsewhere."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def place(db: None) -> Touchpoint:
    """A touchpoint that reads letters."""
    return cast().mailbox


@pytest.fixture
def box(server: OauthServer, place: Touchpoint) -> Mailbox:
    """Its mailbox, to which the provider agreed."""
    return connect_granted_mailbox(touchpoint=place, asked=ASKED, tokens=TOKENS, by=None)[0]


def test_it_works(box: Mailbox, place: Touchpoint) -> None:
    assert (box.host, box.username, box.by_grant, box.folder) == ("127.0.0.1", USER, True, "INBOX")
    assert token_of(place.pk) == TOKENS.access
    open_mailbox(box).close()
    kept = bytes(Grant.objects.get().sealed)
    assert all(secret.encode() not in kept for secret in (TOKENS.access, TOKENS.refresh, CLIENT_SECRET))


def test_what_does_not_open_is_not_kept(server: OauthServer, place: Touchpoint) -> None:
    server.access.clear()
    with pytest.raises(MailboxError, match="son serveur n’ouvre pas cette boîte"):
        connect_granted_mailbox(touchpoint=place, asked=ASKED, tokens=TOKENS, by=None)
    assert not Grant.objects.exists()
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("later", [timedelta(minutes=56), timedelta(days=400), timedelta(days=-400)])
def test_a_token_is_renewed_before_it_dies_and_when_our_clock_jumps(
    server: OauthServer, box: Mailbox, later: timedelta
) -> None:
    with time_machine.travel(now() + later, tick=False):
        renewed = token_of(box.pk)
        assert renewed in server.access - {TOKENS.access}
        assert token_of(box.pk) == renewed
    assert [one["grant_type"] for one in server.asked] == ["refresh_token"]


def test_a_token_that_lives_is_not_renewed(server: OauthServer, box: Mailbox) -> None:
    with time_machine.travel(now() + timedelta(minutes=50), tick=False):
        assert token_of(box.pk) == TOKENS.access
    assert not server.asked


def test_a_token_refused_in_mid_life_is_renewed_once(server: OauthServer, box: Mailbox) -> None:
    server.kill_tokens()
    open_mailbox(box).close()
    assert len(server.asked) == 1
    assert token_of(box.pk) in server.access


def test_a_mailbox_that_refuses_every_token_says_so(
    server: OauthServer, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(protocol: str, login: Login, timeout: float = 0) -> Box:
        raise TokenRefused

    monkeypatch.setattr(mailboxes, "open_box", refuse)
    with pytest.raises(BoxRefused, match="IMAP"):
        open_mailbox(box)
    assert len(server.asked) == 1


def test_an_agreement_withdrawn_is_said_and_asked_no_more(server: OauthServer, box: Mailbox) -> None:
    server.withdraw()
    for _look in range(2):
        with pytest.raises(BoxRefused, match="ne nous laisse plus entrer"):
            open_mailbox(box)
    assert Grant.objects.get().withdrawn_at is not None
    assert len(server.asked) == 1
    server.access.add("autre")
    connect_granted_mailbox(touchpoint=box.touchpoint, asked=ASKED, tokens=Tokens("autre", "r", 3600), by=None)
    assert Grant.objects.get().withdrawn_at is None
    assert token_of(box.pk) == "autre"


def test_a_provider_that_is_away_is_asked_again(server: OauthServer, box: Mailbox) -> None:
    server.kill_tokens()
    server.answer_with(503)
    with pytest.raises(BoxBroken, match="ne répond pas"):
        open_mailbox(box)
    assert Grant.objects.get().withdrawn_at is None
    open_mailbox(box).close()


def test_a_base_restored_without_its_key_asks_for_the_agreement_again(box: Mailbox) -> None:
    Grant.objects.update(sealed=b"autre maison")
    with pytest.raises(GrantWithdrawn):
        token_of(box.pk)


def test_a_new_refresh_token_takes_the_place_of_the_old_one(server: OauthServer, box: Mailbox) -> None:
    server.answer_with(200, '{"access_token": "a2", "refresh_token": "r2", "token_type": "Bearer", "expires_in": 60}')
    server.kill_tokens()
    server.access.add("a2")
    open_mailbox(box).close()
    with pytest.raises(GrantFailed):  # « r2 » is not one of the server's: it is what was sent
        token_of(box.pk, refused="a2")
    assert [one["refresh_token"] for one in server.asked] == [TOKENS.refresh, "r2"]


def test_the_same_mailbox_sends(server: OauthServer, relay: SmtpServer, box: Mailbox) -> None:
    place = Touchpoint.objects.get(pk=box.pk)
    assert sends_by_grant(place)
    begin_proof(touchpoint=place, by=None)
    assert len(relay.messages) == 1
    assert relay.signed_in == [USER]


def test_a_relay_that_refuses_a_token_gets_a_new_one(server: OauthServer, relay: SmtpServer, box: Mailbox) -> None:
    server.kill_tokens()
    begin_proof(touchpoint=Touchpoint.objects.get(pk=box.pk), by=None)
    assert len(relay.messages) == 1
    assert len(server.asked) == 1


def test_a_withdrawn_agreement_holds_what_should_leave(server: OauthServer, relay: SmtpServer, box: Mailbox) -> None:
    server.withdraw()
    with pytest.raises(SendingError, match="ne nous laisse plus entrer"):
        begin_proof(touchpoint=Touchpoint.objects.get(pk=box.pk), by=None)
    assert not relay.messages


def test_another_relay_never_gets_a_token(box: Mailbox) -> None:
    place = Touchpoint.objects.get(pk=box.pk)
    place.settings |= {"host": "relais.autre.example"}
    place.save(update_fields=["settings"])
    assert not sends_by_grant(place)


def test_another_folder_needs_no_new_agreement(box: Mailbox) -> None:
    said = {"protocol": "imap", "host": box.host, "port": 1, "security": "tls", "username": USER}
    said |= {"folder": "Clients", "put_away": "", "takes_past": True}
    kept, _proved = connect_mailbox(touchpoint=box.touchpoint, settings=said, password="", by=None)
    assert (kept.folder, kept.takes_past, kept.by_grant, kept.port) == ("Clients", True, True, box.port)


def test_a_mailbox_read_no_more_leaves_no_token(box: Mailbox) -> None:
    Touchpoint.objects.update(settings={})
    disconnect_mailbox(mailbox=Mailbox.objects.get(), by=None)
    assert not Grant.objects.exists()


def test_back_to_a_password_leaves_no_token(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "open_box", lambda *_args, **_more: FakeBox())
    said = {"protocol": "imap", "host": "imap.autre.example", "port": 993, "security": "tls", "username": USER}
    said |= {"folder": "INBOX", "put_away": "", "takes_past": False}
    connect_mailbox(touchpoint=box.touchpoint, settings=said, password="secret", by=None)
    assert Grant.objects.exists()  # its answers leave by it still
    place = Touchpoint.objects.get(pk=box.pk)
    configure_sending(touchpoint=place, settings=place.settings | OTHER_RELAY, secrets={})
    assert not Grant.objects.exists()


def test_the_password_of_another_relay_is_told_to_nobody(server: OauthServer, place: Touchpoint) -> None:
    said = {"address": USER, "username": USER} | OTHER_RELAY
    configure_sending(touchpoint=place, settings=said, secrets={"password": "celui d’avant"})
    connect_granted_mailbox(touchpoint=place, asked=ASKED, tokens=TOKENS, by=None)
    assert secrets_of(Touchpoint.objects.get(pk=place.pk)) == {}


def test_a_grant_that_is_gone_is_a_sentence(box: Mailbox) -> None:
    Grant.objects.all().delete()
    said = {"protocol": "imap", "host": box.host, "port": 1, "security": "tls", "username": USER}
    said |= {"folder": "Clients", "put_away": "", "takes_past": True}
    with pytest.raises(MailboxError, match="accord"):
        connect_mailbox(touchpoint=box.touchpoint, settings=said, password="", by=None)


def test_a_token_is_never_renewed_where_it_could_be_undone(server: OauthServer, box: Mailbox) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        token_of(box.pk)


@pytest.mark.django_db(transaction=True)
def test_two_processes_renew_once(server: OauthServer) -> None:
    place = cast().mailbox
    keep_grant(touchpoint=place, asked=ASKED, tokens=Tokens("vieux", TOKENS.refresh, 60))
    got: list[str] = []

    def ask() -> None:
        got.append(token_of(place.pk))
        connection.close()

    threads = [threading.Thread(target=ask) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(got) == 4
    assert len(set(got)) == 1
    assert len(server.asked) == 1
