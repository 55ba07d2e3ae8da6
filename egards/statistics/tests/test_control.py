"""The control chart: limits by hand, both alarms, and the smoothed share."""

from __future__ import annotations

import pytest

from egards.statistics.control import Alarm, Day, alarms, ewma, p_chart


def test_limits_by_hand() -> None:
    centre, days = p_chart([50, 40], [100, 100])
    assert centre == 0.45
    # 3·√(0.45·0.55/100) = 0.14925
    assert days[0] is not None
    assert (days[0].share, days[0].low, days[0].high) == pytest.approx((0.5, 0.30075, 0.59925), abs=1e-5)


def test_a_day_under_ten_draws_no_point() -> None:
    assert p_chart([9, 5], [9, 10])[1][0] is None


def test_nobody_at_all_has_no_chart() -> None:
    with pytest.raises(ValueError, match="Aucune"):
        p_chart([0], [0])


def test_a_day_beyond_its_limits_is_an_alarm() -> None:
    centre, days = p_chart([50, 50, 50, 20], [100, 100, 100, 100])
    assert alarms(centre, days) == [Alarm(3, "beyond", is_above=False)]


def test_eight_days_on_one_side_are_an_alarm_and_seven_are_none() -> None:
    above, below = Day(0.55, 0.3, 0.7), Day(0.45, 0.3, 0.7)
    assert alarms(0.5, [below, *[above] * 7, below]) == []
    assert alarms(0.5, [below, *[above] * 8]) == [Alarm(8, "run", is_above=True)]


def test_a_day_without_a_point_neither_breaks_a_run_nor_counts() -> None:
    above = Day(0.55, 0.3, 0.7)
    assert alarms(0.5, [above] * 4 + [None] + [above] * 3) == []
    assert alarms(0.5, [above] * 4 + [None] + [above] * 4) == [Alarm(8, "run", is_above=True)]


def test_the_smoothed_share_by_hand() -> None:
    assert ewma([0.6, None, 0.4], start=0.5) == pytest.approx([0.52, 0.52, 0.496])
