"""A-B-A: what is measured stands between two measures of what it is compared with, in the same minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Generic, TypeVar

#: Two A runs around one B that differ by more than this prove nothing about B.
MOST_DIFFERENCE = 0.20

T = TypeVar("T")


@dataclass(frozen=True)
class Try(Generic[T]):
    """One A-B-A; ``before`` and ``after`` are rates."""

    before: float
    measured: T
    after: float

    @property
    def difference(self) -> float:
        """How far apart the two A runs are, as a share of the faster."""
        return abs(self.before - self.after) / max(self.before, self.after)

    @property
    def proves(self) -> bool:
        """Whether the machine was steady enough."""
        return self.difference <= MOST_DIFFERENCE


@dataclass
class Comparison(Generic[T]):
    """Several A-B-A of the same."""

    wanted: int
    tries: list[Try[T]] = field(default_factory=list)

    @property
    def proving(self) -> list[Try[T]]:
        """The tries whose A runs agree."""
        return [a_try for a_try in self.tries if a_try.proves]

    @property
    def concludes(self) -> bool:
        """Whether enough tries prove something."""
        return len(self.proving) >= self.wanted

    def floor(self) -> float:
        """Return the median rate of A: over the tries that prove, or over all when we do not conclude."""
        return median(rate for a_try in self._kept() for rate in (a_try.before, a_try.after))

    def median(self, rate: Callable[[T], float]) -> float:
        """Return the median rate of B over the same tries."""
        return median(rate(a_try.measured) for a_try in self._kept())

    def measured(self) -> list[T]:
        """Everything measured, whether or not it proves something about speed."""
        return [a_try.measured for a_try in self.tries]

    def _kept(self) -> list[Try[T]]:
        return self.proving if self.concludes else self.tries


def a_b_a(
    a: Callable[[], float], b: Callable[[], T], *, repeats: int, told: Callable[[str], object] = print
) -> Comparison[T]:
    """Measure A, B, A until ``repeats`` tries prove something, at most twice as many times."""
    comparison: Comparison[T] = Comparison(repeats)
    while not comparison.concludes and len(comparison.tries) < 2 * repeats:
        a_try = Try(a(), b(), a())
        comparison.tries.append(a_try)
        told(
            f"  A {a_try.before:,.0f}/s · A {a_try.after:,.0f}/s : écart {a_try.difference:.0%}"
            f"{'' if a_try.proves else ', cet essai ne prouve rien'}"
        )
    return comparison
