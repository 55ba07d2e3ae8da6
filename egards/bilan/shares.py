"""A figure is never alone: a share with its Wilson interval, a median with that of its order statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from egards.statistics.intervals import wilson
from egards.statistics.waits import WaitQuantile, wait_quantile

#: Under so many, a count is told and no share is drawn from it (domain.md A.1).
MINIMUM = 30


@dataclass(frozen=True, slots=True)
class Share:
    """``some`` out of ``n``."""

    some: int
    n: int

    @property
    def value(self) -> float:
        """The share, 0…1; 0 when there is nothing."""
        return self.some / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval."""
        return wilson(self.some, self.n)

    @property
    def is_told(self) -> bool:
        """Whether there are enough to tell a share."""
        return self.n >= MINIMUM


@dataclass(frozen=True, slots=True)
class Middle:
    """A median of seconds over ``n`` waits, some of them still running."""

    n: int
    quantile: WaitQuantile

    @property
    def is_told(self) -> bool:
        """Whether there are enough to tell a median."""
        return self.n >= MINIMUM and self.quantile.value is not None


def middle(known: Sequence[float], running: Sequence[float] = ()) -> Middle:
    """Return the median of waits, with the interval that supposes nothing of those that still run."""
    n = len(known) + len(running)
    nothing = WaitQuantile(None, 0.0, None)
    return Middle(n, wait_quantile(known, running, 0.5) if n else nothing)
