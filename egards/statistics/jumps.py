"""Did a theme jump these last days? Counts of three and of seven days against eight weeks, their weekly season apart.

The forecast is that of ``rising`` (Gamma–Poisson, widened where weeks vary more than Poisson's), with a rate per day of
season: a Monday counts for more than a Sunday, as the theme's own eight weeks say, drawn towards what the house's days
say of all themes. Two windows: three days see a large theme jump at once, seven see a
smaller one a few days later. How soon and how often wrongly: docs/rising-figures.md, made by ``make test-rising``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from egards.statistics.rising import Forecast

#: Days looked at, ended by the newest.
WINDOWS = (3, 7)
#: Days before a window that say what is usual: eight weeks.
PAST = 56
#: Beyond this, the count is not chance: looked at each day, under one false alarm a theme in five years, as long as
#: weeks vary by chance alone.
TAIL = 4e-4
#: Weight, in weeks, of the belief that a theme varies as Poisson's: eight weeks alone say little of their variance.
_PRIOR_WEEKS = 7
_WEEK = 7
#: Words of the house's season added to those of the theme's own.
_SEASON_WORDS = 10
#: Days of an ordinary week added to those seen: a season of few words is not overstated.
_PRIOR_DAYS = 4


@dataclass(frozen=True, slots=True)
class Jump:
    """The window that says most: ``count`` words in ``days`` days, ``usual`` were expected, ``tail`` is its chance."""

    days: int
    count: int
    usual: float
    tail: float

    @property
    def is_jump(self) -> bool:
        """Whether luck hardly explains so many."""
        return self.tail < TAIL


def season_of(totals: Sequence[int]) -> tuple[float, ...]:
    """Return what each of the seven days of a week counts for (their mean is 1), from the day of ``totals[0]`` on.

    ``totals`` are whole weeks of days, of all themes together: one theme alone says too little of its season.
    """
    weeks = len(totals) // _WEEK
    sums = [sum(totals[day::_WEEK][:weeks]) for day in range(_WEEK)]
    mean = sum(sums) / _WEEK
    if not mean:
        return (1.0,) * _WEEK
    return tuple((weeks * one / mean + _PRIOR_DAYS) / (weeks + _PRIOR_DAYS) for one in sums)


def newest_jump(days: Sequence[int], season: Sequence[float]) -> Jump | None:
    """Return what the last days of a theme show, the newest last; None while too few days are known.

    ``season`` says what each of these days counts for (``season_of``, repeated), one number for each.
    """
    found = [_looked(days, season, window) for window in WINDOWS if len(days) >= PAST + window]
    return min(found, key=lambda one: one.tail, default=None)


def _looked(days: Sequence[int], season: Sequence[float], window: int) -> Jump:
    ends = len(days) - window
    past = days[ends - PAST : ends]
    own = _own_season(past, season[ends - PAST : ends])
    count = sum(days[ends:])
    share = sum(own[at % _WEEK] for at in range(window)) / (sum(own) * PAST / _WEEK)
    mean = (sum(past) + 0.5) * share
    p = 1 / (_overdispersion(past) * (1 + share))
    usual = Forecast(r=mean * p / (1 - p), p=p)
    return Jump(window, count, mean, usual.at_least(count))


def _own_season(past: Sequence[int], house: Sequence[float]) -> list[float]:
    """What each day of the week counts for in one theme, from the first day of ``past`` on: its own words and a few of
    the house's. A theme that is silent on Sundays does not rise each Monday."""
    return [sum(past[day::_WEEK]) + _SEASON_WORDS * house[day] / _WEEK for day in range(_WEEK)]


def _overdispersion(past: Sequence[int]) -> float:
    """Variance of the weeks over their mean, drawn towards 1, at least 1."""
    weeks = [sum(past[at : at + _WEEK]) for at in range(0, len(past), _WEEK)]
    mean = sum(weeks) / len(weeks)
    if not mean:
        return 1.0
    free = len(weeks) - 1
    ratio = sum((week - mean) ** 2 for week in weeks) / free / mean
    return max(1.0, (free * ratio + _PRIOR_WEEKS) / (free + _PRIOR_WEEKS))
