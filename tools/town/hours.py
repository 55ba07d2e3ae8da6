"""Open hours counted by the examiner alone: nothing of this comes from the product it examines. Pure.

The week and the delays are what Maison Lindelle told the house and its customers (egards/demo/plan/moments.py, as
data); the rest is arithmetic done again: half hours, holidays by the calendar, clock changes by the zone's own tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
#: Monday to Friday, then Saturday; nobody on Sunday.
_WEEKDAY: Final = ((time(9), time(12, 30)), (time(13, 30), time(18)))
_SATURDAY: Final = ((time(9), time(12)),)
#: Feasts of the labour code (art. L3133-1) on fixed days; the others follow Easter by so many days.
_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER: Final = (1, 39, 50)
_GRAIN: Final = 30

Stretch = tuple[datetime, datetime]


def easter(year: int) -> date:
    """Return Easter Sunday (Gauss's method in Butcher's form, Gregorian calendar)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30, b % 4
    f = (32 + 2 * e + 2 * (c // 4) - d - c % 4) % 7
    g = (a + 11 * d + 22 * f) // 451
    month, day = divmod(d + f - 7 * g + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=4096)
def stretches(day: date) -> tuple[Stretch, ...]:
    """Return when somebody is there on a local day, in UTC."""
    feasts = {date(day.year, *fixed) for fixed in _FIXED}
    feasts |= {easter(day.year) + timedelta(days=after) for after in _AFTER_EASTER}
    if day in feasts or day.weekday() == 6:
        return ()
    slots = _SATURDAY if day.weekday() == 5 else _WEEKDAY
    return tuple((_utc(day, opens), _utc(day, closes)) for opens, closes in slots)


def worked(start: datetime, end: datetime) -> float:
    """Return the open seconds from one moment to another."""
    total, day = 0.0, start.astimezone(PARIS).date()
    while day <= end.astimezone(PARIS).date():
        for opens, closes in stretches(day):
            total += max(0.0, (min(closes, end) - max(opens, start)).total_seconds())
        day += timedelta(days=1)
    return total


def after(start: datetime, minutes: int) -> datetime:
    """Return the first moment at which so many open minutes have passed since a moment."""
    left = timedelta(minutes=minutes)
    for opens, closes in _from(start):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise AssertionError("hours go on for ever")


def told(start: datetime, minutes: int) -> datetime:
    """Return by when an answer is promised to somebody who writes then: as said to them, to the next half hour."""
    due = after(start, minutes)
    wall = due.astimezone(PARIS)
    past = timedelta(minutes=wall.minute % _GRAIN, seconds=wall.second, microseconds=wall.microsecond)
    rounded = due + timedelta(minutes=_GRAIN) - past if past else due
    closes = [end for opens, end in stretches(wall.date()) if opens <= due <= end]
    return min([rounded, *closes])


def _from(start: datetime) -> Iterator[Stretch]:
    day = start.astimezone(PARIS).date()
    while True:
        for opens, closes in stretches(day):
            if closes > start:
                yield max(opens, start), closes
        day += timedelta(days=1)


def _utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at, PARIS).astimezone(UTC)
