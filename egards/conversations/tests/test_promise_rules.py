"""Promises in open hours, checked by hand, then against a minute-by-minute simulation of random histories.

Moments are read on a clock in Paris unless they carry their offset. In 2026 clocks change on Sundays 29 March and
25 October; Easter Monday is 6 April, Ascension Thursday 14 May, 14 July a Tuesday, 11 November a Wednesday, Christmas a
Friday.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from egards.conversations.models import Event, Promise
from egards.conversations.rules.promises import (
    Fact,
    Kind,
    NothingPromised,
    State,
    Status,
    promised_answer,
    rounded_due,
    state_of,
)
from egards.conversations.tests.promise_simulation import random_history, random_world, simulated
from egards.core.working_hours import Calendar, NeverOpen

PARIS = ZoneInfo("Europe/Paris")


def moment(said: str) -> datetime:
    """Return a moment read in Paris, or with its own offset."""
    at = datetime.fromisoformat(said)
    return (at if at.tzinfo else at.replace(tzinfo=PARIS)).astimezone(UTC)


def hours(days: range, *slots: tuple[str, str], subdivision: str = "", closures: tuple[str, ...] = ()) -> Calendar:
    """Return the same slots on some ISO weekdays."""
    week = {day: tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in slots) for day in days}
    off = frozenset(date.fromisoformat(day) for day in closures)
    return Calendar("Europe/Paris", week, subdivision=subdivision, closures=off)


WEEKDAYS, ALL_DAYS = range(1, 6), range(1, 8)
HOUSE = hours(WEEKDAYS, ("09:00", "18:00"))
LUNCH = hours(WEEKDAYS, ("09:00", "12:30"), ("14:00", "18:00"))
SIX_DAYS = hours(range(1, 7), ("10:00", "19:00"))
ALWAYS = hours(ALL_DAYS, ("00:00", "00:00"))
NIGHT = hours(ALL_DAYS, ("00:00", "06:00"), ("22:00", "00:00"))
MOSELLE = hours(range(1, 7), ("09:00", "18:00"), subdivision="57")
ALSACE = hours(WEEKDAYS, ("09:00", "18:00"), subdivision="6AE")
STOCKTAKING = hours(WEEKDAYS, ("09:00", "18:00"), closures=("2026-06-09", "2026-06-10"))
NEVER = hours(range(0), ("09:00", "18:00"))


def made(at: str, *, hours: float | None = None, by: str | None = None) -> Fact:
    """We promised, in open hours or by a date."""
    return _terms(Kind.MADE, at, hours, by)


def renegotiated(at: str, *, hours: float | None = None, by: str | None = None) -> Fact:
    """We agreed on something else with the customer."""
    return _terms(Kind.RENEGOTIATED, at, hours, by)


def paused(at: str) -> Fact:
    """We began to wait for the customer."""
    return Fact(Kind.PAUSED, moment(at))


def resumed(at: str) -> Fact:
    """The customer spoke."""
    return Fact(Kind.RESUMED, moment(at))


def kept(at: str) -> Fact:
    """We did it."""
    return Fact(Kind.KEPT, moment(at))


def returned(at: str) -> Fact:
    """The letter that kept it came back."""
    return Fact(Kind.RETURNED, moment(at))


def withdrawn(at: str) -> Fact:
    """It no longer holds."""
    return Fact(Kind.WITHDRAWN, moment(at))


MONDAY = "2026-06-08"


@pytest.mark.parametrize(
    ("facts", "asked", "status"),
    [
        ([kept(f"{MONDAY} 10:00")], "11:00", Status.KEPT),
        ([kept(f"{MONDAY} 10:00"), returned(f"{MONDAY} 10:30")], "10:15", Status.KEPT),
        ([kept(f"{MONDAY} 10:00"), returned(f"{MONDAY} 10:30")], "11:00", Status.OPEN),
        ([kept(f"{MONDAY} 10:00"), returned(f"{MONDAY} 10:30")], "14:00", Status.BROKEN),
        ([kept(f"{MONDAY} 10:00"), returned(f"{MONDAY} 14:00")], "14:00", Status.BROKEN),
        ([kept(f"{MONDAY} 10:00"), returned(f"{MONDAY} 10:30"), kept(f"{MONDAY} 12:00")], "14:00", Status.KEPT),
        ([kept(f"{MONDAY} 10:00"), returned(f"{MONDAY} 14:00"), kept(f"{MONDAY} 15:00")], "16:00", Status.LATE),
        ([returned(f"{MONDAY} 10:30"), kept(f"{MONDAY} 11:00")], "12:00", Status.KEPT),
        ([kept(f"{MONDAY} 10:00"), withdrawn(f"{MONDAY} 11:00")], "12:00", Status.KEPT),
    ],
)
def test_what_came_back_was_never_kept(facts: list[Fact], asked: str, status: Status) -> None:
    """Four open hours from 9 on a Monday: due at 13."""
    said = [made(f"{MONDAY} 09:00", hours=4), *facts]
    assert state_of(said, HOUSE, moment(f"{MONDAY} {asked}")).status == status


def _terms(kind: Kind, at: str, hours: float | None, by: str | None) -> Fact:
    return Fact(kind, moment(at), None if hours is None else round(hours * 3600), None if by is None else moment(by))


@dataclass(frozen=True)
class Case:
    """A history, the moment asked about, and what a person with a calendar and a pencil finds."""

    why: str
    calendar: Calendar
    facts: list[Fact]
    asked: str
    status: str
    due: str | None
    broken: str | None = None
    settled: str | None = None
    worked: float | None = None  # hours
    left: float | None = None  # hours
    first_due: str | None = field(default=None)  # when it is not ``due``

    def found(self) -> tuple[object, ...]:
        """Return what the engine says of it, in the case's own order."""
        state = state_of(self.facts, self.calendar, moment(self.asked))
        worked = None if self.worked is None else state.worked_seconds / 3600
        left = None if self.left is None or state.left_seconds is None else state.left_seconds / 3600
        return state.status, state.due_at, state.broken_at, state.settled_at, state.first_due_at, worked, left

    def expected(self) -> tuple[object, ...]:
        """Return what was found by hand."""
        due, broken, settled, first = (
            said and moment(said) for said in (self.due, self.broken, self.settled, self.first_due or self.due)
        )
        return self.status, due, broken, settled, first, self.worked, self.left


