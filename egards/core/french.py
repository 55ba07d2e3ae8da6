"""Dates, hours and figures as they are written in French.

Pure: takes plain values already in the reader's time zone, returns text. The spaces are part of the text:
U+00A0 ties a figure to its unit, U+202F groups thousands.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

TIE = "\u00a0"
FINE = "\u202f"
MINUS = "\u2212"


def day(value: date, *, today: date) -> str:
    """``21 nov.``, with the year when it is not the year of ``today``."""
    text = f"{_ordinal(value.day)}{TIE}{SHORT_MONTHS[value.month - 1]}"
    return text if value.year == today.year else f"{text}{TIE}{value.year}"


def long_day(value: date, *, today: date) -> str:
    """``samedi 21 novembre``, with the year when it is not the year of ``today``."""
    text = f"{DAYS[value.weekday()]} {_ordinal(value.day)}{TIE}{MONTHS[value.month - 1]}"
    return text if value.year == today.year else f"{text} {value.year}"


def hour(value: datetime) -> str:
    """``8 h 58``, ``9 h``."""
    return _hours_and_minutes(value.hour, value.minute)


def moment(value: datetime, *, now: datetime) -> str:
    """The shortest that does not mislead: ``8 h 58``, ``hier, 21 h 07``, ``21 nov., 15 h 40``."""
    age = now.date() - value.date()
    if not age:
        return hour(value)
    if age == timedelta(days=1):
        return f"hier, {hour(value)}"
    return f"{day(value, today=now)}, {hour(value)}"


def deadline(value: datetime, *, now: datetime) -> str:
    """What stands after « avant »: ``18 h`` today, ``demain, 12 h``, ``mardi 24 novembre, 12 h``."""
    ahead = value.date() - now.date()
    if not ahead:
        return hour(value)
    if ahead == timedelta(days=1):
        return f"demain, {hour(value)}"
    return f"{long_day(value, today=now)}, {hour(value)}"


def dated(value: datetime, *, now: datetime) -> str:
    """The same for a letter, which is read on another day: ``mardi 24 novembre, 12 h``."""
    return f"{long_day(value, today=now)}, {hour(value)}"


def duration(seconds: float) -> str:
    """``45 s``, ``38 min``, ``2 h 10``, ``3 jours``; whole units, cut and never rounded up."""
    whole = int(abs(seconds))
    if whole < 60:
        return f"{whole}{TIE}s"
    if whole < 3600:
        return f"{whole // 60}{TIE}min"
    if whole < 86400:
        return _hours_and_minutes(whole // 3600, whole % 3600 // 60)
    days = whole // 86400
    return f"{number(days)}{TIE}{'jour' if days == 1 else 'jours'}"


def number(value: float | Decimal, *, decimals: int = 0) -> str:
    """``1 284`` or, with decimals, ``4,3``; halves are rounded away from zero."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,}".replace(",", FINE).replace(".", ",")
    return f"{MINUS}{text}" if rounded < 0 else text


def percent(share: float, *, decimals: int = 0) -> str:
    """``76 %`` for the share 0.76."""
    return f"{number(Decimal(str(share)) * 100, decimals=decimals)}{TIE}%"


def weight(size: int) -> str:
    """A number of bytes as ``412 Ko`` or ``1,4 Mo`` (thousands, as shops and phones count)."""
    if size < 1000:
        return f"{size}{TIE}{'octet' if size < 2 else 'octets'}"
    if size < 999_500:
        return f"{number(size / 1000)}{TIE}Ko"
    return f"{number(size / 1_000_000, decimals=1)}{TIE}Mo"


def initials(name: str) -> str:
    """``CV`` for Camille Vasseur: first letters of the first and last word; one letter for a single word."""
    words = name.replace("-", " ").split()
    letters = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(letters).upper()


def _ordinal(value: int) -> str:
    return "1ᵉʳ" if value == 1 else str(value)


def _hours_and_minutes(hours: int, minutes: int) -> str:
    return f"{hours}{TIE}h{TIE}{minutes:02}" if minutes else f"{hours}{TIE}h"
