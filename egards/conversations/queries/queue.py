"""The queue: the views a member may take of it, their counts, and one page of its lines.

Every view is one condition on conversations; counts and lists use the same, so that a count is what the list shows.
Fences are part of the same question (``here``), never a list of ids fetched before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject, Left
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Member
from egards.accounts.scope import Scope
from egards.conversations.models import CallBack, Conversation, Promise, SavedView, Turn
from egards.interactions.models import Delivery
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading

State = Conversation.State
#: The zone in which « aujourd’hui » and « avant midi » are meant on members' screens.
ZONE: Final = ZoneInfo("Europe/Paris")
#: A promise due within this is in danger.
DANGER: Final = timedelta(hours=2)
PER_PAGE: Final = 25
#: How much of a word's text an excerpt is cut from.
_EXCERPT_OF = 2560

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


@dataclass(frozen=True, slots=True)
class After:
    """Where a page stopped: the moment that the list is sorted by (None: nothing promised) and the conversation."""

    at: datetime | None
    id: UUID

    def __str__(self) -> str:
        micros = "" if self.at is None else str((self.at - _EPOCH) // timedelta(microseconds=1))
        return f"{micros}-{self.id.hex}"

    @classmethod
    def parse(cls, text: str) -> After:
        """Read a cursor back. Raises ``ValueError`` on anything else."""
        micros, _dash, hexadecimal = text.rpartition("-")
        try:
            at = _EPOCH + timedelta(microseconds=int(micros)) if micros else None
            return cls(at, UUID(hex=hexadecimal))
        except OverflowError as error:
            raise ValueError(text) from error


@dataclass(frozen=True)
class Queue:
    """One page of a view, and where the next one begins. Rows carry ``said``, ``readings``, ``running``, ``kept``,
    ``is_written``: an answer stands ready and has not left."""

    rows: list[Any]
    after: After | None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def here(scope: Scope, column: str = "touchpoint_id") -> Q:
    """Return the fence as part of the same question: at the scope's touchpoints."""
    return Q() if scope.is_house else Q(**{f"{column}__in": Touchpoint.objects.within(scope).values("pk")})


def saved_views(member: Member) -> list[SavedView]:
    """Return the member's own views (one query)."""
    return list(SavedView.objects.filter(member=member).order_by("name", "pk"))


def counts(member: Member, scope: Scope, *, at: datetime, own: Iterable[SavedView] = ()) -> Counts:
    """Return the counts of every view, place by place, in one query; resolved conversations are not counted."""
    figures = {code: Count("pk", filter=kept) for code, kept in conditions(member, at).items() if code != "done"}
    mine = {f"own_{view.pk.hex}": _count_of(view, member, at) for view in own}
    rows: Any = _live(scope).values("place_id", "place__name").annotate(**figures, **mine).order_by("place__name")
    found: list[dict[str, Any]] = list(rows)
    return Counts(
        house={code: sum(row[code] for row in found) for code in figures},
        places=[PlaceCount(r["place_id"], r["place__name"], r["all"]) for r in found if r["place_id"] is not None],
        own={UUID(hex=name.removeprefix("own_")): sum(row[name] for row in found) for name in mine},
    )


def first_held(found: Counts) -> str:
    """Return the view in which the most pressing work waits; empty when nothing is open at all."""
    return next((code for code in FIRST_VIEWS if found.house.get(code)), "")


def _count_of(view: SavedView, member: Member, at: datetime) -> Count:
    asked = Asked.of(view.keeps)
    return Count("pk", filter=asked_for(asked, member, at) if asked.view != "done" else Q(pk=None))


def conditions(member: Member, at: datetime) -> dict[str, Q]:
    """Return what each view of the house keeps among conversations not resolved (« done »: those that are), by code."""
    tonight = end_of_day(at)
    return {
        "today": Q(owner=member, due_at__lt=tonight),
        "danger": Q(due_at__lt=at + DANGER),
        "mine": Q(owner=member),
        "nobody": Q(owner=None),
        "calls": Q(pk__in=_called_by(tonight)) | Q(pk__in=_call_promised_by(tonight)),
        "leaving": Q(pk__in=_written().values("conversation_id")),
        "waiting": Q(state=State.WAITING),
        "snoozed": Q(state=State.SNOOZED),
        "all": Q(state__in=(State.OPEN, State.WAITING, State.SNOOZED)),
        "done": Q(state=State.RESOLVED),
    }


def asked_for(asked: Asked, member: Member, at: datetime) -> Q:
    """Return what a list keeps, its place and its sign included."""
    found = conditions(member, at)[asked.view]
    if asked.place:
        found &= Q(place_id=asked.place)
    if asked.sign:
        read = Reading.objects.filter(content_id=OuterRef("last_in_id"), is_current=True)
        found &= Q(Exists(read.filter(intents__contains=[asked.sign])))
    return found


def queue(
    asked: Asked, member: Member, scope: Scope, *, people: Scope | None, at: datetime, after: After | None = None
) -> Queue:
    """Return one page of a view (one query): by what was promised, what was kept today at the end of « today ».

    ``people`` is where the member may know customers by name; elsewhere ``may_name`` is false on the row.
    """
    rows, order = _rows(asked, member, scope, at), _order(asked.view)
    if after and (asked.view != "done" or after.at):
        rows = rows.filter(_earlier(after) if asked.view == "done" else _later(after))
    # The page is chosen on the conversations alone; what its lines show is fetched for those only.
    page = rows.order_by(*order).values("pk")[: PER_PAGE + 1]
    found = list(_dressed(Conversation.objects.filter(pk__in=page), people).order_by(*order))
    shown = found[:PER_PAGE]
    if len(found) <= PER_PAGE:
        return Queue(shown, None)
    last = shown[-1]
    return Queue(shown, After(last.state_at if asked.view == "done" else last.due_at, last.pk))


