"""What a cell means: dates, scores and scales, written the French or the English way."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of Excel's 1900 system, its false 29 February 1900 included

_CLOCK = (
    r"(?:[\sT,]+(?:à\s+)?(\d{1,2})[:hH](\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK + r"\s*$")
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _CLOCK + r"\s*$")
_DAY_FIRST = re.compile(
    r"(?:[^\W\d]{2,9}\.?,?\s+)?(\d{1,2})(?:er|st|nd|rd|th)?[\s-]+([^\W\d]{3,9})\.?,?[\s-]+(\d{4})" + _CLOCK + r"\s*$"
)
_MONTH_FIRST = re.compile(r"([^\W\d]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})" + _CLOCK + r"\s*$")
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d{1,12}))?$")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?$")
_MONTHS = (
    ("jan", "janv", "janvier", "january"), ("fev", "fevr", "fevrier", "feb", "february"), ("mar", "mars", "march"),
    ("avr", "avril", "apr", "april"), ("mai", "may"), ("juin", "jun", "june"), ("juil", "juillet", "jul", "july"),
    ("aout", "aou", "aug", "august"), ("sep", "sept", "septembre", "september"), ("oct", "octobre", "october"),
    ("nov", "novembre", "november"), ("dec", "decembre", "december"),
)  # fmt: skip
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_SCORE = re.compile(
    r"(-?\d{1,4}(?:[.,]\d{1,6})?)\s*(?:(?:/|sur|out of|of)\s*(\d{1,3})|%|étoiles?|stars?|[★⭐])?$", re.I
)
_STARS = re.compile("[★⭐\ufe0f]+[☆]*$")


def plain_name(text: str) -> str:
    """Lower case, no accents, words separated by one space: for comparing names of columns and months."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", bare).strip()


def read_moment(text: str, order: str = "dmy", *, serials: bool = True) -> datetime | None:
    """An aware moment, or None. A day without a clock is noon in Paris; a clock without a zone is Paris time.

    ``order`` is ``dmy`` or ``mdy`` for days written in numbers; ``serials`` accepts Excel days and Unix times.
    """
    text = text.strip()
    try:
        if match := _ISO.match(text):
            return _moment(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:])
        if match := _NUMBERS.match(text):
            first, second = int(match[1]), int(match[2])
            day, month = (first, second) if order == "dmy" else (second, first)
            return _moment(_full_year(match[3]), month, day, match.groups()[3:])
        if match := _DAY_FIRST.match(text):
            return _moment(int(match[3]), _month(match[2]), int(match[1]), match.groups()[3:])
        if match := _MONTH_FIRST.match(text):
            return _moment(int(match[3]), _month(match[1]), int(match[2]), match.groups()[3:])
        return _counted(text) if serials else None
    except (ValueError, KeyError, OverflowError):
        return None


def day_and_month(text: str) -> tuple[int, int] | None:
    """The first two numbers of a day written like 03/04/2021, which alone cannot say which is the month."""
    match = _NUMBERS.match(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def read_score(text: str) -> tuple[float, float | None] | None:
    """A score and the top of its scale when the cell says it (``4/5``, ``★★★☆☆``, ``80 %``), or None."""
    text = text.strip().replace("\u00a0", " ").replace("\u202f", " ")
    if _STARS.match(text):
        return float(text.count("★") + text.count("⭐")), 5.0
    match = _SCORE.match(text)
    if match is None:
        return None
    value = float(match[1].replace(",", "."))
    if match[2]:
        return value, float(match[2])
    return value, 100.0 if text.endswith("%") else None


def _moment(year: int, month: int, day: int, clock: tuple[str | None, ...]) -> datetime | None:
    if not 1970 <= year <= 2100:
        return None
    hour, minute, second, half, zone = clock
    if hour is None:
        return datetime.combine(date(year, month, day), time(12), PARIS)
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    there = _zone(zone) if zone else PARIS
    return datetime(year, month, day, hours, int(minute or 0), min(int(second or 0), 59), tzinfo=there)


@lru_cache(maxsize=64)
def _zone(text: str) -> timezone:
    if text in ("Z", "UTC"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1))


def _counted(text: str) -> datetime | None:
    if _EPOCH.match(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    match = _SERIAL.match(text)
    if match is None or not 25_569 <= int(match[1]) <= 73_050:  # 1970 to 2100
        return None
    day = EXCEL_EPOCH + timedelta(days=int(match[1]))
    if not match[2] or not int(match[2]):
        return datetime.combine(day, time(12), PARIS)
    seconds = round(float(f"0.{match[2]}") * 86_400)
    return (datetime.combine(day, time()) + timedelta(seconds=seconds)).replace(tzinfo=PARIS)


def _month(name: str) -> int:
    return _MONTH_NUMBER[plain_name(name)]


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)
