"""What customers' pages say, computed from plain values: hours in words, numbers of digits, own words of a mail.

Pure. Sentences of hours are French, as ``egards.core.french``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby

from egards.core import french
from egards.core.typography import glued
from egards.core.working_hours import Calendar

Slots = Sequence[tuple[time, time]]

#: National numbers of France and its overseas regions have ten digits, nine after « +33 ».
_FRENCH_DIGITS = 10
_ANY_DAY = date(2000, 1, 1)
_ANNOUNCED = re.compile(r"^\s*(?:le|on)\b.{3,200}(?:a écrit|wrote)\s*:\s*$", re.IGNORECASE)


def week_in_words(calendar: Calendar) -> str:
    """``du lundi au vendredi de 9 h à 19 h, le samedi de 10 h à 18 h``; empty when never open."""
    days = [(day, tuple(sorted(calendar.week.get(day, ())))) for day in range(1, 8)]
    runs = [(slots, [day for day, _ in run]) for slots, run in groupby(days, key=lambda pair: pair[1])]
    return ", ".join(f"{_days(numbers)} {_slots(slots)}" for slots, numbers in runs if slots)


def french_digits_missing(typed: str) -> int:
    """Return how many digits a French number lacks (negative: has too many); 0 when it is not one."""
    digits = re.sub(r"\D", "", typed)
    if typed.strip().startswith("+33") or digits.startswith("0033"):
        national = digits.removeprefix("00").removeprefix("33").removeprefix("0")
        return _FRENCH_DIGITS - 1 - len(national)
    if typed.strip().startswith("+") or not digits.startswith("0") or digits.startswith("00"):
        return 0
    return _FRENCH_DIGITS - len(digits)


def own_words(text: str) -> str:
    """Return what was said in a mail without what it quotes; all of it when it only quotes."""
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    for line in lines:
        if line.lstrip().startswith(">"):
            while kept and (not kept[-1].strip() or _ANNOUNCED.match(kept[-1])):
                kept.pop()
            continue
        kept.append(line)
    return "\n".join(kept).strip() or text.strip()


def paragraphs(text: str) -> list[str]:
    """Cut a text where it leaves a line empty; no line will begin with a sign."""
    parts = re.split(r"\n(?:[ \t]*\n)+", glued(text.replace("\r\n", "\n")))
    return [part.strip("\n") for part in parts if part.strip()]


def slot_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """``17 h – 18 h`` (local times)."""
    return f"{french.hour(starts_at)} – {french.hour(ends_at)}"


def _days(numbers: Sequence[int]) -> str:
    first, last = french.DAYS[numbers[0] - 1], french.DAYS[numbers[-1] - 1]
    if len(numbers) == 7:
        return "tous les jours"
    if len(numbers) == 1:
        return f"le {first}"
    if len(numbers) == 2:
        return f"le {first} et le {last}"
    return f"du {first} au {last}"


def _slots(slots: Slots) -> str:
    return " et ".join(f"de {_time(start)} à {_time(end)}" for start, end in slots)


def _time(value: time) -> str:
    return french.hour(datetime.combine(_ANY_DAY, value))
