"""When things happen: the shape of days and weeks, and the hours in which somebody is there."""

from __future__ import annotations

from bisect import bisect
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from egards.core.working_hours import Calendar, add_working, is_open, next_opening

PARIS: Final = ZoneInfo("Europe/Paris")
#: The customer service's week, as the house is told (``house.py``).
WEEK: Final = {day: ((time(9), time(12, 30)), (time(13, 30), time(18))) for day in range(1, 6)} | {
    6: ((time(9), time(12)),)
}
SERVICE: Final = Calendar("Europe/Paris", WEEK)
STORES: Final = Calendar("Europe/Paris", {day: ((time(10), time(19)),) for day in range(2, 7)})

#: Working minutes before a person answers, as the brand promises (``accounts.Brand``).
ANSWER_MINUTES: Final = 9 * 60
FIRST_ANSWER_MINUTES: Final = 4 * 60

#: How much is written at each hour of the day (from 0 h), at home.
_HOURS: Final = (2, 1, 0, 0, 0, 1, 3, 7, 13, 17, 16, 14, 13, 14, 12, 11, 11, 13, 15, 16, 18, 16, 10, 5)
_UP_TO: Final = tuple(accumulate(_HOURS))
#: How much is written on each day of the week, Monday first: 1 is an ordinary day.
WEEKDAYS: Final = (1.35, 1.15, 1.05, 1.0, 0.95, 0.8, 0.6)


def written_at(day: date, chance: Random) -> datetime:
    """Return a moment of that day at which people write from home."""
    hour = bisect(_UP_TO, chance.random() * _UP_TO[-1])
    return at(day, time(min(hour, 23), chance.randrange(60), chance.randrange(60)))


def visited_at(day: date, chance: Random) -> datetime | None:
    """Return a moment of that day at which somebody stands in a store; None when stores are closed."""
    slots = STORES.slots_on(day)
    if not slots:
        return None
    opens, closes = chance.choice(slots)
    return (opens + (closes - opens) * chance.betavariate(2.2, 1.8)).replace(microsecond=0)


def at(day: date, hour: time) -> datetime:
    """Return a moment of the clock on the wall, in UTC."""
    return datetime.combine(day, hour, PARIS).astimezone(UTC)


def worked_after(moment: datetime, minutes: float) -> datetime:
    """Return the moment after so many minutes in which somebody is there, seconds as they fall."""
    reached = add_working(SERVICE, moment, round(minutes * 60))
    return reached if is_open(SERVICE, reached) else next_opening(SERVICE, reached)


def local_day(moment: datetime) -> date:
    """Return the day it is there."""
    return moment.astimezone(PARIS).date()


def local_hour(moment: datetime) -> int:
    """Return the hour it is there, 0 to 23."""
    return moment.astimezone(PARIS).hour


def end_of_day(day: date, hour: int = 18) -> datetime:
    """Return that day at ``hour``, on the wall."""
    return at(day, time(hour))


def next_weekday(day: date, after: int) -> date:
    """Return the day ``after`` days later, or the Monday that follows when it is a Sunday."""
    found = day + timedelta(days=after)
    return found + timedelta(days=1) if found.isoweekday() == 7 else found
