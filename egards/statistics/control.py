"""Is today out of the ordinary? Shewhart's p chart, its two alarms, and the smoothed share (domain.md A.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

#: Under this many answers a day draws no point and raises no alarm.
MINIMUM_A_DAY = 10
#: So many days in a row on one side of the centre are not chance (Nelson, Journal of Quality Technology 16, 1984).
RUN = 8
SMOOTHING = 0.2


@dataclass(frozen=True, slots=True)
class Day:
    """A day's share against the limits p̄ ± 3√(p̄(1−p̄)/n) of a chart with unequal sizes. All 0…1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """A signal at ``index`` of the days given: one day ``beyond`` the limits, or the end of a ``run`` on one side."""

    index: int
    why: Literal["beyond", "run"]
    is_above: bool


def p_chart(successes: Sequence[int], sizes: Sequence[int]) -> tuple[float, list[Day | None]]:
    """Return the centre p̄ and each day with its limits; ``None`` for a day under ``MINIMUM_A_DAY``.

    p̄ is the pooled share of all days. Raises ``ValueError`` when nobody answered.
    """
    total = sum(sizes)
    if total == 0:
        raise ValueError("Aucune réponse : pas de carte.")
    centre = sum(successes) / total
    return centre, [_day(some, n, centre) for some, n in zip(successes, sizes, strict=True)]


def _day(some: int, n: int, centre: float) -> Day | None:
    if n < MINIMUM_A_DAY:
        return None
    half = 3 * sqrt(centre * (1 - centre) / n)
    return Day(some / n, max(0.0, centre - half), min(1.0, centre + half))


def alarms(centre: float, days: Sequence[Day | None]) -> list[Alarm]:
    """Return the days beyond their limits, and those at which a run of ``RUN`` on one side is complete.

    A day without a point neither breaks a run nor counts in it; one exactly at the centre breaks it.
    """
    found: list[Alarm] = []
    side, length = 0, 0
    for index, day in enumerate(days):
        if day is None:
            continue
        here = (day.share > centre) - (day.share < centre)
        length = length + 1 if here == side and here else int(here != 0)
        side = here
        if not day.low <= day.share <= day.high:
            found.append(Alarm(index, "beyond", day.share > day.high))
        elif length == RUN:
            found.append(Alarm(index, "run", here > 0))
    return found


def ewma(shares: Sequence[float | None], *, start: float, weight: float = SMOOTHING) -> list[float]:
    """Return the exponentially weighted moving average z = λx + (1−λ)z (Roberts, Technometrics 1, 1959).

    It starts at ``start``, the centre; a day without a share keeps the value of the day before.
    """
    smoothed, found = start, []
    for share in shares:
        if share is not None:
            smoothed = weight * share + (1 - weight) * smoothed
        found.append(smoothed)
    return found
