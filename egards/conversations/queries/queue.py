"""One page of the queue: the conversations of a view with what their lines show, in one question."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject, Left

from egards.accounts.models import Brand, Member
from egards.accounts.scope import Scope
from egards.conversations.models import Conversation, Promise
from egards.conversations.queries.views import (
    SHAPES,
    SOMEONE,
    Asked,
    Asking,
    State,
    asked_for,
    here,
    live,
    written,
)
from egards.core.questions import Question
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading

PER_PAGE: Final = 25
#: How much of a word's text an excerpt is cut from.
_EXCERPT_OF = 2560
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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


#: Stands for where the page before stopped.
_SOMEWHERE: Final = After(datetime(1, 1, 2, tzinfo=UTC), UUID(int=3))


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as its line in the queue needs it: columns of ``_dressed``, in their order.

    ``customer_name`` is None when nobody is recognised; ``may_name`` is false where the member may not know it.
    ``is_written``: an answer stands ready and has not left. The last three are what JSON gives, moments as text.
    """

    id: UUID
    need: str
    state: str
    state_at: datetime
    snoozed_until: datetime | None
    due_at: datetime | None
    brand: str
    place: str | None
    owner: str | None
    customer_name: str | None
    is_forgotten: bool
    may_name: bool
    is_written: bool
    kind: str | None
    began_kind: str
    said: str | None
    readings: list[dict[str, Any]]
    running: list[dict[str, Any]]
    kept: list[dict[str, Any]]


@dataclass(frozen=True)
class Queue:
    """One page of a view, and where the next one begins."""

    rows: list[Row]
    after: After | None


def queue(
    asked: Asked, member: Member, scope: Scope, *, people: Scope | None, at: datetime, after: After | None = None
) -> Queue:
    """Return one page of a view (one query): by what was promised, what was kept today at the end of « today ».

    ``people`` is where the member may know customers by name; elsewhere ``may_name`` is false on the row.
    """
    past = "" if after is None else "moment" if after.at else "none"
    given = Asking.now(member, at).given()
    if after:
        given |= {_SOMEWHERE.at: after.at, _SOMEWHERE.id: after.id}
    found = [_row(columns) for columns in _page(asked, scope, people, past).ask(given)]
    shown = found[:PER_PAGE]
    if len(found) <= PER_PAGE:
        return Queue(shown, None)
    last = shown[-1]
    return Queue(shown, After(last.state_at if asked.view == "done" else last.due_at, last.id))


def next_due(member: Member, scope: Scope, *, at: datetime) -> datetime | None:
    """Return when the member's next promise is due, whatever the day; None when nothing is promised."""
    rows = live(scope).filter(owner=member, due_at__gte=at).order_by("due_at")
    return rows.values_list("due_at", flat=True).first()


@lru_cache(SHAPES)
def _page(asked: Asked, scope: Scope, people: Scope | None, past: str) -> Question:
    """Put one page together; ``past`` says where the one before stopped: at a « moment », or at « none »."""
    rows, order = _rows(asked, scope), _order(asked.view)
    after = _SOMEWHERE if past == "moment" else After(None, _SOMEWHERE.id)
    if past and (asked.view != "done" or after.at):
        rows = rows.filter(_earlier(after) if asked.view == "done" else _later(after))
    # The page is chosen on the conversations alone; what its lines show is fetched for those only.
    page = rows.order_by(*order).values("pk")[: PER_PAGE + 1]
    return Question.of(_dressed(Conversation.objects.filter(pk__in=page), people).order_by(*order))


def _rows(asked: Asked, scope: Scope) -> QuerySet[Conversation]:
    wanted = asked_for(asked, SOMEONE)
    if asked.view == "done":
        return Conversation.objects.filter(here(scope)).filter(wanted, joined_into=None)
    if asked.view == "today" and not (asked.place or asked.sign):
        kept = Promise.objects.filter(owner_id=SOMEONE.member, settled_at__gte=SOMEONE.morning, status__in=_KEPT)
        today = Q(wanted, ~Q(state=State.RESOLVED)) | Q(owner_id=SOMEONE.member, pk__in=kept.values("conversation_id"))
        return Conversation.objects.filter(here(scope)).filter(today, joined_into=None)
    return live(scope).filter(wanted)


