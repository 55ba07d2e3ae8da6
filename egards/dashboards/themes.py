"""What rises: each theme of the week against what past weeks let expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from egards.measures.queries import DayTones, ThemeWeeks
from egards.statistics.rising import MINIMUM_CUSTOMERS, MINIMUM_WEEKS, TAIL, forecast
from egards.understanding.wording import theme_label

RISING_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme this week. ``usual`` are the counts that 95 weeks in 100 hold; None while too few weeks are known."""

    code: str
    label: str
    n: int
    people: int
    unhappy: int
    happy: int
    tone: int
    weeks: tuple[int, ...]
    usual: tuple[int, int] | None
    tail: float

    @property
    def is_rising(self) -> bool:
        """Whether luck hardly explains so many, said by enough people."""
        return self.tail < TAIL and self.people >= MINIMUM_CUSTOMERS


def known_weeks(days: Sequence[DayTones], today: date) -> int:
    """Return how many whole weeks before the last seven days the house was already listening."""
    first = next((day.day for day in days if day.words), None)
    if first is None:
        return 0
    return max(0, ((today - timedelta(days=6)) - first).days // 7)


def theme_lines(themes: Sequence[ThemeWeeks], *, weeks: int) -> list[ThemeLine]:
    """Return the themes said this week, most said first; ``weeks`` is how many past weeks are known."""
    said = sorted((theme for theme in themes if theme.weeks[0]), key=lambda theme: (-theme.weeks[0], theme.theme))
    return [_line(theme, weeks) for theme in said]


def rising(lines: Sequence[ThemeLine]) -> list[ThemeLine]:
    """Return the lines that rise, the least expected first."""
    return sorted((line for line in lines if line.is_rising), key=lambda line: (line.tail, line.code))[:RISING_SHOWN]


def _line(theme: ThemeWeeks, weeks: int) -> ThemeLine:
    n, past = theme.weeks[0], theme.weeks[1 : weeks + 1]
    usual, tail = None, 1.0
    if weeks >= MINIMUM_WEEKS:
        expected = forecast(past)
        usual, tail = expected.usual(), expected.at_least(n)
    return ThemeLine(
        code=theme.theme,
        label=theme_label(theme.theme),
        n=n,
        people=theme.people,
        unhappy=theme.unhappy,
        happy=theme.happy,
        tone=round(theme.polarity / n),
        weeks=(*reversed(past), n),
        usual=usual,
        tail=tail,
    )
