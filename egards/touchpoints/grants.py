"""What Google or Microsoft let us do with a mailbox: tokens sealed in the base, renewed once for all processes."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction

from egards.accounts.actions import note
from egards.core.clock import now
from egards.core.sealing import seal, unseal
from egards.touchpoints.models import Grant, Mailbox, Touchpoint
from egards.touchpoints.oauth import (
    LONGEST_LIFE,
    PROVIDERS,
    App,
    GrantFailed,
    GrantWithdrawn,
    Provider,
    Tokens,
    renew,
    withdrawn_sentence,
)
from egards.touchpoints.outbound import SendFailed

log = logging.getLogger("egards.mailboxes")

#: A token is renewed this long before it dies, so that it does not die on its way.
BEFORE_END = timedelta(minutes=5)
_PURPOSE = "mailbox grants"
_ASKED = "mailbox grants asked for"


@dataclass(frozen=True, slots=True)
class Asked:
    """An agreement that we ask for, as long as the person is away at the provider: kept sealed in their session."""

    touchpoint: str
    provider: str
    tenant: str
    username: str
    client_id: str
    also_sends: bool
    state: str
    client_secret: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def app(self) -> App:
        """The house as the provider knows it."""
        return App(PROVIDERS[self.provider], self.client_id, self.client_secret, self.tenant)

    def sealed(self) -> str:
        """Return it for a session."""
        return seal(json.dumps(asdict(self)), purpose=_ASKED).decode()

    @classmethod
    def opened(cls, kept: str) -> Asked | None:
        """Return what a session kept; None when it was not sealed by this house, or by an older one."""
        try:
            return cls(**json.loads(unseal(kept.encode(), purpose=_ASKED)))
        except (InvalidToken, TypeError):
            return None


def provider_of(grant: Grant) -> Provider:
    """Return the provider that gave a grant."""
    return PROVIDERS[grant.provider]


def app_of(grant: Grant) -> App | None:
    """Return the house as the provider of a grant knows it; None when the base was restored without its key."""
    kept = _opened(grant)
    return App(provider_of(grant), grant.client_id, kept["client"], grant.tenant) if kept else None


def keep_grant(*, touchpoint: Touchpoint, asked: Asked, tokens: Tokens) -> Grant:
    """Keep an agreement that was just given; an earlier one makes room. Call in the transaction of what it proves."""
    at = now()
    values = {
        "provider": asked.provider, "tenant": asked.tenant, "client_id": asked.client_id, "username": asked.username,
        "sealed": _sealed(asked.client_secret, tokens.refresh, tokens.access), "expires_at": _end(at, tokens),
        "given_at": at, "renewed_at": at, "withdrawn_at": None,
    }  # fmt: skip
    grant, _made = Grant.objects.update_or_create(touchpoint=touchpoint, defaults=values)
    return grant


def token_of(touchpoint_id: UUID, *, refused: str = "") -> str:
    """Return a token that opens the mailbox of a touchpoint, renewed when it is about to die or was ``refused``.

    Whoever comes while another process renews waits for it, and takes what it got. Raises ``GrantWithdrawn`` (a person
    must agree again) or ``GrantFailed``. Never within another transaction: were it undone, a renewed token that its
    provider gives only once would be lost, and others would wait at the row meanwhile.
    """
    with transaction.atomic(durable=True):
        grant = Grant.objects.select_for_update().get(pk=touchpoint_id)
        kept = _opened(grant)
        if grant.withdrawn_at is not None or kept is None:
            raise GrantWithdrawn(withdrawn_sentence(provider_of(grant)))
        if kept["access"] != refused and _is_fresh(grant):
            return kept["access"]
        try:
            return _renewed(grant, kept)
        except GrantWithdrawn as error:
            failure = error
            grant.withdrawn_at = now()
            grant.save(update_fields=["withdrawn_at"])
            note(by=None, verb="mailbox grant withdrawn", subject="touchpoint", subject_id=grant.pk)
    log.warning("mailbox %s: the agreement of %s is no more", touchpoint_id, grant.provider)
    raise failure


def sending_token(touchpoint: Touchpoint, *, refused: str = "") -> str:
    """Return the token with which a touchpoint sends; empty when its relay wants a password. Raises ``SendFailed``."""
    if not sends_by_grant(touchpoint):
        return ""
    try:
        return token_of(touchpoint.pk, refused=refused)
    except GrantFailed as failure:
        raise SendFailed(failure.reason, is_ours=not failure.may_pass) from None


def sends_by_grant(touchpoint: Touchpoint) -> bool:
    """Say whether its relay is the provider's own, for the very mailbox that was agreed to: nobody else gets tokens."""
    grant = Grant.objects.filter(pk=touchpoint.pk).first()
    if grant is None:
        return False
    known = touchpoint.settings
    relay = provider_of(grant).smtp
    said = (known.get("host"), known.get("port"), known.get("security"), known.get("username"))
    return said == (relay.host, relay.port, relay.security, grant.username)


def lost_sending_grant(touchpoint: Touchpoint) -> Grant | None:
    """Return the agreement by which a touchpoint sends, when it was withdrawn and its answers wait for another one."""
    grant = Grant.objects.filter(pk=touchpoint.pk).exclude(withdrawn_at=None).first()
    return grant if grant and sends_by_grant(touchpoint) else None


def drop_unused_grant(touchpoint: Touchpoint) -> None:
    """Forget the tokens of a touchpoint once it neither reads nor sends by them. Call with its settings as kept."""
    if not Mailbox.objects.filter(touchpoint=touchpoint, by_grant=True).exists() and not sends_by_grant(touchpoint):
        Grant.objects.filter(pk=touchpoint.pk).delete()


def _renewed(grant: Grant, kept: dict[str, str]) -> str:
    app = App(provider_of(grant), grant.client_id, kept["client"], grant.tenant)
    tokens = renew(app, refresh_token=kept["refresh"])
    at = now()
    grant.sealed = _sealed(kept["client"], tokens.refresh or kept["refresh"], tokens.access)
    grant.expires_at, grant.renewed_at = _end(at, tokens), at
    grant.save(update_fields=["sealed", "expires_at", "renewed_at"])
    return tokens.access


def _is_fresh(grant: Grant) -> bool:
    """A life longer than any token has means that our clock has gone back since."""
    left = grant.expires_at - now()
    return BEFORE_END < left <= timedelta(seconds=LONGEST_LIFE)


def _end(at: datetime, tokens: Tokens) -> datetime:
    return at + timedelta(seconds=tokens.seconds)


def _sealed(client: str, refresh: str, access: str) -> bytes:
    return seal(json.dumps({"client": client, "refresh": refresh, "access": access}), purpose=_PURPOSE)


def _opened(grant: Grant) -> dict[str, str] | None:
    try:
        opened: dict[str, Any] = json.loads(unseal(bytes(grant.sealed), purpose=_PURPOSE))
    except InvalidToken:  # restored without the house's key
        return None
    return opened
