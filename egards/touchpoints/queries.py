"""Reads about touchpoints."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from egards.accounts.scope import Scope
from egards.core.clock import now
from egards.touchpoints.models import Mailbox, Touchpoint

#: A mailbox is looked at every few minutes: after this long, nobody reads it.
UNREAD_AFTER = timedelta(minutes=15)


def touchpoint_ids(scope: Scope) -> list[UUID]:
    """Return the ids of the touchpoints that a scope may see: the fence of every word (``touchpoint_id = ANY``)."""
    return list(Touchpoint.objects.within(scope).values_list("id", flat=True))


def mailboxes_unread() -> list[Mailbox]:
    """Return the open mailboxes that nobody has read to its end lately, for whatever reason."""
    since = now() - UNREAD_AFTER
    never = Q(read_at=None, changed_at__lt=since)
    unread = Mailbox.objects.filter(never | Q(read_at__lt=since), touchpoint__is_open=True)
    return list(unread.select_related("touchpoint"))


def mail_to_watch() -> str:
    """Say « e-mail » when a mailbox is not read, or when its server holds what is not here; else nothing."""
    absent = Mailbox.objects.filter(not_here__gt=0, touchpoint__is_open=True).exists()
    return "e-mail" if absent or mailboxes_unread() else ""