def _row(columns: tuple[Any, ...]) -> Row:
    *plain, readings, running, kept = columns
    return Row(*plain, *([json.loads(one) for one in many] for many in (readings, running, kept)))


_KEPT = (Promise.Status.KEPT, Promise.Status.LATE)
#: As many promises of a line are looked at to say which one leads it.
_RUNNING_SHOWN: Final = 4
#: Of the one who stands for them after a merge.
_IS_FORGOTTEN: Final = Q(customer__merged_into__forgotten_at__isnull=False) | Q(
    customer__merged_into=None, customer__forgotten_at__isnull=False
)
_RUNNING = (Promise.Status.OPEN, Promise.Status.BROKEN, Promise.Status.PAUSED)


def _order(view: str) -> tuple[Any, str]:
    return ("-state_at" if view == "done" else F("due_at").asc(nulls_last=True)), "pk"


def _earlier(after: After) -> Q:
    return Q(state_at__lt=after.at) | Q(state_at=after.at, pk__gt=after.id)


def _later(after: After) -> Q:
    if after.at is None:
        return Q(due_at=None, pk__gt=after.id)
    return Q(due_at__gt=after.at) | Q(due_at=after.at, pk__gt=after.id) | Q(due_at=None)


def _dressed(rows: QuerySet[Conversation], people: Scope | None) -> QuerySet[Conversation, Any]:
    """Return the columns of ``Row``."""
    return rows.values_list(
        *("pk", "need", "state", "state_at", "snoozed_until", "due_at"),
        # a join that always matches lets the planner join whole tables before it keeps a page
        Subquery(Brand.objects.filter(pk=OuterRef("brand_id")).values("name")[:1]),
        *("place__name", "owner__name"),
        Coalesce("customer__merged_into__name", "customer__name"),
        ExpressionWrapper(_IS_FORGOTTEN, output_field=BooleanField()),
        _may_name(people),
        Exists(written().filter(conversation_id=OuterRef("pk"))),
        Subquery(_touchpoints("last_in__touchpoint_id").values("kind")[:1], output_field=CharField()),
        Subquery(_touchpoints("touchpoint_id").values("kind")[:1], output_field=CharField()),
        Left("last_in__content__text", _EXCERPT_OF),
        *_lists(),
    )


def _lists() -> tuple[ArraySubquery, ...]:
    """Return the last reading, the promises that run, the one last kept."""
    promises = Promise.objects.filter(conversation_id=OuterRef("pk"))
    running = promises.filter(status__in=_RUNNING).order_by(F("due_at").asc(nulls_last=True), "made_at")
    kept = promises.filter(status__in=_KEPT).order_by("-settled_at")
    read = Reading.objects.filter(content_id=OuterRef("last_in_id"), is_current=True)
    return (
        ArraySubquery(read.values(row=_json("polarity", "is_ambiguous", "intents", "urgency"))[:1]),
        ArraySubquery(running.values(row=_json("kind", "what", "status", "due_at"))[:_RUNNING_SHOWN]),
        ArraySubquery(kept.values(row=_json("kind", "what", "status", "settled_at"))[:1]),
    )


def _may_name(people: Scope | None) -> Any:
    if people is None or people.is_house:
        return Value(people is not None)
    return Case(When(here(people), then=Value(True)), default=Value(False), output_field=BooleanField())


def _touchpoints(column: str) -> QuerySet[Touchpoint]:
    return Touchpoint.objects.filter(pk=OuterRef(column))


def _json(*names: str) -> JSONObject:
    return JSONObject(**{name: name for name in names})
