"""What became of a promise: a pure function over its events, in the open hours of those who made it.

A promise is either a *budget* (so many seconds of open time) or a *date* said to the customer.

- A budget runs while somebody is there (``egards.core.working_hours``) and stands still while we wait for the customer,
  from ``PAUSED`` to ``RESUMED``. It is due when it is spent: at the first such moment, so at the end of an afternoon
  rather than at the next opening. While it stands still it has no due, and cannot break.
- A date is a date: it does not stand still. Whether we wait for the customer is remembered all the same, and holds
  back a budget that replaces the date.
- ``RENEGOTIATED`` gives a new budget or a new date, from its own moment. Before the due it avoids the break; after it,
  the break remains (``broken_at``), there is a new due to hold, and the promise ends ``late`` at best.
- ``KEPT`` at the due or before is kept; after it, late. Past the due without ``KEPT``, the promise is broken, and a
  pause changes nothing to that.
- ``RETURNED`` undoes the ``KEPT`` before it: the letter came back, the customer has read nothing. From that moment on
  the promise is what it would be had it never been kept; its time has gone on.
- ``WITHDRAWN`` ends the promise; a due missed before stays missed.

Events are taken in the order of their moments (those of the same moment, in the order given). What comes before the
first ``MADE``, after ``KEPT`` or ``WITHDRAWN``, or after the moment asked about changes nothing; no more does a second
``MADE``, a pause within a pause or a ``RESUMED`` without one. Hours that never open make no budget due: such a promise
waits for better hours, without due and without end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from egards.core.working_hours import Calendar, NeverOpen, add_open_time, add_working, open_time


class Kind(StrEnum):
    """What happens to a promise; the values of ``models.Event.Kind``."""

    MADE = "made"
    PAUSED = "paused"
    RESUMED = "resumed"
    RENEGOTIATED = "renegotiated"
    KEPT = "kept"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Status(StrEnum):
    """What became of it; the values of ``models.Promise.Status``."""

    OPEN = "open"
    PAUSED = "paused"
    KEPT = "kept"
    BROKEN = "broken"
    LATE = "late"
    WITHDRAWN = "withdrawn"


class NothingPromised(ValueError):
    """No ``MADE`` among the events, at the moment asked about."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One event of a promise. ``MADE`` and ``RENEGOTIATED`` carry a budget in seconds of open time, or a date said."""

    kind: Kind
    at: datetime
    budget_seconds: int | None = None
    due_at: datetime | None = None

    def __post_init__(self) -> None:
        terms = (self.budget_seconds is not None) + (self.due_at is not None)
        if terms != (self.kind in (Kind.MADE, Kind.RENEGOTIATED)):
            raise ValueError(f"« {self.kind} » carries a budget or a date, and only what promises carries one.")
        if self.budget_seconds is not None and self.budget_seconds < 0:
            raise ValueError("A budget is 0 or more.")


@dataclass(frozen=True, slots=True)
class State:
    """A promise at one moment. Moments are in UTC.

    ``due_at`` is what it must be kept by (once broken, what it should have been kept by; once settled, its last), None
    while a budget stands still. ``first_due_at`` is the due of its making, ``broken_at`` the first due missed, even
    when another was agreed since. ``worked_seconds`` is the open time since it was made, until it was settled, less
    that in which a budget stood still; ``left_seconds`` what remains of the budget, None for a date.
    """

    status: Status
    due_at: datetime | None
    first_due_at: datetime | None
    broken_at: datetime | None
    settled_at: datetime | None
    worked_seconds: int
    left_seconds: int | None


def state_of(facts: Sequence[Fact], calendar: Calendar, at: datetime) -> State:
    """Return what became of a promise by a moment. Raises ``NothingPromised``. See the module for the rules."""
    at = at.astimezone(UTC)  # two moments of one zone compare as the wall reads them, which autumn reads twice
    known = sorted((fact for fact in facts if fact.at.astimezone(UTC) <= at), key=lambda fact: fact.at.astimezone(UTC))
    known = _without_returned(known)
    first = next((n for n, fact in enumerate(known) if fact.kind is Kind.MADE), None)
    if first is None:
        raise NothingPromised
    run = _Run(calendar, known[first])
    for fact in known[first + 1 :]:
        run.take(fact)
        if run.end:
            break
    run.reach(run.settled_at or at)
    return run.state()


