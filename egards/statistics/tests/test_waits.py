"""Waits: quantiles by hand, people who still wait, and intervals that cover what they say."""

from __future__ import annotations

import random
from math import log

import pytest

from egards.statistics.waits import WaitQuantile, wait_quantile


def test_everybody_answered_gives_the_order_statistics() -> None:
    # n = 20, p = ½: P(Bin ≤ 5) = 0.0207, P(Bin ≤ 6) = 0.0577, so X(6) and, by symmetry, X(15)
    assert wait_quantile(range(1, 21), [], 0.5) == WaitQuantile(value=10, low=6, high=15)


def test_the_ninth_decile_of_few_has_no_upper_end() -> None:
    # 0.9³⁵ = 0.0250 > 0.025 ≥ 0.9³⁶: the largest of 36 is the first that can be an upper end
    assert wait_quantile(range(1, 36), [], 0.9).high is None
    assert wait_quantile(range(1, 37), [], 0.9).high == 36


def test_too_few_have_neither_end() -> None:
    assert wait_quantile([60, 120], [], 0.5) == WaitQuantile(value=60, low=0, high=None)


def test_nobody_ever_asked() -> None:
    assert wait_quantile([], [], 0.5) == WaitQuantile(value=None, low=0, high=None)


def test_somebody_who_waits_is_not_counted_as_answered() -> None:
    # Kaplan–Meier by hand: at 10, 3 of 4 remain; one leaves unknown at 15; at 20, half of 3/4 remain: 0.375 ≤ ½
    assert wait_quantile([10, 20, 30], [15], 0.5).value == 20
    # a wait of 30 still running: at 10 remain 3/4, at 20 remain 1/2
    assert wait_quantile([10, 20], [30, 30], 0.5).value == 20
    assert wait_quantile([10], [30, 30, 30], 0.5).value is None


def test_the_steps_between_running_waits_are_the_product_over_each_ended_one() -> None:
    chance = random.Random(8)
    for _ in range(300):
        ended = [chance.randint(1, 12) for _ in range(chance.randint(0, 15))]
        running = [chance.randint(1, 12) for _ in range(chance.randint(0, 8))]
        share = chance.choice([0.1, 0.5, 0.9])
        assert wait_quantile(ended, running, share).value == _product_limit(ended, running, share)


def _product_limit(ended: list[int], running: list[int], share: float) -> float | None:
    """The textbook's: at each distinct wait, those who end among those at risk."""
    left = 1.0
    for at in sorted(set(ended)):
        at_risk = sum(value >= at for value in (*ended, *running))
        left *= 1 - ended.count(at) / at_risk
        if left <= 1 - share + 1e-12:
            return at
    return None


def test_somebody_who_just_began_to_wait_changes_little() -> None:
    assert wait_quantile(range(1, 101), [0.5], 0.5).value == 50


def test_what_is_not_known_widens_both_ends() -> None:
    sure = wait_quantile(range(1, 101), [], 0.5)
    unsure = wait_quantile(range(1, 101), [1] * 10, 0.5)
    assert unsure.low < sure.low
    assert unsure.high is not None
    assert sure.high is not None
    assert unsure.high > sure.high


def test_the_interval_covers_at_least_what_it_says_even_while_some_wait() -> None:
    chance, covered = random.Random(5), 0
    for _ in range(1000):
        waits = [chance.expovariate(1 / 60) for _ in range(40)]
        ages = [chance.uniform(20, 400) for _ in waits]
        known = [w for w, age in zip(waits, ages, strict=True) if w <= age]
        running = [age for w, age in zip(waits, ages, strict=True) if w > age]
        found = wait_quantile(known, running, 0.5)
        covered += found.low <= 60 * log(2) <= (found.high or float("inf"))
    assert covered / 1000 >= 0.95


def test_the_quantile_is_right_while_some_wait() -> None:
    chance = random.Random(6)
    waits = [(chance.expovariate(1 / 60), chance.uniform(20, 400)) for _ in range(20_000)]
    known = [w for w, age in waits if w <= age]
    running = [age for w, age in waits if w > age]
    assert wait_quantile(known, running, 0.5).value == pytest.approx(60 * log(2), rel=0.03)
