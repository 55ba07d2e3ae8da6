"""Appointments that came with a mail (RFC 5545, RFC 6047): the few properties that a person reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .charsets import clean_line

MAX_EVENTS = 20
MAX_LINES = 20_000
MAX_ATTENDEES = 200
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r'([A-Za-z0-9-]{1,40})((?:;[A-Za-z0-9-]{1,40}=(?:"[^"]*"|[^";:]*)(?:,"[^"]*")*)*):(.*)$', re.S)
_ESCAPE = re.compile(r"\\([nN,;\\])")
_DURATION = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}$")
#: Names that Microsoft gives to zones (Unicode CLDR, windowsZones).
_WINDOWS = {
    "romance standard time": "Europe/Paris",
    "w. europe standard time": "Europe/Berlin",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "gtb standard time": "Europe/Bucharest",
    "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Kiev",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "pacific standard time": "America/Los_Angeles",
    "morocco standard time": "Africa/Casablanca",
    "w. central africa standard time": "Africa/Lagos",
    "utc": "UTC",
}


@dataclass(frozen=True, slots=True)
class Appointment:
    """One event. ``method`` is what the mail does with it: REQUEST, REPLY, CANCEL, PUBLISH…

    Times are ISO 8601: a day alone for a whole day, in UTC when the zone is known, without zone when it is not.
    """

    method: str
    uid: str
    summary: str = ""
    start: str = ""
    end: str = ""
    location: str = ""
    status: str = ""
    organizer: str = ""
    attendees: tuple[str, ...] = ()


def read_calendar(text: str, method: str = "") -> tuple[Appointment, ...]:
    """The events of a calendar; ``method`` is that of the part's header, which the calendar's own replaces."""
    found: list[Appointment] = []
    inside: dict[str, list[tuple[str, str]]] | None = None
    nested = 0  # alarms inside the event
    for line in _FOLD.sub("", text).replace("\r", "").split("\n")[:MAX_LINES]:
        match = _LINE.match(line)
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3]
        kind = value.strip().upper()
        if name == "BEGIN" and kind in ("VEVENT", "VTODO") and inside is None:
            inside, nested = {}, 0
        elif inside is None:
            method = value if name == "METHOD" else method
        elif name == "BEGIN":
            nested += 1
        elif name == "END" and nested:
            nested -= 1
        elif name == "END":
            found.append(_appointment(inside, method))
            inside = None
            if len(found) == MAX_EVENTS:
                break
        elif not nested and len(inside.setdefault(name, [])) < MAX_ATTENDEES:
            inside[name].append((parameters, value))
    return tuple(found)


def _appointment(event: dict[str, list[tuple[str, str]]], method: str) -> Appointment:
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if start is not None and end is None and (length := _length(_value(event, "DURATION"))):
        end = _after(start, length)
    return Appointment(
        method=clean_line(method).upper()[:20],
        uid=_value(event, "UID"),
        summary=_value(event, "SUMMARY"),
        start=_iso(start),
        end=_iso(end),
        location=_value(event, "LOCATION"),
        status=_value(event, "STATUS").upper(),
        organizer=_address(_value(event, "ORGANIZER")),
        attendees=tuple(_address(clean_line(value)[:320]) for _parameters, value in event.get("ATTENDEE", ())),
    )


def _value(event: dict[str, list[tuple[str, str]]], name: str) -> str:
    values = event.get(name)
    if not values:
        return ""
    text = _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], values[0][1])
    return clean_line(text)[:1_000]


def _address(value: str) -> str:
    return value[7:] if value.lower().startswith("mailto:") else value


def _moment(event: dict[str, list[tuple[str, str]]], name: str) -> datetime | date | None:
    values = event.get(name)
    if not values:
        return None
    parameters, value = values[0][0], values[0][1].strip()
    try:
        if "T" not in value:
            return datetime.strptime(value[:8], "%Y%m%d").date()  # noqa: DTZ007 — a day has no zone
        moment = datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 — its zone comes next
    except ValueError:
        return None
    if value.endswith("Z"):
        return moment.replace(tzinfo=UTC)
    zone = _zone(parameters)
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC) if zone else moment
    except OverflowError:
        return None


def _zone(parameters: str) -> ZoneInfo | None:
    _before, found, after = parameters.partition("TZID=")
    name = after.partition(";")[0].strip('" ')
    name = _WINDOWS.get(name.lower(), name)
    if not found or not _ZONE.match(name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # an unknown zone is a KeyError
        return None


def _length(value: str) -> timedelta | None:
    match = _DURATION.match(value.strip()[:40])
    if match is None:
        return None
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in match.groups()[1:])
    try:
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None


def _after(start: datetime | date, length: timedelta) -> datetime | date | None:
    try:
        return start + length
    except OverflowError:
        return None


def _iso(moment: datetime | date | None) -> str:
    return moment.isoformat() if moment else ""
