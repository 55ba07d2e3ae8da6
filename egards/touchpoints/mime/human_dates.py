"""Dates as people write them, in the languages we meet: « lundi 30 novembre 2026 », « 30/11 », « Dec 1st »."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parsedate_tz

_MONTHS = {
    1: "janvier|janv|jan|january|januar|jänner|enero|ene|gennaio|gen|januari|janeiro",
    2: "février|fevrier|févr|fev|feb|february|februar|febrero|febbraio|februari|fevereiro",
    3: "mars|march|mar|märz|maerz|mrz|marzo|maart|mrt|março|marco",
    4: "avril|avr|april|apr|abril|abr|aprile",
    5: "mai|may|mayo|maggio|mag|mei|maio",
    6: "juin|june|jun|juni|junio|giugno|giu|junho",
    7: "juillet|juil|july|jul|juli|julio|luglio|lug|julho",
    8: "août|aout|august|aug|agosto|ago|augustus",
    9: "septembre|sept|sep|september|septiembre|settembre|set|setembro",
    10: "octobre|oct|october|oktober|okt|octubre|ottobre|ott|outubro|out",
    11: "novembre|nov|november|noviembre|novembro",
    12: "décembre|decembre|déc|dec|december|dezember|dez|diciembre|dic|dicembre|dezembro",
}
_NUMBER = {word: number for number, words in _MONTHS.items() for word in words.split("|")}
_NAMES = "|".join(sorted(_NUMBER, key=len, reverse=True))
_DATE = re.compile(
    rf"""(?<!\d)(?:
      (?P<y1>20\d\d)-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})
    | (?P<d2>\d{{1,2}})\ ?[./-]\ ?(?P<m2>\d{{1,2}})(?:\ ?[./-]\ ?(?P<y2>20\d\d|\d\d)\b)?
    | (?P<d3>\d{{1,2}})(?:er|\.|º|st|nd|rd|th|ème|e)?\ (?:de\ |of\ |d['’])?(?P<m3>{_NAMES})\b\.?(?:,?\ (?:de\
    |del\ )?(?P<y3>20\d\d))?
    )
    | \b(?P<m4>{_NAMES})\.?\ (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\ (?P<y4>20\d\d))?""",
    re.I | re.X,
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})\s?[:h.]\s?(\d{2})(?::\d{2})?\s?([ap]\.?m\b)?", re.I)
_LONG_WAY = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Found:
    """A date and where it stands in the text."""

    day: date
    start: int
    stop: int


def dates_in(text: str, near: date) -> Iterator[Found]:
    """Dates of a text. Without a year, the one that brings it closest after ``near`` minus four months."""
    for match in _DATE.finditer(text):
        groups = match.groupdict()
        which = next(n for n in "1234" if groups[f"d{n}"])
        month_word = groups[f"m{which}"].lower()
        day, month = int(groups[f"d{which}"]), int(month_word) if month_word.isdigit() else _NUMBER[month_word]
        if which == "2" and month > 12 >= day:  # 12/25: the other order
            day, month = month, day
        year = int(groups[f"y{which}"] or 0)
        found = _day(year + 2000 if 0 < year < 100 else year, month, day, near)
        if found:
            yield Found(found, match.start(), match.end())


def _day(year: int, month: int, day: int, near: date) -> date | None:
    try:
        if year:
            return date(year, month, day)
        found = date(near.year, month, day)
        return found if found >= near - _LONG_WAY else date(near.year + 1, month, day)
    except ValueError:
        return None


def read_when(text: str) -> datetime | None:
    """The moment that a copied header names, without a zone unless it says one; None when it cannot be read."""
    text = text.strip()[:200]
    try:
        if (parsed := parsedate_tz(text)) and parsed[9] is not None:
            return datetime.fromisoformat(f"{_plain(*parsed[:6])}{_offset(parsed[9])}")
        found = next(dates_in(text, date(2000, 1, 1)), None)
        if found is None or found.day.year < 1990:
            return None
        clock = _CLOCK.search(text, found.stop) or _CLOCK.search(text[: found.start])
        return datetime.combine(found.day, _time(clock) if clock else time())
    except (ValueError, TypeError, OverflowError):
        return None


def _plain(year: int, month: int, day: int, hour: int, minute: int, second: int) -> str:
    return datetime.combine(date(year, month, day), time(hour, minute, min(second, 59))).isoformat()


def _offset(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def _time(clock: re.Match[str]) -> time:
    hour = int(clock[1])
    if clock[3]:
        hour = hour % 12 + (12 if clock[3].lower().startswith("p") else 0)
    return time(hour, int(clock[2]))