CASES = [
    # ── a plain day ──────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "four hours from ten o'clock are up at two",
        HOUSE, [made("2026-06-08 10:00", hours=4)], "2026-06-08 11:00",
        "open", "2026-06-08 14:00", worked=1, left=3,
    ),
    Case(
        "kept on the very second of the due is kept",
        HOUSE, [made("2026-06-08 10:00", hours=4), kept("2026-06-08 14:00")], "2026-06-08 18:00",
        "kept", "2026-06-08 14:00", settled="2026-06-08 14:00", worked=4, left=0,
    ),
    Case(
        "kept one second after the due is late, and broken at the due",
        HOUSE, [made("2026-06-08 10:00", hours=4), kept("2026-06-08 14:00:01")], "2026-06-08 18:00",
        "late", "2026-06-08 14:00", broken="2026-06-08 14:00", settled="2026-06-08 14:00:01",
    ),
    Case(
        "asked on the very second of the due, it is still open",
        HOUSE, [made("2026-06-08 10:00", hours=4)], "2026-06-08 14:00",
        "open", "2026-06-08 14:00", worked=4, left=0,
    ),
    Case(
        "asked one second later, it is broken",
        HOUSE, [made("2026-06-08 10:00", hours=4)], "2026-06-08 14:00:01",
        "broken", "2026-06-08 14:00", broken="2026-06-08 14:00", left=0,
    ),
    Case(
        "asked about before it was kept, it is not kept yet",
        HOUSE, [made("2026-06-08 10:00", hours=4), kept("2026-06-08 12:00")], "2026-06-08 11:00",
        "open", "2026-06-08 14:00", worked=1, left=3,
    ),
    # ── nights, lunches, week ends ───────────────────────────────────────────────────────────────────────────────────
    Case(
        "17:00 plus two hours: one this evening, one tomorrow morning",
        HOUSE, [made("2026-06-08 17:00", hours=2)], "2026-06-08 20:00",
        "open", "2026-06-09 10:00", worked=1, left=1,
    ),
    Case(
        "a budget that the evening exactly holds is due when the house closes, not when it opens again",
        HOUSE, [made("2026-06-08 16:00", hours=2)], "2026-06-08 17:00",
        "open", "2026-06-08 18:00", worked=1, left=1,
    ),
    Case(
        "written at night, it starts at nine",
        HOUSE, [made("2026-06-08 23:40", hours=1)], "2026-06-09 09:30",
        "open", "2026-06-09 10:00", worked=0.5, left=0.5,
    ),
    Case(
        "the lunch break does not count: 11:30 plus two hours is an hour before and an hour after",
        LUNCH, [made("2026-06-08 11:30", hours=2)], "2026-06-08 13:00",
        "open", "2026-06-08 15:00", worked=1, left=1,
    ),
    Case(
        "made during lunch, it starts at two",
        LUNCH, [made("2026-06-08 13:00", hours=0.5)], "2026-06-08 13:30",
        "open", "2026-06-08 14:30", worked=0, left=0.5,
    ),
    Case(
        "Friday evening plus three hours ends on Monday",
        HOUSE, [made("2026-06-12 17:00", hours=3)], "2026-06-14 12:00",
        "open", "2026-06-15 11:00", worked=1, left=2,
    ),
    Case(
        "written on a Sunday, it starts on Monday",
        HOUSE, [made("2026-06-14 15:00", hours=9)], "2026-06-15 18:00",
        "open", "2026-06-15 18:00", worked=9, left=0,
    ),
    Case(
        "a house open on Saturdays answers on Saturday",
        SIX_DAYS, [made("2026-06-12 18:00", hours=2)], "2026-06-12 19:00",
        "open", "2026-06-13 11:00", worked=1, left=1,
    ),
    Case(
        "two days of stock-taking are jumped over",
        STOCKTAKING, [made("2026-06-08 17:00", hours=2)], "2026-06-10 12:00",
        "open", "2026-06-11 10:00", worked=1, left=1,
    ),
    # ── public holidays ──────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "14 July on a Tuesday: Monday evening goes over to Wednesday",
        HOUSE, [made("2026-07-13 17:00", hours=2)], "2026-07-14 12:00",
        "open", "2026-07-15 10:00", worked=1, left=1,
    ),
    Case(
        "11 November on a Wednesday counts nothing",
        HOUSE, [made("2026-11-10 14:00", hours=9)], "2026-11-11 23:00",
        "open", "2026-11-12 14:00", worked=4, left=5,
    ),
    Case(
        "Christmas on a Friday, then the week end: Thursday evening goes over to Monday",
        HOUSE, [made("2026-12-24 17:30", hours=1)], "2026-12-27 12:00",
        "open", "2026-12-28 09:30", worked=0.5, left=0.5,
    ),
    Case(
        "Easter: from Friday evening to Tuesday",
        HOUSE, [made("2026-04-03 17:00", hours=2)], "2026-04-06 12:00",
        "open", "2026-04-07 10:00", worked=1, left=1,
    ),
    Case(
        "Ascension Thursday is off, the Friday after is not",
        HOUSE, [made("2026-05-13 17:00", hours=2)], "2026-05-14 12:00",
        "open", "2026-05-15 10:00", worked=1, left=1,
    ),
    Case(
        "1 May 2026 is a Friday",
        HOUSE, [made("2026-04-30 17:00", hours=2)], "2026-05-01 12:00",
        "open", "2026-05-04 10:00", worked=1, left=1,
    ),
    Case(
        "New Year: 31 December evening goes over to Monday 4 January 2027",
        HOUSE, [made("2026-12-31 17:00", hours=2)], "2027-01-01 12:00",
        "open", "2027-01-04 10:00", worked=1, left=1,
    ),
    Case(
        "Good Friday is off in Alsace: Thursday evening goes over to the Tuesday after Easter",
        ALSACE, [made("2026-04-02 17:00", hours=2)], "2026-04-03 12:00",
        "open", "2026-04-07 10:00", worked=1, left=1,
    ),
    Case(
        "Good Friday is a working day elsewhere",
        HOUSE, [made("2026-04-02 17:00", hours=2)], "2026-04-03 09:00",
        "open", "2026-04-03 10:00", worked=1, left=1,
    ),
    Case(
        "26 December is off in Moselle, though a Saturday of work: from Thursday to Monday",
        MOSELLE, [made("2026-12-24 17:00", hours=2)], "2026-12-26 12:00",
        "open", "2026-12-28 10:00", worked=1, left=1,
    ),
    # ── clock changes ────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "spring, closed at night: Friday 17:00 plus two hours is Monday 10:00 on the new clock",
        HOUSE, [made("2026-03-27 17:00+01:00", hours=2)], "2026-03-28 12:00",
        "open", "2026-03-30 10:00+02:00", worked=1, left=1,
    ),
    Case(
        "autumn, closed at night: Friday 17:00 plus two hours is Monday 10:00 on the winter clock",
        HOUSE, [made("2026-10-23 17:00+02:00", hours=2)], "2026-10-24 12:00",
        "open", "2026-10-26 10:00+01:00", worked=1, left=1,
    ),
    Case(
        "spring, open all night: from 01:00, two hours pass by 04:00 on the wall",
        NIGHT, [made("2026-03-29 01:00+01:00", hours=2)], "2026-03-29 03:00+02:00",
        "open", "2026-03-29 04:00+02:00", worked=1, left=1,
    ),
    Case(
        "autumn, open all night: from 01:00, two hours pass by the second 02:00 on the wall",
        NIGHT, [made("2026-10-25 01:00+02:00", hours=2)], "2026-10-25 02:00+02:00",
        "open", "2026-10-25 02:00+01:00", worked=1, left=1,
    ),
    Case(
        "a spring Sunday, always open, lasts 23 hours",
        ALWAYS, [made("2026-03-29 00:00", hours=23)], "2026-03-29 12:00",
        "open", "2026-03-30 00:00", worked=11, left=12,
    ),
    Case(
        "an autumn Sunday, always open, lasts 25 hours",
        ALWAYS, [made("2026-10-25 00:00", hours=25)], "2026-10-25 12:00",
        "open", "2026-10-26 00:00", worked=13, left=12,
    ),
    Case(
        "a pause over the spring night: four hours stood still (22 to 2), then three more (3 to 6) count",
        NIGHT,
        [made("2026-03-28 22:00", hours=3), paused("2026-03-28 22:00"), resumed("2026-03-29 03:00+02:00")],
        "2026-03-29 04:00+02:00",
        "open", "2026-03-29 06:00+02:00", worked=1, left=2, first_due="2026-03-29 01:00+01:00",
    ),
    # ── waiting for the customer ─────────────────────────────────────────────────────────────────────────────────────
    Case(
        "while we wait for the customer nothing is due",
        HOUSE, [made("2026-06-08 10:00", hours=4), paused("2026-06-08 11:00")], "2026-06-12 11:00",
        "paused", None, worked=1, left=3, first_due="2026-06-08 14:00",
    ),
    Case(
        "the customer speaks in the night: what is left starts in the morning",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), paused("2026-06-08 11:00"), resumed("2026-06-08 23:30")],
        "2026-06-09 09:00",
        "open", "2026-06-09 12:00", worked=1, left=3, first_due="2026-06-08 14:00",
    ),
    Case(
        "a pause that falls wholly in closed hours changes nothing",
        HOUSE,
        [made("2026-06-08 17:00", hours=2), paused("2026-06-08 18:30"), resumed("2026-06-09 08:00")],
        "2026-06-09 09:30",
        "open", "2026-06-09 10:00", worked=1.5, left=0.5,
    ),
    Case(
        "a pause over a week end, on from Friday noon to Monday noon, costs nothing",
        HOUSE,
        [made("2026-06-12 10:00", hours=4), paused("2026-06-12 12:00"), resumed("2026-06-15 12:00")],
        "2026-06-15 14:00",
        "open", "2026-06-15 14:00", worked=4, left=0, first_due="2026-06-12 14:00",
    ),
    Case(
        "asking again while waiting is one wait",
        HOUSE,
        [
            made("2026-06-08 10:00", hours=4), paused("2026-06-08 11:00"), paused("2026-06-08 12:00"),
            resumed("2026-06-08 13:00"), resumed("2026-06-08 14:00"),
        ],
        "2026-06-08 15:00",
        "open", "2026-06-08 16:00", worked=3, left=1, first_due="2026-06-08 14:00",
    ),
    Case(
        "a customer who speaks without being waited for changes nothing",
        HOUSE, [made("2026-06-08 10:00", hours=4), resumed("2026-06-08 12:00")], "2026-06-08 13:00",
        "open", "2026-06-08 14:00", worked=3, left=1,
    ),
    Case(
        "two pauses add up: an hour and two hours",
        HOUSE,
        [
            made("2026-06-08 09:00", hours=4), paused("2026-06-08 10:00"), resumed("2026-06-08 11:00"),
            paused("2026-06-08 12:00"), resumed("2026-06-08 14:00"),
        ],
        "2026-06-08 15:00",
        "open", "2026-06-08 16:00", worked=3, left=1, first_due="2026-06-08 13:00",
    ),
    Case(
        "asked at the very due, the customer holds it; nothing is left, so it is due when they have spoken",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), paused("2026-06-08 14:00"), resumed("2026-06-08 16:00")],
        "2026-06-08 16:00",
        "open", "2026-06-08 16:00", worked=4, left=0, first_due="2026-06-08 14:00",
    ),
    Case(
        "kept while waiting: kept, and there was no due",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), paused("2026-06-08 11:00"), kept("2026-06-20 11:00")],
        "2026-06-21 12:00",
        "kept", None, settled="2026-06-20 11:00", worked=1, left=3, first_due="2026-06-08 14:00",
    ),
    Case(
        "waiting after the due does not mend a broken promise",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), paused("2026-06-08 15:00"), resumed("2026-06-08 16:00")],
        "2026-06-08 16:30",
        "broken", "2026-06-08 14:00", broken="2026-06-08 14:00", worked=5.5, left=0,
    ),
    # ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "a date is a date, on a Sunday too",
        HOUSE, [made("2026-06-08 10:00", by="2026-06-14 12:00"), kept("2026-06-14 12:00")], "2026-06-15 12:00",
        "kept", "2026-06-14 12:00", settled="2026-06-14 12:00", worked=44,
    ),
    Case(
        "a date does not stand still while we wait",
        HOUSE, [made("2026-06-08 10:00", by="2026-06-10 12:00"), paused("2026-06-08 11:00")], "2026-06-09 10:00",
        "open", "2026-06-10 12:00", worked=9,
    ),
    Case(
        "and breaks all the same",
        HOUSE, [made("2026-06-08 10:00", by="2026-06-10 12:00"), paused("2026-06-08 11:00")], "2026-06-10 12:01",
        "broken", "2026-06-10 12:00", broken="2026-06-10 12:00",
    ),
    Case(
        "a date already past when it was said is broken from the start",
        HOUSE, [made("2026-06-08 10:00", by="2026-06-08 09:00")], "2026-06-08 10:00",
        "broken", "2026-06-08 09:00", broken="2026-06-08 09:00", worked=0,
    ),
    # ── renegotiated ─────────────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "another date agreed in time avoids the break",
        HOUSE,
        [
            made("2026-06-08 10:00", hours=4), renegotiated("2026-06-08 13:00", by="2026-06-10 12:00"),
            kept("2026-06-10 11:00"),
        ],
        "2026-06-11 12:00",
        "kept", "2026-06-10 12:00", settled="2026-06-10 11:00", worked=19, first_due="2026-06-08 14:00",
    ),
    Case(
        "agreed at the very due is in time",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), renegotiated("2026-06-08 14:00", hours=9)],
        "2026-06-08 15:00",
        "open", "2026-06-09 14:00", worked=5, left=8, first_due="2026-06-08 14:00",
    ),
    Case(
        "agreed after the break, it is open again but the break remains",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), renegotiated("2026-06-08 15:00", by="2026-06-10 12:00")],
        "2026-06-09 12:00",
        "open", "2026-06-10 12:00", broken="2026-06-08 14:00", first_due="2026-06-08 14:00",
    ),
    Case(
        "and, even kept by then, it ends late",
        HOUSE,
        [
            made("2026-06-08 10:00", hours=4), renegotiated("2026-06-08 15:00", by="2026-06-10 12:00"),
            kept("2026-06-10 12:00"),
        ],
        "2026-06-11 12:00",
        "late", "2026-06-10 12:00",
        broken="2026-06-08 14:00", settled="2026-06-10 12:00", first_due="2026-06-08 14:00",
    ),
    Case(
        "broken twice, it was broken the first time",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), renegotiated("2026-06-08 15:00", hours=1)],
        "2026-06-08 17:00",
        "broken", "2026-06-08 16:00", broken="2026-06-08 14:00", left=0, first_due="2026-06-08 14:00",
    ),
    Case(
        "a new budget agreed while we wait stands still, whole, until the customer speaks",
        HOUSE,
        [
            made("2026-06-08 10:00", hours=4), paused("2026-06-08 11:00"),
            renegotiated("2026-06-08 12:00", hours=6), resumed("2026-06-09 10:00"),
        ],
        "2026-06-09 12:00",
        "open", "2026-06-09 16:00", worked=3, left=4, first_due="2026-06-08 14:00",
    ),
    Case(
        "a date agreed while we wait holds at once",
        HOUSE,
        [
            made("2026-06-08 10:00", hours=4), paused("2026-06-08 11:00"),
            renegotiated("2026-06-08 12:00", by="2026-06-09 12:00"),
        ],
        "2026-06-09 11:00",
        "open", "2026-06-09 12:00", first_due="2026-06-08 14:00",
    ),
    Case(
        "a date turned into a budget stands still if we still wait",
        HOUSE,
        [
            made("2026-06-08 10:00", by="2026-06-10 12:00"), paused("2026-06-08 11:00"),
            renegotiated("2026-06-08 12:00", hours=2),
        ],
        "2026-06-12 12:00",
        "paused", None, worked=2, left=2, first_due="2026-06-10 12:00",
    ),
    Case(
        "agreed again, an earlier date is the date",
        HOUSE,
        [made("2026-06-08 10:00", by="2026-06-12 12:00"), renegotiated("2026-06-08 11:00", by="2026-06-09 12:00")],
        "2026-06-09 12:01",
        "broken", "2026-06-09 12:00", broken="2026-06-09 12:00", first_due="2026-06-12 12:00",
    ),
    # ── the end, and disorder ────────────────────────────────────────────────────────────────────────────────────────
    Case(
        "withdrawn in time is withdrawn, and nothing was broken",
        HOUSE, [made("2026-06-08 10:00", hours=4), withdrawn("2026-06-08 12:00")], "2026-06-30 12:00",
        "withdrawn", "2026-06-08 14:00", settled="2026-06-08 12:00", worked=2, left=2,
    ),
    Case(
        "withdrawn after the due, the break is still told",
        HOUSE, [made("2026-06-08 10:00", hours=4), withdrawn("2026-06-08 16:00")], "2026-06-30 12:00",
        "withdrawn", "2026-06-08 14:00", broken="2026-06-08 14:00", settled="2026-06-08 16:00",
    ),
    Case(
        "what comes after the end changes nothing",
        HOUSE,
        [
            made("2026-06-08 10:00", hours=4), kept("2026-06-08 11:00"), paused("2026-06-08 12:00"),
            renegotiated("2026-06-08 12:30", hours=1), withdrawn("2026-06-08 13:00"), kept("2026-06-09 13:00"),
        ],
        "2026-06-30 12:00",
        "kept", "2026-06-08 14:00", settled="2026-06-08 11:00", worked=1, left=3,
    ),
    Case(
        "told in any order, it is the same history",
        HOUSE,
        [
            kept("2026-06-08 15:30"), resumed("2026-06-08 13:00"), made("2026-06-08 10:00", hours=4),
            paused("2026-06-08 11:00"),
        ],
        "2026-06-30 12:00",
        "kept", "2026-06-08 16:00", settled="2026-06-08 15:30", worked=3.5, left=0.5, first_due="2026-06-08 14:00",
    ),
    Case(
        "promised twice is promised once, the first time",
        HOUSE,
        [made("2026-06-08 10:00", hours=4), made("2026-06-08 10:00", hours=4), made("2026-06-08 12:00", hours=8)],
        "2026-06-08 13:00",
        "open", "2026-06-08 14:00", worked=3, left=1,
    ),
    Case(
        "what came before it was made is of no account",
        HOUSE,
        [paused("2026-06-08 09:30"), kept("2026-06-08 09:45"), made("2026-06-08 10:00", hours=4)],
        "2026-06-08 11:00",
        "open", "2026-06-08 14:00", worked=1, left=3,
    ),
    Case(
        "a budget in hours that never open has no due and cannot break",
        NEVER, [made("2026-06-08 10:00", hours=4)], "2030-06-08 10:00",
        "open", None, worked=0, left=4,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_by_hand(case: Case) -> None:
    assert case.found() == case.expected()


# ── what always holds ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(10))
def test_random_histories_agree_with_the_minutes(seed: int) -> None:
    chance = random.Random(seed)
    world = random_world(chance)
    histories = [random_history(chance, world) for _ in range(30)]
    told = [state_of([s.fact(world) for s in steps], world.calendar, world.at(at)) for steps, at in histories]
    assert told == [simulated(world, steps, at) for steps, at in histories]


def test_seconds_and_their_parts_are_not_lost_in_pauses() -> None:
    """A hundred pauses of no time at all leave the due where it was, to the microsecond."""
    start = moment("2026-06-08 10:00:00.400001")
    marks = [start + timedelta(seconds=1.300007 * n) for n in range(1, 100)]
    waits = [Fact(kind, at) for at in marks for kind in (Kind.PAUSED, Kind.RESUMED)]
    promise = Fact(Kind.MADE, start, budget_seconds=3600)
    assert state_of([promise, *waits], HOUSE, marks[-1]).due_at == start + timedelta(hours=1)


def test_facts_in_local_time_are_told_in_utc() -> None:
    local = replace(made("2026-03-29 01:00+01:00", hours=2), at=datetime(2026, 3, 29, 1, tzinfo=PARIS))
    state = state_of([local], NIGHT, datetime(2026, 3, 29, 3, tzinfo=PARIS))
    expected = moment("2026-03-29 04:00+02:00")
    assert state == State(Status.OPEN, expected, expected, None, None, 3600, 3600)
    assert state.due_at is not None
    assert state.due_at.tzinfo is UTC


def test_the_hour_that_autumn_shows_twice_keeps_its_order() -> None:
    """We asked at 02:50, summer time; the customer spoke at 02:10, winter time: twenty minutes later."""
    asked = Fact(Kind.PAUSED, datetime(2026, 10, 25, 2, 50, tzinfo=PARIS))
    spoke = Fact(Kind.RESUMED, datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=PARIS))
    at = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=PARIS)
    state = state_of([made("2026-10-25 02:00+02:00", hours=1), spoke, asked], NIGHT, at)
    assert state.worked_seconds == 55 * 60
    assert state.due_at == moment("2026-10-25 02:20+01:00")