def _without_returned(facts: Sequence[Fact]) -> list[Fact]:
    """Leave out each ``KEPT`` that came back, with the ``RETURNED`` that says so."""
    standing: list[Fact] = []
    for fact in facts:
        if fact.kind is not Kind.RETURNED:
            standing.append(fact)
            continue
        kept = [n for n, before in enumerate(standing) if before.kind is Kind.KEPT]
        if kept:
            del standing[kept[-1]]
    return standing


def rounded_due(due: datetime, calendar: Calendar, minutes: int = 30) -> datetime:
    """Return a due as it is told to a person: the next half hour of their clock, within the same open stretch.

    ``minutes`` is the grain, counted from the local hour or midnight.
    """
    due = due.astimezone(UTC)
    day = calendar.day_of(due)
    wall = due.astimezone(calendar.local_zone)
    past = timedelta(
        minutes=(wall.hour * 60 + wall.minute) % minutes, seconds=wall.second, microseconds=wall.microsecond
    )
    told = due + timedelta(minutes=minutes) - past if past else due
    ends = [closes for opens, closes in calendar.slots_on(day) if opens <= due <= closes]
    return min([told, *ends])


def promised_answer(calendar: Calendar, received_at: datetime, budget_seconds: int) -> datetime:
    """Return the due to tell for a word received then: the budget in open time, rounded. Raises ``NeverOpen``."""
    return rounded_due(add_working(calendar, received_at, budget_seconds), calendar)


class _Run:
    """A promise on its way through its events."""

    def __init__(self, calendar: Calendar, made: Fact) -> None:
        self.calendar = calendar
        self.now = made.at.astimezone(UTC)
        self.worked = timedelta()
        self.left: timedelta | None = None
        self.due: datetime | None = None
        self.is_waiting = self.is_missed = False
        self.broken_at: datetime | None = None
        self.end: Kind | None = None
        self.settled_at: datetime | None = None
        self._agree(made)
        self.first_due = self.due

    def take(self, fact: Fact) -> None:
        """Go on to a fact, and let it change what it changes."""
        self.reach(fact.at.astimezone(UTC))
        match fact.kind:
            case Kind.PAUSED:
                self.is_waiting = True
                if self.left is not None and not self.is_missed:
                    self.due = None
            case Kind.RESUMED:
                self.is_waiting = False
                if self.left is not None and not self.is_missed:
                    self.due = self._spent()
            case Kind.RENEGOTIATED:
                self._agree(fact)
            case Kind.KEPT | Kind.WITHDRAWN:
                self.end, self.settled_at = fact.kind, self.now

    def reach(self, at: datetime) -> None:
        """Let time pass until then; it is never earlier than now."""
        if self.left is None or not self.is_waiting:
            passed = open_time(self.calendar, self.now, at)
            self.worked += passed
            if self.left is not None:
                self.left = max(self.left - passed, timedelta())
        if self.due is not None and at > self.due and not self.is_missed:
            self.is_missed = True
            self.broken_at = self.broken_at or self.due
        self.now = at

    def state(self) -> State:
        """Return what it is now."""
        return State(
            status=self._status(),
            due_at=self.due,
            first_due_at=self.first_due,
            broken_at=self.broken_at,
            settled_at=self.settled_at,
            worked_seconds=round(self.worked.total_seconds()),
            left_seconds=None if self.left is None else round(self.left.total_seconds()),
        )

    def _agree(self, fact: Fact) -> None:
        """Take new terms, from now."""
        self.is_missed = False
        if fact.due_at is not None:
            self.left, self.due = None, fact.due_at.astimezone(UTC)
        else:
            self.left = timedelta(seconds=fact.budget_seconds or 0)
            self.due = None if self.is_waiting else self._spent()

    def _spent(self) -> datetime | None:
        """When what is left of the budget will be spent, if nothing stops it."""
        if not self.left:
            return self.now  # a budget spent to the second when it stopped: no opening is waited for
        try:
            return add_open_time(self.calendar, self.now, self.left)
        except NeverOpen:
            return None

    def _status(self) -> Status:
        if self.end is Kind.WITHDRAWN:
            return Status.WITHDRAWN
        if self.end is Kind.KEPT:
            return Status.LATE if self.broken_at else Status.KEPT
        if self.is_missed:
            return Status.BROKEN
        return Status.PAUSED if self.is_waiting and self.left is not None else Status.OPEN
