"""What calls a member, in sentences, as far as they may see where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from egards.accounts.models import Member
from egards.accounts.queries import Access
from egards.accounts.scope import Scope
from egards.conversations.models import Conversation
from egards.conversations.queries.views import here
from egards.core.questions import Question
from egards.notifications.models import Notice
from egards.notifications.queries import unread

#: Stands for the member in the count, which is put together once.
_MEMBER = UUID(int=1)


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
    counted = _counting(access.scope("read conversations")).ask({_MEMBER: member.pk})
    return counted[0][0] if counted else 0


@lru_cache(maxsize=128)
def _counting(scope: Scope) -> Question:
    """Put together the count of notices that lead to conversations within ``scope``."""
    seen = Conversation.objects.filter(here(scope), pk=models.OuterRef("ref"))
    rows = Notice.objects.filter(models.Exists(seen), member_id=_MEMBER, read_at=None)
    return Question.of(rows.order_by().values(one=models.Value(1)).values_list(models.Count("pk")))


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