def test_nothing_promised_is_said() -> None:
    with pytest.raises(NothingPromised):
        state_of([kept("2026-06-08 10:00")], HOUSE, moment("2026-06-09 10:00"))
    with pytest.raises(NothingPromised):
        state_of([made("2026-06-08 10:00", hours=1)], HOUSE, moment("2026-06-08 09:59"))


@pytest.mark.parametrize(
    ("kind", "budget", "due"),
    [
        (Kind.MADE, None, None),
        (Kind.MADE, 60, "2026-06-08 10:00"),
        (Kind.KEPT, 60, None),
        (Kind.PAUSED, None, "2026-06-08 10:00"),
        (Kind.MADE, -1, None),
    ],
)
def test_a_fact_that_says_nothing_clear_is_refused(kind: Kind, budget: int | None, due: str | None) -> None:
    with pytest.raises(ValueError, match="budget"):
        Fact(kind, moment("2026-06-08 09:00"), budget, due and moment(due))  # type: ignore[arg-type]


def test_words_are_those_of_the_tables() -> None:
    assert {kind.value for kind in Kind} <= set(Event.Kind.values)
    assert {status.value for status in Status} == set(Promise.Status.values)


# ── what is told to a person ─────────────────────────────────────────────────────────────────────────────────────────

SHOP = hours(range(1, 7), ("09:00", "12:15"), ("14:00", "18:45"))


