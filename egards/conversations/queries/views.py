"""The views that a member may take of the conversations, and how many each holds.

Every view is one condition; counts and lists use the same, so that a count is what the list shows.
Fences are part of the same question (``here``), never a list of ids fetched before.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Member
from egards.accounts.scope import Scope
from egards.conversations.models import CallBack, Conversation, Promise, SavedView, Turn
from egards.core.questions import Question
from egards.interactions.models import Delivery
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading

State = Conversation.State
#: The zone in which « aujourd’hui » and « avant midi » are meant on members' screens.
ZONE: Final = ZoneInfo("Europe/Paris")
#: A promise due within this is in danger.
DANGER: Final = timedelta(hours=2)

#: Views of the house: code in addresses → title, in the order in which they stand.
VIEWS: Final[dict[str, str | LazyText]] = {
    "today": _("My promises today"),
    "danger": _("Promises in danger"),
    "mine": _("Everything of mine"),
    "nobody": _("Without an owner"),
    "calls": _("Calls of the day"),
    "leaving": _("Written, not left yet"),
    "waiting": _("Waiting for the customer"),
    "snoozed": _("Those put aside"),
    "all": _("Everything open"),
    "done": _("Those resolved"),
}
#: Where a member begins when no view is asked for: the first of these that holds something.
FIRST_VIEWS: Final = ("today", "danger", "nobody", "mine", "all")
#: What may be asked of the reading of the customer's last word.
SIGNS: Final = ("complaint", "urgent", "leaving", "sensitive", "praise", "question")


@dataclass(frozen=True)
class Asked:
    """What a list keeps: a view of the house, and maybe a place and a sign of the last reading."""

    view: str = "today"
    place: UUID | None = None
    sign: str = ""

    @classmethod
    def of(cls, keeps: dict[str, Any]) -> Asked:
        """Read it from a saved view; what is not known any more is left out."""
        view, sign, place = keeps.get("view"), keeps.get("sign"), keeps.get("place")
        return cls(view if view in VIEWS else "all", UUID(place) if place else None, str(sign) if sign in SIGNS else "")

    def keeps(self) -> dict[str, str]:
        """Return it as a saved view keeps it."""
        found = {"view": self.view, "sign": self.sign, "place": str(self.place) if self.place else ""}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who looks at a view, and when: the only values that change from one visit to the next."""

    member: UUID
    at: datetime
    danger: datetime
    morning: datetime
    tonight: datetime

    @classmethod
    def now(cls, member: Member, at: datetime) -> Asking:
        """``at`` is an aware moment; mornings and nights are those of members' clocks."""
        return cls(member.pk, at, at + DANGER, start_of_day(at), end_of_day(at))

    def given(self) -> dict[Hashable, Any]:
        """Return what each stand-in of a question kept means this time."""
        return {
            SOMEONE.member: self.member,
            SOMEONE.at: self.at,
            SOMEONE.danger: self.danger,
            SOMEONE.morning: self.morning,
            SOMEONE.tonight: self.tonight,
        }


def _stand_in(n: int) -> datetime:
    return datetime(1, 1, 1, microsecond=n, tzinfo=UTC)


#: Stands for whoever asks in the questions that are put together once.
SOMEONE: Final = Asking(UUID(int=2), *map(_stand_in, range(1, 5)))
#: As many shapes of a question are kept (a view, a place, a sign, a fence).
SHAPES: Final = 512


@dataclass(frozen=True)
class PlaceCount:
    """A place where customers wait, and how many conversations are open there."""

    id: UUID
    name: str
    n: int


@dataclass(frozen=True)
class Counts:
    """How many conversations each view holds for one member: of the house (by code), by place, of their own."""

    house: dict[str, int] = field(default_factory=dict)
    places: Sequence[PlaceCount] = ()
    own: dict[UUID, int] = field(default_factory=dict)


def here(scope: Scope, column: str = "touchpoint_id") -> Q:
    """Return the fence as part of the same question: at the scope's touchpoints."""
    return Q() if scope.is_house else Q(**{f"{column}__in": Touchpoint.objects.within(scope).values("pk")})


def saved_views(member: Member) -> list[SavedView]:
    """Return the member's own views (one query)."""
    return list(SavedView.objects.filter(member=member).order_by("name", "pk"))


