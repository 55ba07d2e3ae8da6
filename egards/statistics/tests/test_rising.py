"""Rising themes: the vectors of the reference, overdispersed weeks, one person who writes ten times."""

from __future__ import annotations

import random
from math import exp, factorial

import pytest
from scipy.stats import nbinom

from egards.statistics.rising import Forecast, forecast, is_rising


def test_a_rate_known_for_ever_is_poissons() -> None:
    """domain.md A.20: λ = 6, P(X ≥ 18) = 5.7e−5 is an alert, P(X ≥ 14) = 0.0036 is none."""
    known = forecast([6] * 100_000)
    assert known.at_least(18) == pytest.approx(5.7e-5, abs=1e-6)
    assert known.at_least(14) == pytest.approx(0.0036, abs=5e-5)
    assert known.at_least(6) == pytest.approx(1 - sum(exp(-6) * 6**k / factorial(k) for k in range(6)), abs=1e-4)


def test_eight_weeks_are_less_sure_than_all_time() -> None:
    eight = forecast([6] * 8)
    assert eight.mean == pytest.approx(48.5 / 8)
    assert eight.at_least(18) == pytest.approx(nbinom(48.5, 8 / 9).sf(17), rel=1e-9)
    assert 0.0036 < eight.at_least(14) < 0.01


def test_the_whole_distribution_sums_to_one() -> None:
    eight = forecast([3, 5, 2, 4, 4, 6, 1, 3])
    assert sum(eight.at_least(k) - eight.at_least(k + 1) for k in range(200)) == pytest.approx(1)


def test_the_usual_range_holds_95_weeks_in_100() -> None:
    low, high = forecast([8, 7, 9, 6, 8, 10, 7, 9]).usual()
    assert (low, high) == (3, 15)
    seen = forecast([8, 7, 9, 6, 8, 10, 7, 9])
    assert seen.at_least(low) - seen.at_least(high + 1) >= 0.95


def test_a_theme_never_said_before_is_expected_nearly_never() -> None:
    never = forecast([0] * 8)
    assert never.usual() == (0, 1)
    assert never.at_least(5) < 0.001


def test_weeks_that_jump_about_expect_more() -> None:
    quiet, restless = forecast([10] * 8), forecast([0, 20, 0, 20, 0, 20, 0, 20])
    assert restless.mean == quiet.mean
    assert restless.at_least(25) > 20 * quiet.at_least(25)


def test_a_steady_theme_raises_an_alarm_about_once_a_thousand_weeks() -> None:
    chance = random.Random(3)
    alarms = sum(is_rising(_weeks(chance, 8), _weeks(chance, 1)[0], customers=9) for _ in range(4000))
    assert alarms <= 12


def test_one_person_who_writes_often_is_not_a_theme() -> None:
    assert is_rising([2] * 8, 20, customers=5)
    assert not is_rising([2] * 8, 20, customers=4)


def test_three_weeks_are_too_few() -> None:
    with pytest.raises(ValueError, match="3 semaines"):
        forecast([1, 2, 3])


def test_zero_or_more_is_certain() -> None:
    assert Forecast(r=2, p=0.5).at_least(0) == 1


def _weeks(chance: random.Random, n: int) -> list[int]:
    """Poisson of rate 6: arrivals of an exponential clock."""
    counts = []
    for _ in range(n):
        at, count = chance.expovariate(6), 0
        while at < 1:
            at, count = at + chance.expovariate(6), count + 1
        counts.append(count)
    return counts