@pytest.mark.parametrize(
    ("why", "due", "told"),
    [
        ("up to the next half hour", "2026-06-08 10:07", "2026-06-08 10:30"),
        ("up to the next hour", "2026-06-08 10:31", "2026-06-08 11:00"),
        ("a half hour is already round", "2026-06-08 10:30", "2026-06-08 10:30"),
        ("a second past it goes to the next", "2026-06-08 10:30:01", "2026-06-08 11:00"),
        ("so does a microsecond", "2026-06-08 10:30:00.000001", "2026-06-08 11:00"),
        ("never past the end of the morning", "2026-06-08 12:05", "2026-06-08 12:15"),
        ("nor when it is the end of the morning", "2026-06-08 12:15", "2026-06-08 12:15"),
        ("nor past the end of the day", "2026-06-08 18:40", "2026-06-08 18:45"),
        ("a date outside the hours is only rounded", "2026-06-07 11:12", "2026-06-07 11:30"),
        ("over the spring change", "2026-03-29 01:50+01:00", "2026-03-29 03:00+02:00"),
        ("the second 02:10 of autumn goes to the second 02:30", "2026-10-25 02:10+01:00", "2026-10-25 02:30+01:00"),
    ],
)
def test_a_due_is_told_round(why: str, due: str, told: str) -> None:
    assert rounded_due(moment(due), SHOP) == moment(told), why