def next_due(member: Member, scope: Scope, *, at: datetime) -> datetime | None:
    """Return when the member's next promise is due, whatever the day; None when nothing is promised."""
    rows = _live(scope).filter(owner=member, due_at__gte=at).order_by("due_at")
    return rows.values_list("due_at", flat=True).first()


def end_of_day(at: datetime) -> datetime:
    """Return the next midnight on members' clocks, in UTC."""
    tomorrow = at.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=ZONE).astimezone(UTC)


def start_of_day(at: datetime) -> datetime:
    """Return the last midnight on members' clocks, in UTC."""
    return datetime.combine(at.astimezone(ZONE).date(), time(), tzinfo=ZONE).astimezone(UTC)


def _live(scope: Scope) -> QuerySet[Conversation]:
    return Conversation.objects.filter(here(scope)).exclude(state=State.RESOLVED)


def _rows(asked: Asked, member: Member, scope: Scope, at: datetime) -> QuerySet[Conversation]:
    wanted = asked_for(asked, member, at)
    if asked.view == "done":
        return Conversation.objects.filter(here(scope)).filter(wanted, joined_into=None)
    if asked.view == "today" and not (asked.place or asked.sign):
        kept = Promise.objects.filter(owner=member, settled_at__gte=start_of_day(at), status__in=_KEPT)
        today = Q(wanted, ~Q(state=State.RESOLVED)) | Q(owner=member, pk__in=kept.values("conversation_id"))
        return Conversation.objects.filter(here(scope)).filter(today, joined_into=None)
    return _live(scope).filter(wanted)


#: What a line shows of its conversation.
_SHOWN: Final = (
    *("need", "state", "state_at", "snoozed_until", "due_at", "place__name", "owner__name"),
    *("customer__name", "customer__forgotten_at"),
    *("customer__merged_into__name", "customer__merged_into__forgotten_at"),
)
_KEPT = (Promise.Status.KEPT, Promise.Status.LATE)
#: As many promises of a line are looked at to say which one leads it.
_RUNNING_SHOWN: Final = 4
_RUNNING = (Promise.Status.OPEN, Promise.Status.BROKEN, Promise.Status.PAUSED)


def _called_by(tonight: datetime) -> QuerySet[CallBack, Any]:
    return CallBack.objects.filter(ended_at=None, starts_at__lt=tonight).values("conversation_id")


def _call_promised_by(tonight: datetime) -> QuerySet[Promise, Any]:
    promised = Promise.objects.filter(kind=Promise.Kind.CALL, status=Promise.Status.OPEN, due_at__lt=tonight)
    return promised.values("conversation_id")


def _order(view: str) -> tuple[Any, str]:
    return ("-state_at" if view == "done" else F("due_at").asc(nulls_last=True)), "pk"


def _earlier(after: After) -> Q:
    return Q(state_at__lt=after.at) | Q(state_at=after.at, pk__gt=after.id)


def _written() -> QuerySet[Turn]:
    """Answers of a person that have not left the house, and after which the customer said nothing more."""
    unsent = (Delivery.State.WAITING, Delivery.State.HELD)
    letters = Turn.objects.filter(interaction__delivery__state__in=unsent, is_program=False)
    return letters.filter(at__gte=F("conversation__last_in_at"))


def _later(after: After) -> Q:
    if after.at is None:
        return Q(due_at=None, pk__gt=after.id)
    return Q(due_at__gt=after.at) | Q(due_at=after.at, pk__gt=after.id) | Q(due_at=None)


def _dressed(rows: QuerySet[Conversation], people: Scope | None) -> QuerySet[Conversation]:
    may_name: Any = Value(False) if people is None else Value(True)
    if people is not None and not people.is_house:
        may_name = Case(When(here(people), then=Value(True)), default=Value(False), output_field=BooleanField())
    promises = Promise.objects.filter(conversation_id=OuterRef("pk"))
    running = promises.filter(status__in=_RUNNING).order_by(F("due_at").asc(nulls_last=True), "made_at")
    kept = promises.filter(status__in=_KEPT).order_by("-settled_at")
    read = Reading.objects.filter(content_id=OuterRef("last_in_id"), is_current=True)
    return (
        rows.select_related("customer__merged_into", "place", "owner")
        .only(*_SHOWN)
        .annotate(
            may_name=may_name,
            is_written=Exists(_written().filter(conversation_id=OuterRef("pk"))),
            kind=Subquery(_touchpoints("last_in__touchpoint_id").values("kind")[:1], output_field=CharField()),
            began_kind=Subquery(_touchpoints("touchpoint_id").values("kind")[:1], output_field=CharField()),
            said=Left("last_in__content__text", _EXCERPT_OF),
            subject=F("last_in__content__subject"),
            readings=ArraySubquery(read.values(row=_json("polarity", "is_ambiguous", "intents", "urgency"))[:1]),
            running=ArraySubquery(running.values(row=_json("kind", "what", "status", "due_at"))[:_RUNNING_SHOWN]),
            kept=ArraySubquery(kept.values(row=_json("kind", "what", "status", "settled_at"))[:1]),
        )
    )


def _touchpoints(column: str) -> QuerySet[Touchpoint]:
    return Touchpoint.objects.filter(pk=OuterRef(column))


def _json(*names: str) -> JSONObject:
    return JSONObject(**{name: name for name in names})
