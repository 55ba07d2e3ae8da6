"""How long people waited: quantiles of durations of which some are still running, with intervals that suppose nothing.

Somebody who still waits is *not yet known*: we know how long so far, not how long in the end. Leaving them out would
flatter us. So:

- the quantile itself is Kaplan and Meier's (« Nonparametric Estimation from Incomplete Observations », JASA 53, 1958);
  where they cannot say (too many still wait), there is none;
- its interval is that of order statistics, distribution-free: X(l) ≤ quantile ≤ X(u) with the binomial's own chances
  (David & Nagaraja, « Order Statistics », 3rd ed., § 7.1), taken at both extremes of what is not known: the low end as
  if everybody who waits were answered at once, the high end as if nobody ever were. It covers at least what it says.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

from scipy.special import bdtr


@dataclass(frozen=True, slots=True)
class WaitQuantile:
    """A quantile of waits, in the unit of what was given. ``None``: it cannot be said (``high``: no upper end)."""

    value: float | None
    low: float
    high: float | None


def wait_quantile(
    known: Sequence[float], running: Sequence[float], share: float, *, confidence: float = 0.95
) -> WaitQuantile:
    """Return the wait that ``share`` of people (0…1, excluded) do not pass, from ended waits and running ones."""
    n = len(known) + len(running)
    lower, upper = _ranks(n, share, confidence)
    best, worst = sorted([*known, *running]), sorted(known)
    return WaitQuantile(
        value=_kaplan_meier(worst, sorted(running), share),
        low=best[lower - 1] if lower else 0.0,
        high=worst[upper - 1] if upper <= len(worst) else None,
    )


def _ranks(n: int, share: float, confidence: float) -> tuple[int, int]:
    """Return the ranks (1…n) of both ends; 0 and n + 1 when no value of the sample is far enough."""
    tail = (1 - confidence) / 2
    # the largest l with P(Bin ≤ l − 1) ≤ tail; the smallest u with P(Bin ≥ u) ≤ tail
    below = bisect_left(range(n), True, key=lambda k: bool(bdtr(k, n, share) > tail))
    above = bisect_left(range(n), True, key=lambda k: bool(1 - bdtr(k, n, share) <= tail)) + 1
    return below, above if above <= n else n + 1


def _kaplan_meier(ended: Sequence[float], running: Sequence[float], share: float) -> float | None:
    """Return the first wait at which no more than ``1 − share`` still wait, by the product of what remains.

    Both are sorted. Between two waits that run, the product telescopes to (at risk − ended) / at risk: one step a
    running wait, not one an ended wait. Somebody still waiting after exactly as long was at risk then.
    """
    at_risk, done, left = len(ended) + len(running), 0, 1.0
    for gone in (*running, inf):
        upto = bisect_right(ended, gone)
        if done == len(ended):
            return None
        needed = max(1, ceil(at_risk * (1 - (1 - share) / left) - 1e-9))
        if done + needed <= upto:
            return ended[done + needed - 1]
        left *= (at_risk - (upto - done)) / at_risk
        at_risk -= upto - done + 1
        done = upto
    return None
