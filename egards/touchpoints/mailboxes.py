"""Writes about the mailboxes that touchpoints read: connected once they are proved, and how reading them goes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.actions import note
from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.house_mark import is_demo
from egards.core.sealing import seal, unseal
from egards.touchpoints.actions import SendingError, configure_sending
from egards.touchpoints.boxes import Box, BoxBroken, BoxRefused, Login, TokenRefused, open_box
from egards.touchpoints.boxes.box import BoxFailed
from egards.touchpoints.grants import Asked, drop_unused_grant, keep_grant, token_of
from egards.touchpoints.models import Grant, Mailbox, Touchpoint
from egards.touchpoints.oauth import GrantFailed, Provider, Tokens
from egards.touchpoints.smtp import PLAIN, is_loopback

_PURPOSE = "mailbox secrets"
#: Somebody looks at a page meanwhile.
PROVE_SECONDS = 10.0
#: After a failure, how long until the next try; the last figure from then on.
BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 900))
_SAID = ("protocol", "host", "port", "security", "username", "folder", "put_away", "takes_past")


class MailboxError(Exception):
    """A mailbox that cannot be connected, in a sentence; ``folders`` are those it has, when that is what is wrong."""

    def __init__(self, reason: str, folders: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.folders = folders


@dataclass(frozen=True, slots=True)
class Proved:
    """What was seen of a mailbox: its folders, and how many messages stand in the chosen one."""

    folders: tuple[str, ...]
    messages: int


def connect_mailbox(
    *, touchpoint: Touchpoint, settings: Mapping[str, Any], password: str, by: Member | None
) -> tuple[Mailbox, Proved]:
    """Sign in, see the folders, open the chosen one; only then keep the settings. An empty password stays as it was.

    Raises ``MailboxError``. What is connected anew begins its history now.
    """
    _check_not_demo()
    known = Mailbox.objects.filter(touchpoint=touchpoint).first()
    same_place = known is not None and _place(known) == (str(settings["host"]), str(settings["username"]))
    if known is not None and same_place and known.by_grant and not password:
        return _reconnect(known, settings, by=by)
    password = password or (password_of(known) if known is not None and same_place else "")
    if not password:
        raise MailboxError(_("Type the password of this mailbox."))
    proved = _prove(settings, password)
    return _keep(touchpoint, settings, password=password, by=by), proved


def connect_granted_mailbox(
    *, touchpoint: Touchpoint, asked: Asked, tokens: Tokens, by: Member | None
) -> tuple[Mailbox, Proved]:
    """Open a mailbox with tokens that its provider has just given; only then keep them, and say how it sends.

    What was chosen of the same mailbox before (its folder) stays. Raises ``MailboxError``.
    """
    _check_not_demo()
    provider = asked.app.provider
    known = Mailbox.objects.filter(touchpoint=touchpoint).first()
    settings: dict[str, Any] = {"folder": "INBOX", "put_away": "", "takes_past": False}
    if known is not None and _place(known) == (provider.imap.host, asked.username):
        settings = {name: getattr(known, name) for name in settings}
    settings |= {"protocol": "imap", "username": asked.username} | asdict(provider.imap)
    proved = _prove(settings, "", tokens.access)
    with transaction.atomic():
        keep_grant(touchpoint=touchpoint, asked=asked, tokens=tokens)
        if asked.also_sends:
            _send_through(touchpoint, provider, asked.username, by=by)
        return _keep(touchpoint, settings, password="", by=by), proved


@transaction.atomic
def disconnect_mailbox(*, mailbox: Mailbox, by: Member | None) -> None:
    """Read it no more; what came in stays, and what is on the server too. Tokens that nothing else needs are gone."""
    note(by=by, verb="mailbox disconnected", subject="touchpoint", subject_id=mailbox.touchpoint_id)
    touchpoint = Touchpoint.objects.get(pk=mailbox.touchpoint_id)
    mailbox.delete()
    drop_unused_grant(touchpoint)


@transaction.atomic
def ask_comparison(*, mailbox: Mailbox, by: Member | None) -> None:
    """Ask for the server's whole list to be compared with what is here, and for what misses to be read."""
    Mailbox.objects.filter(pk=mailbox.pk).update(asked_at=now())
    note(by=by, verb="mailbox compared", subject="touchpoint", subject_id=mailbox.touchpoint_id)


def open_mailbox(mailbox: Mailbox) -> Box:
    """Connect to a mailbox and open its folder; the caller closes. Raises ``BoxFailed``.

    A token that the server does not take is renewed, once: it may have died before its time.
    """
    if mailbox.by_grant:
        token = _token(mailbox)
        try:
            return _entered(mailbox, token=token)
        except TokenRefused:
            return _entered(mailbox, token=_token(mailbox, refused=token))
    password = password_of(mailbox)
    if not password:
        raise BoxRefused(_("The password of this mailbox must be typed again."))
    return _entered(mailbox, password=password)


def note_read(*, mailbox: Mailbox) -> None:
    """Write that a mailbox was just read to its end; not of another one that has taken its place meanwhile."""
    Mailbox.objects.filter(pk=mailbox.pk, changed_at=mailbox.changed_at).update(
        read_at=now(), failures=0, failure="", failed_at=None, next_try_at=None
    )


