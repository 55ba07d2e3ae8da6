"""Hours and holidays where the person is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def local(moment: datetime, zone: str) -> datetime:
    """Return the moment on the clock of an IANA zone."""
    return moment.astimezone(ZoneInfo(zone))


def easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (anonymous algorithm, Nature, 20 April 1876; Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_in_slots(at: datetime, *, weekdays: Sequence[int], slots: Sequence[Sequence[str]]) -> bool:
    """Say whether a local moment is within the hours: ISO weekdays (1 is Monday), slots « HH:MM », end excluded."""
    if at.isoweekday() not in weekdays:
        return False
    clock = at.time().replace(tzinfo=None)
    return any(time.fromisoformat(start) <= clock < time.fromisoformat(end) for start, end in slots)


def is_holiday(day: date, *, days: Sequence[Mapping[str, Any]], department: str, zone: str) -> bool:
    """Say whether a day is in the list, for a department and a zone. Easter days are offsets from Easter Sunday."""
    return any(_falls_on(entry, day) and _applies_to(entry, department, zone) for entry in days)


def _falls_on(entry: Mapping[str, Any], day: date) -> bool:
    if "easter" in entry:
        return day == easter(day.year) + timedelta(days=entry["easter"])
    return (day.month, day.day) == (entry["month"], entry["day"])


def _applies_to(entry: Mapping[str, Any], department: str, zone: str) -> bool:
    """An entry without places is for everyone; a known department decides, the zone only stands in for it."""
    if "departments" not in entry:
        return True
    if department:
        return department in entry["departments"]
    return zone in entry.get("zones", ())


def midnight_after(moment: datetime, *, days: int, zone: ZoneInfo) -> datetime:
    """Return the first midnight after ``days`` whole calendar days that follow the day of the moment, in a zone."""
    day = moment.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), tzinfo=zone)
