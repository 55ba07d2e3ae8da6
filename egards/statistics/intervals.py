"""How sure we are of a share: Wilson's interval, the Beta posterior, and the chance that one share passes another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt

from scipy.special import betainc, betaincinv, ndtri, roots_legendre

#: Jeffreys' prior Beta(½, ½): its credible intervals cover close to what they say, near 0 and 1 too
#: (Brown, Cai, DasGupta, « Interval Estimation for a Binomial Proportion », Statistical Science 16, 2001).
PRIOR = 0.5
_NODES = 128


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is known of a share after ``n`` answers: its median, one chance in two, 95 chances in 100. All 0…1."""

    n: int
    median: float
    low50: float
    high50: float
    low95: float
    high95: float


def wilson(successes: int, n: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of ``successes / n``; the whole of 0…1 when ``n`` is 0.

    Centre (p + z²/2n)/(1 + z²/n), half z/(1 + z²/n)·√(p(1−p)/n + z²/4n²) (Wilson, JASA 22, 1927).
    Raises ``ValueError`` when the counts are not counts of a share.
    """
    _check(successes, n)
    if n == 0:
        return 0.0, 1.0
    z = float(ndtri((1 + confidence) / 2))
    share, spread = successes / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / spread
    half = z / spread * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def share_posterior(successes: int, n: int) -> Posterior:
    """Return the Beta(½ + successes, ½ + failures) posterior of a share. Raises ``ValueError`` as ``wilson`` does."""
    return share_posteriors([successes], [n])[0]


def share_posteriors(successes: list[int], sizes: list[int]) -> list[Posterior]:
    """Return one posterior per share, all computed in one call (a chart has dozens)."""
    for some, n in zip(successes, sizes, strict=True):
        _check(some, n)
    won = [[some + PRIOR] for some in successes]
    lost = [[n - some + PRIOR] for some, n in zip(successes, sizes, strict=True)]
    found = betaincinv(won, lost, (0.5, 0.25, 0.75, 0.025, 0.975)) if sizes else ()
    return [Posterior(n, *map(float, row)) for n, row in zip(sizes, found, strict=True)]


def chance_greater(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Return the chance that the share behind ``first`` (successes, n) is greater than the one behind ``second``.

    P(A > B) = E over A of F_B(A), both posteriors independent Betas. The mean is taken over the narrower of the two,
    by Gauss–Legendre quadrature on its quantiles: the other's distribution is smooth there, so that 128 nodes give
    four exact decimals, without a draw of chance.
    """
    _check(*first)
    _check(*second)
    if _variance(first) <= _variance(second):
        return _mean_below(narrow=first, wide=second)
    return 1 - _mean_below(narrow=second, wide=first)


def _mean_below(*, narrow: tuple[int, int], wide: tuple[int, int]) -> float:
    places, weights = _quadrature()
    at = betaincinv(narrow[0] + PRIOR, narrow[1] - narrow[0] + PRIOR, places)
    below = betainc(wide[0] + PRIOR, wide[1] - wide[0] + PRIOR, at)
    return float(sum(weight * chance for weight, chance in zip(weights, below, strict=True)))


@cache
def _quadrature() -> tuple[list[float], list[float]]:
    nodes, weights = roots_legendre(_NODES)
    return [(node + 1) / 2 for node in nodes], [weight / 2 for weight in weights]


def _variance(share: tuple[int, int]) -> float:
    a, b = share[0] + PRIOR, share[1] - share[0] + PRIOR
    return a * b / ((a + b) ** 2 * (a + b + 1))


def _check(successes: int, n: int) -> None:
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} sur {n} n’est pas une part.")
