"""Reads: what calls a member."""

from __future__ import annotations

from uuid import UUID

from egards.accounts.models import Member
from egards.notifications.models import Notice

#: Nobody reads further down at once.
MOST_SHOWN = 200


def unread(member: Member) -> list[Notice]:
    """Return what calls the member and was not seen, newest first."""
    notices = Notice.objects.filter(member=member, read_at=None).select_related("by").order_by("-at", "-id")
    return list(notices[:MOST_SHOWN])


def unread_refs(member: Member) -> list[UUID]:
    """Return the conversation of each unread notice, once per notice: counted when the fence has been asked."""
    return list(Notice.objects.filter(member=member, read_at=None).values_list("ref", flat=True))
