"""Writes about programs: making and revoking keys, opening and closing webhooks."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.actions import note
from egards.accounts.models import Brand, Member
from egards.api.models import EVENTS, SCOPES, ApiKey, WebhookEndpoint
from egards.api.sealing import new_secret, seal
from egards.core.clock import now
from egards.core.crypto import keyed_hash, token
from egards.core.house_mark import is_demo
from egards.core.safe_http import check_address


class CannotOpen(Exception):
    """A key or a webhook that cannot be made, in a sentence."""


def key_digest(secret: str) -> bytes:
    """Return the keyed hash under which a key's secret is kept."""
    return keyed_hash("api key", secret)


def allows_private_webhooks() -> bool:
    """Say whether webhooks may go to this house's own network (``EGARDS_ALLOW_PRIVATE_WEBHOOKS``; default: no)."""
    return bool(getattr(settings, "EGARDS_ALLOW_PRIVATE_WEBHOOKS", False))


@transaction.atomic
def make_key(
    *, brand: Brand, name: str, scopes: Sequence[str], by: Member | None, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key to a brand; return it with its full text, ``eg_<prefix>_<secret>``, which is never shown again."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise CannotOpen(_("A key needs scopes among: %(scopes)s.") % {"scopes": ", ".join(SCOPES)})
    secret = token()
    key = ApiKey.objects.create(
        brand=brand, name=name, prefix=secrets.token_hex(5), digest=key_digest(secret),
        scopes=[s for s in SCOPES if s in scopes], expires_at=expires_at,
    )  # fmt: skip
    note(by=by, verb="api key made", subject="api key", subject_id=key.pk, scopes=key.scopes)
    return key, f"eg_{key.prefix}_{secret}"


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Member | None) -> ApiKey:
    """Close a key for ever, from this moment."""
    if key.revoked_at is None:
        key.revoked_at = now()
        key.save(update_fields=["revoked_at"])
        note(by=by, verb="api key revoked", subject="api key", subject_id=key.pk)
    return key


def open_webhook(
    *, brand: Brand, url: str, by: Member | None, events: Sequence[str] = EVENTS
) -> tuple[WebhookEndpoint, str]:
    """Open a webhook; return it with its signing secret, shown once.

    Raises ``CannotOpen``, and ``safe_http``'s ``UnsafeAddress`` or ``Unreachable`` (the name is resolved here).
    """
    if not events or set(events) - set(EVENTS):
        raise CannotOpen(_("A webhook needs events among: %(events)s.") % {"events": ", ".join(EVENTS)})
    if is_demo():
        raise CannotOpen(_("This house is a demo: nothing leaves it, and no webhook is opened."))
    check_address(url, allow_private=allows_private_webhooks())
    secret = new_secret()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.create(
            brand=brand, url=url, sealed_secret=seal(secret), events=sorted(set(events))
        )
        note(by=by, verb="webhook opened", subject="webhook", subject_id=endpoint.pk)
    return endpoint, secret


@transaction.atomic
def close_webhook(
    *, endpoint: WebhookEndpoint, by: Member | None, why: WebhookEndpoint.Closed = WebhookEndpoint.Closed.BY_HAND
) -> WebhookEndpoint:
    """Send nothing more there, until it is opened again. The house itself (None) closes what has failed too long."""
    endpoint.closed_at, endpoint.closed_why = now(), why
    endpoint.save(update_fields=["closed_at", "closed_why"])
    note(by=by, verb="webhook closed", subject="webhook", subject_id=endpoint.pk, why=str(why))
    return endpoint


@transaction.atomic
def reopen_webhook(*, endpoint: WebhookEndpoint, by: Member | None) -> WebhookEndpoint:
    """Send there again, with what still waits; failures are forgotten."""
    endpoint.closed_at, endpoint.closed_why = None, ""
    endpoint.failures, endpoint.failing_since, endpoint.rest_until = 0, None, None
    endpoint.save(update_fields=["closed_at", "closed_why", "failures", "failing_since", "rest_until"])
    note(by=by, verb="webhook opened again", subject="webhook", subject_id=endpoint.pk)
    return endpoint
