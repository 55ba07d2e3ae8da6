"""Sensible moments to choose from: by when to promise, until when to put aside. Pure; in and out are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from egards.core.working_hours import Calendar, NeverOpen, add_working, closes_at, next_opening

#: A promise leaves at least this much open time.
_SHORTEST_SECONDS = 3600
_HALF_HOUR = timedelta(minutes=30)
_EVENING = time(18)
_MORNING = time(9)
_NOON = time(12)
_SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Aside:
    """Until when a conversation may be put aside: a code (tonight, tomorrow, monday) and the moment."""

    code: str
    at: datetime


def promise_moments(calendar: Calendar, at: datetime) -> list[datetime]:
    """Return by when something can be promised, soonest first: in working hours, on a half hour, at most seven.

    Two open hours ahead, the end of that day, then noon and evening of the two next open days, then in a week.
    Empty when the house never opens.
    """
    try:
        soon = _half_hour_after(add_working(calendar, at, 2 * _SHORTEST_SECONDS))
        found = [soon, _end_of(calendar, soon)]
        day = soon
        for _next in range(2):
            day = next_opening(calendar, _midnight_after(calendar, day))
            found += [_noon_of(calendar, day), _end_of(calendar, day)]
        week = next_opening(calendar, _midnight_after(calendar, at + timedelta(days=6)))
        found.append(_end_of(calendar, week))
    except NeverOpen:
        return []
    return sorted({moment for moment in found if moment > at})


def aside_moments(calendar: Calendar, at: datetime) -> list[Aside]:
    """Return until when a conversation may be put aside: tonight (before 17 h), tomorrow morning, Monday morning."""
    zone = ZoneInfo(calendar.zone)
    local = at.astimezone(zone)
    tonight = datetime.combine(local.date(), _EVENING, tzinfo=zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), _MORNING, tzinfo=zone)
    monday = datetime.combine(local.date() + timedelta(days=_SUNDAY + 1 - local.isoweekday()), _MORNING, tzinfo=zone)
    found = [Aside("tonight", tonight)] if tonight - at > timedelta(hours=1) else []
    found.append(Aside("tomorrow", tomorrow))
    return [*found, Aside("monday", monday)] if monday > tomorrow else found


def _half_hour_after(at: datetime) -> datetime:
    """On the clock's next half hour: nobody promises « avant 11 h 07 »."""
    past = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at + (_HALF_HOUR - past if past else timedelta())


def _end_of(calendar: Calendar, at: datetime) -> datetime:
    """When the last stretch of that open day ends."""
    slots = calendar.slots_on(calendar.day_of(at))
    return slots[-1][1] if slots else closes_at(calendar, at) or at


def _noon_of(calendar: Calendar, at: datetime) -> datetime:
    """Noon of an open day; its opening and two hours when it opens in the afternoon."""
    zone = ZoneInfo(calendar.zone)
    noon = datetime.combine(calendar.day_of(at), _NOON, tzinfo=zone)
    return noon.astimezone(at.tzinfo) if noon > at else at + timedelta(hours=2)


def _midnight_after(calendar: Calendar, at: datetime) -> datetime:
    zone = ZoneInfo(calendar.zone)
    return datetime.combine(calendar.day_of(at) + timedelta(days=1), time(), tzinfo=zone)
