"""When people are there: weekly slots in a time zone, less public holidays and closures. Pure; counts in seconds.

Public holidays are those of the ``holidays`` library for the country and, when given, one of its parts (Alsace-Moselle
has two more). All moments are aware; what is returned is in UTC.

A slot is half-open: open at its start, closed at its end; an end at 00:00 is midnight, when the day ends. Slots that
overlap or touch are one stretch: nobody is there twice. A bound is the first moment when the clock on the wall reads it
or more: one that the clock skips in spring is the moment of the skip, one that it shows twice in autumn is its first
time. So a slot over a clock change lasts what really passes, an hour less or more than its bounds say.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

#: How far ahead an opening is looked for: a house closed for longer never opens.
HORIZON_DAYS = 750


class NeverOpen(ValueError):
    """These hours have no opening within the horizon: nothing can be promised in them."""


@dataclass(frozen=True)
class Calendar:
    """Weekly slots (ISO weekday → local start and end), the zone they are in, and what closes them."""

    zone: str
    week: Mapping[int, tuple[tuple[time, time], ...]]
    country: str = "FR"
    subdivision: str = ""
    closures: frozenset[date] = field(default_factory=frozenset)

    def slots_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the open stretches of a local day, in UTC, in order; none on holidays and closures."""
        if day in self.closures or day in _holidays(self.country, self.subdivision, day.year):
            return []
        zone = self.local_zone
        stretches: list[tuple[datetime, datetime]] = []
        for start, end in sorted(self.week.get(day.isoweekday(), ())):
            last = day if end != time() else day + timedelta(days=1)
            opens, closes = _utc(day, start, zone), _utc(last, end, zone)
            if stretches and opens <= stretches[-1][1]:
                opens, closes = stretches[-1][0], max(stretches.pop()[1], closes)
            if opens < closes:
                stretches.append((opens, closes))
        return stretches

    def day_of(self, at: datetime) -> date:
        """Return the local day of a moment."""
        return at.astimezone(self.local_zone).date()

    @property
    def local_zone(self) -> ZoneInfo:
        """The zone of the clock on the wall. Raises ``ZoneInfoNotFoundError`` for a name that is not IANA's."""
        return ZoneInfo(self.zone)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Say whether somebody is there at that moment."""
    return any(start <= at < end for start, end in calendar.slots_on(calendar.day_of(at)))


def closes_at(calendar: Calendar, at: datetime) -> datetime | None:
    """Return when the slot open at that moment ends; None when closed."""
    return next((end for start, end in calendar.slots_on(calendar.day_of(at)) if start <= at < end), None)


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """Return the first open moment at or after ``at``. Raises ``NeverOpen``."""
    return next(start for start, _end in _slots_from(calendar, at))


def add_working(calendar: Calendar, start: datetime, seconds: int) -> datetime:
    """Return when ``seconds`` (0 or more) of open time have passed since ``start`` (the earliest such moment).

    Zero seconds from a closed moment is the next opening. Raises ``NeverOpen``.
    """
    return add_open_time(calendar, start, timedelta(seconds=seconds))


def add_open_time(calendar: Calendar, start: datetime, time_open: timedelta) -> datetime:
    """Do as ``add_working``, to the microsecond."""
    if time_open < timedelta():
        raise ValueError("Open time does not run backwards.")
    left = time_open
    for opens, closes in _slots_from(calendar, start):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise NeverOpen


def working_seconds(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Return how much open time passes from ``start`` to ``end``; 0 when ``end`` is not after ``start``."""
    return round(open_time(calendar, start, end).total_seconds())


def open_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Do as ``working_seconds``, to the microsecond."""
    total, start, end = timedelta(), start.astimezone(UTC), end.astimezone(UTC)
    day, last = calendar.day_of(start), calendar.day_of(end)
    while day <= last:
        for opens, closes in calendar.slots_on(day):
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total


def _slots_from(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is left, from ``at``, of the open stretches, in order. Raises ``NeverOpen`` after a horizon without any."""
    at = at.astimezone(UTC)
    day, empty = calendar.day_of(at), 0
    while empty <= HORIZON_DAYS:
        slots = [(max(opens, at), closes) for opens, closes in calendar.slots_on(day) if closes > at]
        empty = 0 if slots else empty + 1
        yield from slots
        day += timedelta(days=1)
    raise NeverOpen


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first moment when the clock on the wall reads that time of that day, or more."""
    wall = datetime.combine(day, at, tzinfo=zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    # The clock skips that time: its offset before the skip puts it too late, its offset after too early (PEP 495).
    early = wall.replace(fold=1).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    skip = bisect_left(
        range(int((moment - early).total_seconds())),
        True,
        key=lambda second: (early + timedelta(seconds=second)).astimezone(zone).utcoffset() != before,
    )
    return early + timedelta(seconds=skip)


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
