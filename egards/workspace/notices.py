"""What calls a member, in sentences, as far as they may see where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egards.accounts.models import Member
from egards.accounts.queries import Access
from egards.accounts.scope import Scope
from egards.conversations.models import Conversation
from egards.conversations.queries.views import here
from egards.core.french import number
from egards.core.questions import Question
from egards.measures.alerts import RISING
from egards.measures.models import Alert
from egards.notifications.models import Notice
from egards.notifications.queries import unread
from egards.understanding.wording import theme_label

#: Stands for the member in the count, which is put together once.
_MEMBER = UUID(int=1)
#: Expected counts below this are told with a decimal.
_FEW = 10


@dataclass(frozen=True)
class Call:
    """A notice, what it says, what it is about and where it leads."""

    notice: Notice
    sentence: str
    icon: str
    url: str
    about: str


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
    refs = [notice.ref for notice in notices]
    talks = {one.pk: one for one in _conversations(access, refs).select_related("customer")}
    rises = {one.pk: one for one in _alerts(access).filter(pk__in=refs)} if _has_rises(notices) else {}
    found = []
    for notice in notices:
        talk, rise = talks.get(notice.ref), rises.get(notice.ref)
        if talk is not None:
            address, about = reverse("conversation", args=[talk.pk]), _named(talk)
            found.append(Call(notice, sentence(notice), ICONS.get(notice.kind, "bell"), address, about))
        elif rise is not None:
            found.append(Call(notice, _rising(rise), "trending-up", _words_of(rise, access), _counts(rise)))
    return found


def calls_count(member: Member, access: Access) -> int:
    """Return how many notices the member would be shown (one query)."""
    numbers = access.scope("read numbers") if access.may("read numbers") else None
    counted = _counting(access.scope("read conversations"), numbers).ask({_MEMBER: member.pk})
    return counted[0][0] if counted else 0


@lru_cache(maxsize=128)
def _counting(scope: Scope, scope_of_numbers: Scope | None) -> Question:
    """Put together the count of notices that lead to conversations within ``scope``, or to alerts within the other."""
    seen = Conversation.objects.filter(here(scope), pk=models.OuterRef("ref"))
    rises = Alert.objects.within(scope_of_numbers).filter(pk=models.OuterRef("ref")) if scope_of_numbers else None
    leads = models.Q(models.Exists(seen)) | (models.Q(models.Exists(rises)) if rises is not None else models.Q())
    rows = Notice.objects.filter(leads, member_id=_MEMBER, read_at=None)
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


def _has_rises(notices: Iterable[Notice]) -> bool:
    return any(notice.kind == RISING for notice in notices)


def _named(talk: Conversation) -> str:
    """Who it is with, and about what; its number when neither is known."""
    name = talk.customer.name if talk.customer else ""
    return ", ".join(filter(None, (name, talk.need))) or _("Conversation no. %(number)s") % {"number": talk.number}


def _rising(alert: Alert) -> str:
    return _("“%(theme)s” is rising at %(brand)s.") % {"theme": theme_label(alert.theme), "brand": alert.brand.name}


def _counts(alert: Alert) -> str:
    words = ngettext("%(n)s word in %(days)s days", "%(n)s words in %(days)s days", alert.words)
    people = ngettext("%(n)s person", "%(n)s people", alert.people) % {"n": number(alert.people)}
    said = words % {"n": number(alert.words), "days": number(alert.days)}
    usual = _("%(n)s usually") % {"n": number(alert.usual, decimals=0 if alert.usual >= _FEW else 1)}
    return ", ".join((said, usual, people))


def _words_of(alert: Alert, access: Access) -> str:
    """The words behind, for who may read them; else the pulse."""
    if not access.may("read words"):
        return f"{reverse('pulse')}#rising"
    return f"{reverse('words')}?{urlencode({'theme': alert.theme, 'du': alert.since.isoformat()})}"


def _alerts(access: Access) -> models.QuerySet[Alert]:
    if not access.may("read numbers"):
        return Alert.objects.none()
    return Alert.objects.within(access.scope("read numbers")).select_related("brand")


def _conversations(access: Access, refs: Iterable[UUID]) -> models.QuerySet[Conversation]:
    return Conversation.objects.within(access.scope("read conversations")).filter(pk__in=list(refs))
