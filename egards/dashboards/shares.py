"""A share as the pulse shows it: with its doubt, and against the days before."""

from __future__ import annotations

from dataclasses import dataclass

from egards.statistics.intervals import Posterior, chance_greater, share_posterior

#: Under so many answers we show the answers, not a share (domain.md A.1).
MINIMUM = 30
#: A change is real when it has this chance not to be luck, on one side (95 % on both).
REAL = 0.975


@dataclass(frozen=True, slots=True)
class Change:
    """What moved between two periods: in points of 100, and how sure we are that it moved that way (½…1)."""

    points: int
    chance: float

    @property
    def is_real(self) -> bool:
        """Whether luck is an unlikely reason."""
        return self.chance >= REAL

    @property
    def is_more(self) -> bool:
        """Whether it rose."""
        return self.points > 0


@dataclass(frozen=True, slots=True)
class Share:
    """``some`` of ``n``, what that lets us believe, and the change since the days before when both can be told."""

    some: int
    n: int
    known: Posterior
    change: Change | None = None

    @property
    def is_enough(self) -> bool:
        """Whether the share may be shown."""
        return self.n >= MINIMUM


def share(some: int, n: int, *, before: tuple[int, int]) -> Share:
    """Return a share and how it changed from ``before`` (some, n)."""
    known = share_posterior(some, n)
    if n < MINIMUM or before[1] < MINIMUM:
        return Share(some, n, known)
    rose = chance_greater((some, n), before)
    moved = known.median - share_posterior(*before).median
    points = round(100 * moved)
    return Share(some, n, known, Change(points, max(rose, 1 - rose)))
