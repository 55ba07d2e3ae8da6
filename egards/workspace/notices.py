"""What calls a member, in sentences, as far as they may see where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from egards.accounts.models import Member
from egards.accounts.queries import Access
from egards.conversations.models import Conversation
from egards.conversations.queries.views import here
from egards.notifications.models import Notice
from egards.notifications.queries import unread


@dataclass(frozen=True)
class Call:
    """A notice, what it says, and the conversation it leads to."""

    notice: Notice
    sentence: str
    icon: str
    conversation: Conversation


#: Kind of notice → icon.
ICONS = {
    "mentioned": "at",
    "assigned": "user",
    "send_failed": "alert-triangle",
    "send_refused": "scale",
    "promise_broken": "hourglass",
}


def calls(member: Member, access: Access) -> list[Call]:
    """Return what calls the member, newest first."""
    notices = unread(member)
    seen = {c.pk: c for c in _conversations(access, (n.ref for n in notices)).select_related("customer")}
    return [
        Call(notice, sentence(notice), ICONS.get(notice.kind, "bell"), seen[notice.ref])
        for notice in notices
        if notice.ref in seen
    ]


def calls_count(member: Member, access: Access) -> int:
    """Return how many notices the member would be shown (one query)."""
    seen = Conversation.objects.filter(here(access.scope("read conversations")), pk=models.OuterRef("ref"))
    return Notice.objects.filter(models.Exists(seen), member=member, read_at=None).count()


def sentence(notice: Notice) -> str:
    """Say in one sentence why the member is called."""
    name = notice.by.name if notice.by else ""
    sentences = {
        "mentioned": _("%(name)s names you in a note."),
        "assigned": _("%(name)s entrusts you with this conversation."),
    }
    by_the_house = {
        "mentioned": _("You are named in a note."),
        "assigned": _("This conversation is yours."),
        "send_failed": _("Your answer did not leave."),
        "send_refused": _("Your answer was not allowed to leave."),
        "promise_broken": _("A promise was not kept."),
    }
    if name and notice.kind in sentences:
        return sentences[notice.kind] % {"name": name}
    return by_the_house.get(notice.kind, _("You are wanted here."))


def _conversations(access: Access, refs: Iterable[UUID]) -> models.QuerySet[Conversation]:
    return Conversation.objects.within(access.scope("read conversations")).filter(pk__in=list(refs))
