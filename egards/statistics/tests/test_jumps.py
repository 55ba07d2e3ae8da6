"""The alert of jumps: hand-counted windows, seasons, few words, and a small town of simulated themes."""

from __future__ import annotations

import random

import pytest
from scipy.stats import nbinom

from egards.statistics.jumps import PAST, newest_jump, season_of
from egards.statistics.tests.jump_series import HALF_YEAR, OWN_SEASON, alerts, delay, draw

FLAT = [1.0] * (PAST + 7)


def test_three_days_are_held_against_eight_weeks() -> None:
    found = newest_jump([2] * PAST + [9, 8, 9], FLAT[: PAST + 3])
    assert found is not None
    assert (found.days, found.count) == (3, 26)
    assert found.usual == pytest.approx(112.5 * 3 / 56)
    assert found.tail == pytest.approx(nbinom(112.5, 56 / 59).sf(25), rel=1e-9)
    assert found.is_jump


def test_seven_days_see_what_three_do_not() -> None:
    early, late = newest_jump([2] * PAST + [4] * 3, FLAT[: PAST + 3]), newest_jump([2] * PAST + [4, 5] * 3 + [4], FLAT)
    assert early is not None
    assert late is not None
    assert (early.days, early.is_jump) == (3, False)
    assert (late.days, late.is_jump) == (7, True)


def test_a_monday_is_no_jump_for_a_theme_of_mondays() -> None:
    """Ten times as much on Mondays: three days with a Monday among them are no jump, in a house without a season."""
    days = [[20, 2, 2, 2, 2, 2, 2][day % 7] for day in range(PAST + 8)]
    found = newest_jump(days, [1.0] * len(days))
    assert found is not None
    assert found.tail > 0.2


def test_a_theme_of_few_words_has_the_houses_season() -> None:
    house = [(4.0 if day % 7 == 0 else 0.5) for day in range(PAST + 3)]
    quiet = [0] * PAST
    with_season, without = newest_jump([*quiet, 2, 0, 0], house), newest_jump([*quiet, 2, 0, 0], [1.0] * (PAST + 3))
    assert with_season is not None
    assert without is not None
    assert with_season.usual > without.usual


def test_a_season_is_the_share_of_each_day_and_weeks_of_silence_have_none() -> None:
    assert sum(season_of([3, 1, 1, 1, 1, 0, 0] * 8)) == pytest.approx(7)
    assert season_of([3, 1, 1, 1, 1, 0, 0] * 8)[0] == pytest.approx((8 * 3 + 4) / 12)
    assert season_of([0] * 56) == (1.0,) * 7


def test_too_few_days_say_nothing_and_silence_is_no_jump() -> None:
    assert newest_jump([2] * (PAST + 2), FLAT[: PAST + 2]) is None
    quiet = newest_jump([0] * (PAST + 7), FLAT)
    assert quiet is not None
    assert quiet.tail == 1.0


def test_weeks_that_vary_need_more() -> None:
    steady = newest_jump([6] * PAST + [15, 15, 15], FLAT[: PAST + 3])
    weeks = [day for week in range(8) for day in [12 * (week % 2)] * 7]
    restless = newest_jump([*weeks, 15, 15, 15], FLAT[: PAST + 3])
    assert steady is not None
    assert restless is not None
    assert steady.is_jump
    assert not restless.is_jump


def test_a_large_theme_that_nearly_doubles_is_told_within_three_days_and_hardly_ever_for_nothing() -> None:
    chance = random.Random(11)
    false = sum(len(alerts(draw(chance, rate=6, length=HALF_YEAR + PAST + 7))) for _ in range(60))
    assert false <= 12  # one in ten half-years is wanted: twelve or more of sixty come once in fifty runs at that
    own = sum(len(alerts(draw(chance, rate=6, length=HALF_YEAR + PAST + 7, own=OWN_SEASON))) for _ in range(60))
    assert own <= 14  # without the theme's own season: forty
    delays = [delay(chance, rate=20, most=7) for _ in range(40)]
    assert sum(found is not None and found <= 3 for found in delays) >= 35