def note_failure(*, mailbox: Mailbox, reason: str) -> datetime:
    """Write why a mailbox could not be read; return when to try again."""
    at = now()
    failures = (Mailbox.objects.filter(pk=mailbox.pk).values_list("failures", flat=True).first() or 0) + 1
    again = at + BACK_OFF[min(failures, len(BACK_OFF)) - 1]
    Mailbox.objects.filter(pk=mailbox.pk).update(
        failures=failures, failure=reason[:300], failed_at=at, next_try_at=again
    )
    return again


def password_of(mailbox: Mailbox) -> str:
    """Return its password; empty when the house was restored without its key. Never shown, never logged."""
    try:
        return unseal(bytes(mailbox.secret), purpose=_PURPOSE)
    except InvalidToken:
        return ""


def _check_not_demo() -> None:
    if is_demo():
        raise MailboxError(_("This house is a demo: it reads no mailbox. Make your own with « egards new »."))


def _reconnect(known: Mailbox, settings: Mapping[str, Any], *, by: Member | None) -> tuple[Mailbox, Proved]:
    """Keep other settings of a mailbox whose provider has agreed: where it stands is the provider's to say."""
    settings = dict(settings) | {name: getattr(known, name) for name in ("protocol", "host", "port", "security")}
    try:
        proved = _prove(settings, "", _token(known))
    except BoxFailed as failure:
        raise MailboxError(failure.reason) from None
    return _keep(known.touchpoint, settings, password="", by=by), proved


def _keep(touchpoint: Touchpoint, settings: Mapping[str, Any], *, password: str, by: Member | None) -> Mailbox:
    """Keep the settings of a mailbox that was just opened with them; without a password, it is by grant."""
    values = {name: settings[name] for name in _SAID} | {
        "secret": seal(password, purpose=_PURPOSE), "by_grant": not password, "changed_at": now(), "failures": 0,
        "failure": "", "failed_at": None, "next_try_at": None,
    }  # fmt: skip
    place = (str(settings["host"]), str(settings["username"]))
    with transaction.atomic():
        known = Mailbox.objects.filter(touchpoint=touchpoint).first()
        if known is None or _place(known) != place or known.protocol != settings["protocol"]:
            values |= _never_read()
        mailbox, _made = Mailbox.objects.update_or_create(touchpoint=touchpoint, defaults=values)
        drop_unused_grant(Touchpoint.objects.get(pk=touchpoint.pk))
        note(by=by, verb="mailbox connected", subject="touchpoint", subject_id=touchpoint.pk)
    return mailbox


def _send_through(touchpoint: Touchpoint, provider: Provider, username: str, *, by: Member | None) -> None:
    """Answers leave by the same mailbox; an address chosen before stays, and must be proved through its new relay."""
    said = {"plus_addresses": provider.takes_plus} | touchpoint.settings
    said |= asdict(provider.smtp) | {"username": username, "address": said.get("address") or username}
    try:
        configure_sending(touchpoint=touchpoint, settings=said, secrets={}, by=by)
    except SendingError as error:
        raise MailboxError(str(error)) from None


def _token(mailbox: Mailbox, *, refused: str = "") -> str:
    try:
        return token_of(mailbox.touchpoint_id, refused=refused)
    except GrantFailed as failure:
        raise (BoxBroken if failure.may_pass else BoxRefused)(failure.reason) from None
    except Grant.DoesNotExist:
        raise BoxRefused(_("The agreement of this mailbox must be given again.")) from None


def _entered(mailbox: Mailbox, *, password: str = "", token: str = "") -> Box:
    said = {name: getattr(mailbox, name) for name in _SAID}
    box = open_box(mailbox.protocol, _login(said, password, token))
    try:
        box.enter()
    except BoxFailed:
        box.close()
        raise
    return box


def _prove(settings: Mapping[str, Any], password: str, token: str = "") -> Proved:
    if settings["security"] == PLAIN and not is_loopback(str(settings["host"])):
        raise MailboxError(_("Without encryption, only a server on this machine will do."))
    folders: tuple[str, ...] = ()
    try:
        with closing(
            open_box(str(settings["protocol"]), _login(settings, password, token), timeout=PROVE_SECONDS)
        ) as box:
            folders = tuple(box.folders())
            if settings["put_away"] and folders and settings["put_away"] not in folders:
                raise MailboxError(_("The server has no folder of this name, or does not let us open it."), folders)
            box.enter()
            return Proved(folders, len(box.listed()))
    except BoxFailed as failure:
        raise MailboxError(failure.reason, folders) from failure


def _login(settings: Mapping[str, Any], password: str, token: str = "") -> Login:
    return Login(
        host=str(settings["host"]),
        port=int(settings["port"]),
        security=str(settings["security"]),
        username=str(settings["username"]),
        folder=str(settings["folder"]) or "INBOX",
        put_away=str(settings["put_away"]),
        password=password,
        token=token,
    )


def _never_read() -> dict[str, Any]:
    """What is known of a mailbox that begins: nothing of the one read before says what is history in this one."""
    unread = dict.fromkeys(("read_at", "asked_at", "compared_at", "came_back_at"))
    return {"connected_at": now(), "on_server": 0, "not_here": 0, **unread}


def _place(mailbox: Mailbox) -> tuple[str, str]:
    return mailbox.host, mailbox.username
