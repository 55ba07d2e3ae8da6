"""Promises told minute by minute, by hand: what ``rules.promises`` is compared with. Shares no code with it.

Everything here counts in whole minutes since the start of a *window*. Whether somebody is there is looked up for each
minute on the wall's clock; public holidays are written out here (articles L.3133-1, L.3134-13 and L.3422-2 of the
labour code), with Easter by the anonymous Gregorian computus. Slots never begin or end strictly between 2 and 3 in the
night, where a clock change makes the wall read a time twice or never: those cases are checked by hand.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from egards.conversations.rules.promises import Fact, Kind, State, Status
from egards.core.working_hours import Calendar

DAY = 24 * 60
WINDOW_DAYS = 84
#: Where windows begin: clock changes, Easter, May, July, November, the turn of the year.
WINDOWS = tuple(
    datetime(year, month, day, tzinfo=UTC)
    for year in (2025, 2026, 2027, 2028)
    for month, day in ((3, 20), (4, 25), (7, 4), (10, 18), (12, 16))
)
ZONES = (
    ("Europe/Paris", ""),
    ("Europe/Paris", "57"),
    ("Europe/Paris", "6AE"),
    ("Indian/Reunion", "974"),
    ("America/Martinique", "972"),
)
#: Slots in minutes of the local day.
WEEKS: tuple[dict[int, tuple[tuple[int, int], ...]], ...] = (
    dict.fromkeys(range(1, 6), ((540, 1080),)),
    dict.fromkeys(range(1, 6), ((540, 750), (840, 1080))) | {6: ((600, 720),)},
    dict.fromkeys(range(1, 7), ((480, 720), (660, 1200))),  # overlapping on purpose
    dict.fromkeys(range(1, 8), ((0, 360), (1320, 1440))),
    dict.fromkeys(range(1, 8), ((0, 1440),)),
    {2: ((540, 720),), 4: ((810, 1050),)},
)


@dataclass(frozen=True)
class World:
    """Hours, in both tellings: the calendar that the engine gets, and whether each minute of a window is open."""

    start: datetime
    calendar: Calendar
    is_open: bytes

    def at(self, minute: int) -> datetime:
        """Return the moment of a minute of the window."""
        return self.start + timedelta(minutes=minute)


@dataclass(frozen=True)
class Step:
    """A fact in minutes of the window."""

    kind: Kind
    minute: int
    budget: int | None = None
    due: int | None = None

    def fact(self, world: World) -> Fact:
        """Return it as the engine takes it."""
        budget = None if self.budget is None else self.budget * 60
        return Fact(self.kind, world.at(self.minute), budget, None if self.due is None else world.at(self.due))


def random_world(chance: random.Random) -> World:
    """Return hours somewhere in the French Republic, and a window of twelve weeks."""
    start = chance.choice(WINDOWS)
    zone, part = chance.choice(ZONES)
    week = chance.choice(WEEKS)
    first = start.date()
    closures = frozenset(first + timedelta(days=chance.randrange(WINDOW_DAYS)) for _ in range(chance.randrange(4)))
    slots = {day: tuple((_time(a), _time(b)) for a, b in stretches) for day, stretches in week.items()}
    calendar = Calendar(zone, slots, subdivision=part, closures=closures)
    return World(start, calendar, _open_minutes(start, ZoneInfo(zone), week, part, closures))


def random_history(chance: random.Random, world: World) -> tuple[list[Step], int]:
    """Return some facts in any order, and the minute asked about (never before the promise was made)."""
    made = chance.randrange(10 * DAY)
    steps = [Step(Kind.MADE, made, *_terms(chance, made))]
    due = spent(world, made, steps[0].budget) if steps[0].due is None else steps[0].due
    for _ in range(chance.randrange(8)):
        kind = chance.choices(list(Kind), (1, 6, 6, 3, 3, 2, 1))[0]
        minute = made + chance.randrange(6 * DAY)
        if chance.random() < 0.3:
            minute = due + chance.choice((-1, 0, 0, 1))
        minute = max(0, minute - (2 * DAY if chance.random() < 0.05 else 0))
        terms = _terms(chance, minute) if kind in (Kind.MADE, Kind.RENEGOTIATED) else (None, None)
        steps += [Step(kind, minute, *terms)] * chance.choices((1, 2), (9, 1))[0]
    chance.shuffle(steps)
    first = min(step.minute for step in steps if step.kind is Kind.MADE)
    later = max(step.minute for step in steps) + chance.randrange(4 * DAY)
    asked = chance.choices((first, due + chance.choice((-1, 0, 1)), later), (1, 2, 7))[0]
    return steps, max(first, asked)


@dataclass
class Life:
    """A promise lived through, minute after minute. ``None`` for a due: the budget is not spent yet."""

    world: World
    minute: int
    is_made: bool = False
    left: int | None = None
    due: int | None = None
    first_due: int | None = None
    broken: int | None = None
    is_missed: bool = False
    is_waiting: bool = False
    worked: int = 0
    end: Kind | None = None

    @property
    def stands_still(self) -> bool:
        """A budget does, while we wait for the customer."""
        return self.is_waiting and self.left is not None

    def look(self) -> None:
        """See whether the due is past."""
        if self.due is not None and self.minute > self.due and not self.is_missed:
            self.is_missed = True
            self.broken = self.due if self.broken is None else self.broken

    def hear(self, step: Step) -> None:
        """Learn a fact at its minute."""
        self.look()
        if step.kind is (Kind.RENEGOTIATED if self.is_made else Kind.MADE):
            self.left, self.due, self.is_missed = step.budget, step.due, False
            if not self.is_made:
                self.first_due = spent(self.world, self.minute, self.left) if step.due is None else step.due
            self.is_made = True
        elif self.is_made and step.kind in (Kind.PAUSED, Kind.RESUMED):
            self.is_waiting = step.kind is Kind.PAUSED
        elif self.is_made and step.kind in (Kind.KEPT, Kind.WITHDRAWN):
            self.end = step.kind
        if self.stands_still and not self.is_missed:
            self.due = None
        elif self.left == 0 and self.due is None:
            self.due = self.minute

    def live(self) -> None:
        """Let one minute pass."""
        if self.is_made and self.world.is_open[self.minute] and not self.stands_still:
            self.worked += 1
            if self.left:
                self.left -= 1
                self.due = None if self.left else self.minute + 1
        self.minute += 1

    def status(self) -> Status:
        """Say what became of it."""
        if self.end is Kind.WITHDRAWN:
            return Status.WITHDRAWN
        if self.end is Kind.KEPT:
            return Status.KEPT if self.broken is None else Status.LATE
        if self.is_missed:
            return Status.BROKEN
        return Status.PAUSED if self.stands_still else Status.OPEN


def simulated(world: World, steps: Sequence[Step], asked: int) -> State:
    """Live through a history until a minute, and say what became of the promise."""
    coming = sorted((step for step in steps if step.minute <= asked), key=lambda step: step.minute)
    coming = [step for n, step in enumerate(coming) if not (step.kind is Kind.KEPT and _comes_back(coming[n + 1 :]))]
    life = Life(world, coming[0].minute)
    while life.end is None:
        while coming and coming[0].minute == life.minute and life.end is None:
            life.hear(coming.pop(0))
        if life.minute == asked or life.end is not None:
            break
        life.live()
    life.look()
    due = life.due
    if life.left and not life.stands_still:
        due = spent(world, life.minute, life.left)
    return State(
        status=life.status(),
        due_at=None if due is None else world.at(due),
        first_due_at=None if life.first_due is None else world.at(life.first_due),
        broken_at=None if life.broken is None else world.at(life.broken),
        settled_at=None if life.end is None else world.at(life.minute),
        worked_seconds=life.worked * 60,
        left_seconds=None if life.left is None else life.left * 60,
    )


def _comes_back(later: Sequence[Step]) -> bool:
    """Say whether what was kept comes back: each return is of the last thing kept before it that is not back yet."""
    out = 1
    for step in later:
        out += {Kind.KEPT: 1, Kind.RETURNED: -1}.get(step.kind, 0)
        if not out:
            return True
    return False


def spent(world: World, minute: int, left: int | None) -> int:
    """Return when ``left`` open minutes have passed. ``IndexError`` when the window is too short for it."""
    while left:
        left -= world.is_open[minute]
        minute += 1
    return minute


def _terms(chance: random.Random, minute: int) -> tuple[int | None, int | None]:
    """A budget (often of whole hours) or a date, at times already past."""
    if chance.random() < 0.65:
        return chance.choice((0, 1, 30, 60, 120, 240, 480, 540, chance.randrange(1, 1500))), None
    return None, max(0, minute + chance.randrange(-60, 6 * DAY))


def _open_minutes(
    start: datetime, zone: ZoneInfo, week: dict[int, tuple[tuple[int, int], ...]], part: str, closures: frozenset[date]
) -> bytes:
    found = bytearray()
    for minute in range(WINDOW_DAYS * DAY):
        wall = (start + timedelta(minutes=minute)).astimezone(zone)
        day, reads = wall.date(), wall.hour * 60 + wall.minute
        is_off = day in closures or _is_holiday(day, part)
        found.append(not is_off and any(a <= reads < b for a, b in week.get(day.isoweekday(), ())))
    return bytes(found)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _is_holiday(day: date, part: str) -> bool:
    easter = _easter(day.year)
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    moving = {1, 39, 50}
    if part in ("57", "6AE"):
        fixed, moving = fixed | {(12, 26)}, moving | {-2}
    if part == "974":
        fixed |= {(12, 20)}
    if part == "972":
        fixed |= {(5, 22), (7, 21)}
    return (day.month, day.day) in fixed or (day - easter).days in moving


def _easter(year: int) -> date:
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
