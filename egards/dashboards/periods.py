"""Which days a page speaks of, and which ones it compares them with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from egards.measures.days import begins_at, ends_at

#: As they stand in addresses → days.
PERIODS = {"jour": 1, "7": 7, "28": 28}
USUAL = "7"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the house, the last one running; and as many before them."""

    code: str
    today: date

    @property
    def days(self) -> int:
        """How many days."""
        return PERIODS[self.code]

    @property
    def since(self) -> date:
        """The first day."""
        return self.today - timedelta(days=self.days - 1)

    @property
    def chart_days(self) -> int:
        """How many days a curve shows: four periods of a week, two of four weeks."""
        return 56 if self.days == 28 else 28

    @property
    def bars(self) -> int:
        """How many days the volumes show: a single bar says nothing."""
        return max(self.days, 7)

    @property
    def begins_at(self) -> datetime:
        """The first moment."""
        return begins_at(self.since)

    @property
    def before_begins_at(self) -> datetime:
        """The first moment of the days compared with."""
        return begins_at(self.since - timedelta(days=self.days))

    @property
    def ends_at(self) -> datetime:
        """The first moment after."""
        return ends_at(self.today)
