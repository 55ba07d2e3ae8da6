"""Days of a theme as they might be: a rate, a weekly season, a jump or none; and what the alert says of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from egards.statistics.jumps import PAST, WINDOWS, newest_jump

SEASON = (1.25, 1.15, 1.1, 1.05, 1.0, 0.85, 0.6)
#: A theme with a season of its own: silent on Sundays, doubled on Saturdays.
OWN_SEASON = (1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 0.0)
HALF_YEAR, REST = 182, 7
FIRST = PAST + max(WINDOWS)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Counts of days; the rate is ``jumps`` times as high from the day ``at`` on."""

    days: list[int]
    season: list[float]


def draw(
    chance: random.Random,
    *,
    rate: float,
    length: int,
    at: int | None = None,
    jumps: float = 1.8,
    own: Sequence[float] = SEASON,
    spread: float = 0.0,
) -> Drawn:
    """Draw a series of ``rate`` words a day, whose house has ``SEASON`` and whose theme has its ``own``.

    ``spread``: the coefficient of variation of what each week multiplies its days by; 0 draws Poisson's counts.
    """
    weeks = [_factor(chance, spread) for _ in range(length // 7 + 1)]
    rates = [rate * own[day % 7] * weeks[day // 7] for day in range(length)]
    rates = [one * (jumps if at is not None and day >= at else 1.0) for day, one in enumerate(rates)]
    return Drawn([_poisson(chance, one) for one in rates], [SEASON[day % 7] for day in range(length)])


def _factor(chance: random.Random, spread: float) -> float:
    return chance.gammavariate(1 / spread**2, spread**2) if spread else 1.0


def alerts(drawn: Drawn, first: int = FIRST) -> list[int]:
    """Return the days on which an alert begins: none in the ``REST`` days before, as it is told once a rise."""
    told, last = [], -REST - 1
    for day in range(first, len(drawn.days)):
        if is_alert(drawn.days[: day + 1], drawn.season[: day + 1]):
            told += [day] if day - last > REST else []
            last = day
    return told


def is_alert(days: Sequence[int], season: Sequence[float]) -> bool:
    """Whether the newest day alerts."""
    found = newest_jump(days, season)
    return found is not None and found.is_jump


def delay(chance: random.Random, *, rate: float, most: int) -> int | None:
    """Draw a jump and return on which of its days it is alerted, 1 first; None when not within ``most`` days."""
    starts = FIRST + chance.randrange(7)
    drawn = draw(chance, rate=rate, length=starts + most, at=starts)
    told = (
        day - starts + 1
        for day in range(starts, starts + most)
        if is_alert(drawn.days[: day + 1], drawn.season[: day + 1])
    )
    return next(told, None)


def _poisson(chance: random.Random, rate: float) -> int:
    """Knuth's way: fine for small rates."""
    bar, count, product = exp(-rate), 0, chance.random()
    while product > bar:
        count, product = count + 1, product * chance.random()
    return count
