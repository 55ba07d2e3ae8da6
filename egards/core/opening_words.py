"""A week of opening hours as one says it in French: « du lundi au vendredi, de 9 h à 18 h ». Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from egards.core.french import DAYS, FINE, TIE


def opening_words(week: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """Return the week of ``Hours.week`` (ISO weekday → slots of « HH:MM ») in words; empty when nobody is ever there.

    Days with the same slots are said once: three or more in a row as a stretch, others by name.
    """
    slots = {day: _slots(week.get(str(day), ())) for day in range(1, 8)}
    days_of: dict[str, list[str]] = {}
    for words, run in groupby(slots, key=lambda day: slots[day]):
        if words:
            days_of.setdefault(words, []).append(_days(list(run)))
    return f"{FINE}; ".join(f"{_listed(days)}, {words}" for words, days in days_of.items())


def _days(run: Sequence[int]) -> str:
    if len(run) > 2:
        return f"du {DAYS[run[0] - 1]} au {DAYS[run[-1] - 1]}"
    return _listed([f"le {DAYS[day - 1]}" for day in run])


def _slots(slots: Sequence[Sequence[str]]) -> str:
    return _listed([f"de {_hour(start)} à {_hour(end)}" for start, end in sorted(map(tuple, slots))])


def _hour(clock: str) -> str:
    hours, minutes = clock.split(":")[:2]
    if clock.startswith("00:00"):
        return "minuit"
    return f"{int(hours)}{TIE}h" if minutes == "00" else f"{int(hours)}{TIE}h{TIE}{minutes}"


def _listed(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} et {parts[-1]}"
