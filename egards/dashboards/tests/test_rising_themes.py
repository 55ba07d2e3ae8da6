"""What rises on the pulse: a jump of three days, said by enough people, with the season of the house."""

from __future__ import annotations

from datetime import date, timedelta

from egards.measures.queries import DAYS, DayTones, ThemeWeeks
from egards.measures.themes import ThemeLine, rising, season_of_days, theme_lines

TODAY = date(2026, 11, 23)


def house(*, words: int = 40) -> list[DayTones]:
    """Sixty-three days, Mondays twice as busy."""
    days = [TODAY - timedelta(days=age) for age in reversed(range(DAYS))]
    return [DayTones(day, words=words * (2 if day.weekday() == 0 else 1)) for day in days]


def theme(last: list[int], *, usual: int = 2, recent_people: int = 9, people: int = 20) -> ThemeWeeks:
    days = [usual] * (DAYS - len(last)) + last
    weeks = [sum(days[DAYS - 7 * (age + 1) : DAYS - 7 * age]) for age in range(DAYS // 7)]
    return ThemeWeeks("delivery", weeks=weeks, days=days, people=people, recent_people=recent_people)


def lines_of(told: ThemeWeeks, *, weeks: int = 8) -> list[ThemeLine]:
    return theme_lines([told], weeks=weeks, season=season_of_days(house(), weeks=weeks))


def test_three_days_are_told_before_the_week_shows_it() -> None:
    (line,) = lines_of(theme([8, 9, 8]))
    assert line.is_rising
    assert line.sudden is not None
    assert line.sudden.count == 25
    assert rising([line]) == [line]


def test_three_people_who_write_often_are_no_rise() -> None:
    (line,) = lines_of(theme([8, 9, 8], recent_people=3))
    assert not line.is_rising
    assert line.sudden is None


def test_what_only_mondays_bring_is_no_rise() -> None:
    """The newest day is a Monday: twice as many words of everything."""
    (line,) = lines_of(theme([2, 2, 4]))
    assert not line.is_rising


def test_before_eight_weeks_the_week_alone_decides() -> None:
    assert season_of_days(house(), weeks=7) == ()
    (line,) = lines_of(theme([9] * 7), weeks=5)
    assert line.jump is None
    assert line.is_rising
    (line,) = lines_of(theme([3, 3, 3]), weeks=5)
    assert not line.is_rising
