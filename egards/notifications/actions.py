"""Writes: tell a member that they are wanted, and that they have seen it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from egards.accounts.models import Member
from egards.core import live
from egards.core.clock import now
from egards.notifications.models import Notice

TOPIC = "notice"


@transaction.atomic
def notify(*, member: Member, kind: str, ref: UUID, by: Member | None = None) -> Notice | None:
    """Tell a member that a conversation wants them. ``by`` is who calls them; None is the house.

    Nobody is told of their own doing (None). What they have not read yet is not repeated: the same notice is returned.
    """
    if by is not None and by.pk == member.pk:
        return None
    notice, is_new = Notice.objects.get_or_create(member=member, kind=kind, ref=ref, read_at=None, defaults={"by": by})
    if is_new:
        live.publish(TOPIC, member_id=member.pk, refs=[ref])
    return notice


@transaction.atomic
def mark_read(*, member: Member, ref: UUID | None = None, before: datetime | None = None) -> int:
    """Note that a member has seen what calls them: all of it, one conversation's, or what came before a moment.

    Return how many notices.
    """
    unread = Notice.objects.filter(member=member, read_at=None)
    if before is not None:
        unread = unread.filter(at__lt=before)
    if ref is not None:
        unread = unread.filter(ref=ref)
    count = unread.update(read_at=now())
    if count:
        live.publish(TOPIC, member_id=member.pk, refs=[ref])
    return count
