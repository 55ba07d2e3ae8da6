"""Is this week's count beyond what past weeks let expect? A Gamma–Poisson forecast, and its tail.

With weekly counts y₁…y_w, a Poisson rate under Jeffreys' prior Gamma(½, 0) has the posterior Gamma(½ + Σy, w), so next
week follows a negative binomial of mean m = (½ + Σy)/w and variance m(1 + 1/w) (Gelman et al., « Bayesian Data
Analysis », 3rd ed., § 2.6). Real weeks vary more than Poisson's: where the variance of the past weeks passes their
mean, the forecast's variance is widened by that ratio, which keeps it a negative binomial.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from scipy.special import betainc

#: Beyond this, the week is not chance: about one false alarm a thousand looks (domain.md A.5).
TAIL = 0.001
#: One person who writes ten times is not a rising theme.
MINIMUM_CUSTOMERS = 5
#: Under this many past weeks nothing is forecast.
MINIMUM_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Forecast:
    """The negative binomial NB(r, p) expected of next week."""

    r: float
    p: float

    @property
    def mean(self) -> float:
        """The count expected."""
        return self.r * (1 - self.p) / self.p

    def at_least(self, count: int) -> float:
        """Return the chance of ``count`` or more: the regularised incomplete beta I(1−p; count, r)."""
        return 1.0 if count <= 0 else float(betainc(count, self.r, 1 - self.p))

    def usual(self) -> tuple[int, int]:
        """Return the counts between which 95 weeks in 100 fall."""
        return self._quantile(0.025), self._quantile(0.975)

    def _quantile(self, share: float) -> int:
        """Return the smallest count k with P(X ≤ k) ≥ share."""
        far = ceil(self.mean + 20 * (self.mean / self.p) ** 0.5) + 20
        return bisect_left(range(far), True, key=lambda k: 1 - self.at_least(k + 1) >= share)


def forecast(past: Sequence[int]) -> Forecast:
    """Return what the past weeks let expect. Raises ``ValueError`` under ``MINIMUM_WEEKS`` weeks."""
    if len(past) < MINIMUM_WEEKS:
        raise ValueError(f"{len(past)} semaines ne suffisent pas pour prévoir.")
    mean = (sum(past) + 0.5) / len(past)
    observed = sum(past) / len(past)
    spread = sum((count - observed) ** 2 for count in past) / (len(past) - 1)
    overdispersion = max(1.0, spread / observed) if observed else 1.0
    p = 1 / (overdispersion * (1 + 1 / len(past)))
    return Forecast(r=mean * p / (1 - p), p=p)


def is_rising(past: Sequence[int], count: int, *, customers: int) -> bool:
    """Say whether ``count``, said by ``customers`` different people, rises above the past weeks."""
    return customers >= MINIMUM_CUSTOMERS and forecast(past).at_least(count) < TAIL