def test_the_half_hour_is_that_of_the_clock_on_the_wall() -> None:
    """In Kathmandu (UTC+5:45) half past four in the afternoon is 10:45 UTC."""
    nepal = replace(ALWAYS, zone="Asia/Kathmandu")
    assert rounded_due(moment("2026-06-08 10:40+00:00"), nepal) == moment("2026-06-08 10:45+00:00")


def test_a_grain_of_a_quarter_of_an_hour() -> None:
    assert rounded_due(moment("2026-06-08 10:31"), HOUSE, 15) == moment("2026-06-08 10:45")


@pytest.mark.parametrize(
    ("received", "seconds", "told"),
    [
        ("2026-06-08 10:07", 4 * 3600, "2026-06-08 14:30"),
        ("2026-06-12 17:10", 2 * 3600, "2026-06-15 10:30"),
        ("2026-06-13 20:00", 9 * 3600, "2026-06-15 18:00"),
        ("2026-11-10 17:50", 3600, "2026-11-12 10:00"),
    ],
)
def test_an_answer_is_promised(received: str, seconds: int, told: str) -> None:
    assert promised_answer(HOUSE, moment(received), seconds) == moment(told)


def test_nobody_promises_in_hours_that_never_open() -> None:
    with pytest.raises(NeverOpen):
        promised_answer(NEVER, moment("2026-06-08 10:00"), 3600)