def counts(member: Member, scope: Scope, *, at: datetime, own: Iterable[SavedView] = ()) -> Counts:
    """Return the counts of every view, place by place, in one query; resolved conversations are not counted."""
    views = list(own)
    asked = tuple(Asked.of(view.keeps) for view in views)
    found = _counting(scope, asked).ask(Asking.now(member, at).given())
    columns = list(zip(*found, strict=True))[2:] or [()] * (len(_COUNTED) + len(views))
    sums = [sum(column) for column in columns]
    house = dict(zip(_COUNTED, sums, strict=False))
    every = 2 + _COUNTED.index("all")
    return Counts(
        house=house,
        places=[PlaceCount(row[0], row[1], row[every]) for row in found if row[0] is not None],
        own=dict(zip((view.pk for view in views), sums[len(_COUNTED) :], strict=True)),
    )


def first_held(found: Counts) -> str:
    """Return the view in which the most pressing work waits; empty when nothing is open at all."""
    return next((code for code in FIRST_VIEWS if found.house.get(code)), "")


def conditions(asking: Asking) -> dict[str, Q]:
    """Return what each view of the house keeps among conversations not resolved (« done »: those that are), by code."""
    return {
        "today": Q(owner_id=asking.member, due_at__lt=asking.tonight),
        "danger": Q(due_at__lt=asking.danger),
        "mine": Q(owner_id=asking.member),
        "nobody": Q(owner=None),
        "calls": Q(pk__in=_called_by(asking.tonight)) | Q(pk__in=_call_promised_by(asking.tonight)),
        "leaving": Q(pk__in=written().values("conversation_id")),
        "waiting": Q(state=State.WAITING),
        "snoozed": Q(state=State.SNOOZED),
        "all": Q(state__in=(State.OPEN, State.WAITING, State.SNOOZED)),
        "done": Q(state=State.RESOLVED),
    }


def asked_for(asked: Asked, asking: Asking) -> Q:
    """Return what a list keeps, its place and its sign included."""
    found = conditions(asking)[asked.view]
    if asked.place:
        found &= Q(place_id=asked.place)
    if asked.sign:
        read = Reading.objects.filter(content_id=OuterRef("last_in_id"), is_current=True)
        found &= Q(Exists(read.filter(intents__contains=[asked.sign])))
    return found


def live(scope: Scope) -> QuerySet[Conversation]:
    """Return the conversations of the scope that are not resolved."""
    return Conversation.objects.filter(here(scope)).exclude(state=State.RESOLVED)


def end_of_day(at: datetime) -> datetime:
    """Return the next midnight on members' clocks, in UTC."""
    tomorrow = at.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=ZONE).astimezone(UTC)


def start_of_day(at: datetime) -> datetime:
    """Return the last midnight on members' clocks, in UTC."""
    return datetime.combine(at.astimezone(ZONE).date(), time(), tzinfo=ZONE).astimezone(UTC)


def written() -> QuerySet[Turn]:
    """Answers of a person that have not left the house, and after which the customer said nothing more."""
    unsent = (Delivery.State.WAITING, Delivery.State.HELD)
    letters = Turn.objects.filter(interaction__delivery__state__in=unsent, is_program=False)
    return letters.filter(at__gte=F("conversation__last_in_at"))


_COUNTED: Final = tuple(code for code in VIEWS if code != "done")


@lru_cache(SHAPES)
def _counting(scope: Scope, own: tuple[Asked, ...]) -> Question:
    kept = conditions(SOMEONE)
    mine = [asked_for(one, SOMEONE) if one.view != "done" else Q(pk=None) for one in own]
    figures = {f"n_{code}": Count("pk", filter=kept[code]) for code in _COUNTED}
    figures |= {f"own_{n}": Count("pk", filter=keeps) for n, keeps in enumerate(mine)}
    rows = live(scope).values("place_id", "place__name").annotate(**figures).order_by("place__name")
    return Question.of(rows.values_list("place_id", "place__name", *figures))


def _called_by(tonight: datetime) -> QuerySet[CallBack, Any]:
    return CallBack.objects.filter(ended_at=None, starts_at__lt=tonight).values("conversation_id")


def _call_promised_by(tonight: datetime) -> QuerySet[Promise, Any]:
    promised = Promise.objects.filter(kind=Promise.Kind.CALL, status=Promise.Status.OPEN, due_at__lt=tonight)
    return promised.values("conversation_id")
