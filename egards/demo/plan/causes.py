"""What really happens in the town, and nobody is told: what breaks, where, and between which days.

A cause draws customers towards the situations it explains. Days count from the town's first; those of a campaign
bring more of everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Trouble:
    """A hidden cause at work: ``cause`` is a key of ``words/texts/causes.toml``.

    ``weight`` is how many letters in a hundred it brings at its height, reached after ``rises`` days. ``products``
    and ``place`` say what it touches; empty: anything.
    """

    cause: str
    first: int
    last: int
    weight: float
    rises: int = 1
    products: tuple[str, ...] = ()
    place: str = ""

    def strength(self, day: int) -> float:
        """Return how many letters in a hundred it brings that day."""
        if not self.first <= day <= self.last:
            return 0.0
        return self.weight * min(1.0, (day - self.first + 1) / self.rises)


@dataclass(frozen=True, slots=True)
class Campaign:
    """An offer that brings people: ``peak`` times the ordinary, fading by its last day."""

    first: int
    last: int
    peak: float

    def factor(self, day: int) -> float:
        """Return by how much it multiplies what is said that day."""
        if not self.first <= day <= self.last:
            return 1.0
        return 1 + (self.peak - 1) * (self.last - day + 1) / (self.last - self.first + 1)


#: The days of the demo's history; the town goes on after them as long as it is looked at.
DAYS: Final = 120
EVER: Final = 10_000
TROUBLES: Final = (
    Trouble("short_screws", 12, 88, 5, rises=8),
    Trouble("site_update", 27, 36, 11),
    Trouble("carrier_depot", 50, 71, 24, rises=4, place="lille"),
    Trouble("glue_lot_47", 84, EVER, 16, rises=26, products=("lampe-luciole", "lampe-falaise", "lampadaire-roselière")),
    Trouble("new_till", 97, 110, 8, place="rennes"),
    Trouble("overheating_driver", 108, EVER, 3, rises=8, products=("lampe-vigie",)),
)
CAMPAIGNS: Final = (Campaign(34, 46, 1.9), Campaign(DAYS - 4, DAYS + 6, 1.5))


def bustle(day: int) -> float:
    """Return how busy the town is that day beside an ordinary one; it slowly grows."""
    factor = 1 + 0.15 * min(day, DAYS) / DAYS
    for campaign in CAMPAIGNS:
        factor *= campaign.factor(day)
    return factor
