"""What rises: each theme of the week against what past weeks let expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from egards.measures.queries import DAYS, RECENT, WEEKS, DayTones, ThemeWeeks
from egards.statistics.jumps import PAST, Jump, newest_jump, season_of
from egards.statistics.rising import MINIMUM_CUSTOMERS, MINIMUM_WEEKS, TAIL, forecast
from egards.understanding.wording import theme_label

RISING_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme this week. ``usual`` are the counts that 95 weeks in 100 hold; None while too few weeks are known.

    ``tail`` is the chance of so many by luck alone. ``jump``: what the last days show, once eight weeks are known; then
    it alone says what rises.
    """

    code: str
    label: str
    n: int
    people: int
    recent_people: int
    unhappy: int
    happy: int
    tone: int
    weeks: tuple[int, ...]
    usual: tuple[int, int] | None
    tail: float
    jump: Jump | None

    @property
    def is_rising(self) -> bool:
        """Whether luck hardly explains so many, said by enough people."""
        if self.jump is None:
            return self.tail < TAIL and self.people >= MINIMUM_CUSTOMERS
        return self.jump.is_jump and self._people(self.jump) >= MINIMUM_CUSTOMERS

    @property
    def sudden(self) -> Jump | None:
        """What jumped in the last three days: the week does not show it yet."""
        return self.jump if self.is_rising and self.jump and self.jump.days == RECENT else None

    @property
    def people_of_jump(self) -> int:
        """How many different people in the days that jumped; of the week without a jump."""
        return self._people(self.jump) if self.jump else self.people

    def _people(self, jump: Jump) -> int:
        return self.recent_people if jump.days == RECENT else self.people


def known_weeks(days: Sequence[DayTones], today: date) -> int:
    """Return how many whole weeks before the last seven days the house was already listening."""
    first = next((day.day for day in days if day.words), None)
    if first is None:
        return 0
    return max(0, ((today - timedelta(days=6)) - first).days // 7)


def theme_lines(themes: Sequence[ThemeWeeks], *, weeks: int, season: Sequence[float] = ()) -> list[ThemeLine]:
    """Return the themes said this week, most said first; ``weeks`` is how many past weeks are known.

    ``season``: what each of the days counts for (``season_of_days``); without it no jump is looked for.
    """
    said = sorted((theme for theme in themes if theme.weeks[0]), key=lambda theme: (-theme.weeks[0], theme.theme))
    return [_line(theme, weeks, season) for theme in said]


def season_of_days(days: Sequence[DayTones], *, weeks: int) -> tuple[float, ...]:
    """Return what each day counts for in its week, all themes together; nothing until eight weeks are known."""
    if weeks < WEEKS - 1 or len(days) < DAYS:
        return ()
    of_week = season_of([day.words for day in days[:PAST]])
    return tuple(of_week[place % len(of_week)] for place in range(len(days)))


def rising(lines: Sequence[ThemeLine]) -> list[ThemeLine]:
    """Return the lines that rise, the least expected first."""
    least = {line.code: line.jump.tail if line.jump else line.tail for line in lines}
    return sorted((line for line in lines if line.is_rising), key=lambda one: (least[one.code], one.code))[
        :RISING_SHOWN
    ]


def _line(theme: ThemeWeeks, weeks: int, season: Sequence[float]) -> ThemeLine:
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
        recent_people=theme.recent_people,
        unhappy=theme.unhappy,
        happy=theme.happy,
        tone=round(theme.polarity / n),
        weeks=(*reversed(past), n),
        usual=usual,
        tail=tail,
        jump=newest_jump(theme.days, season) if season else None,
    )
