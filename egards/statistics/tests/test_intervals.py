"""Shares and their doubt: published vectors, exact cases, and intervals that cover what they say."""

from __future__ import annotations

import random

import pytest
from scipy.stats import beta

from egards.statistics.intervals import chance_greater, share_posterior, share_posteriors, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(9, 10, 0.5958, 0.9821), (45, 50, 0.7864, 0.9565), (180, 200, 0.8506, 0.9343), (0, 10, 0, 0.2775),
     (10, 10, 0.7225, 1)],
)  # fmt: skip
def test_wilson_gives_the_published_vectors(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_nobody_asked_says_nothing() -> None:
    assert wilson(0, 0) == (0, 1)
    posterior = share_posterior(0, 0)
    assert posterior.median == pytest.approx(0.5)
    assert (posterior.low95, posterior.high95) == pytest.approx((0.00154, 0.99846), abs=1e-4)


def test_more_successes_than_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="11 sur 10"):
        wilson(11, 10)
    with pytest.raises(ValueError, match="-1 sur 10"):
        share_posterior(-1, 10)


def test_the_posterior_is_the_beta_of_the_textbook() -> None:
    posterior = share_posterior(42, 100)
    expected = beta(42.5, 58.5).ppf([0.5, 0.25, 0.75, 0.025, 0.975])
    found = (posterior.median, posterior.low50, posterior.high50, posterior.low95, posterior.high95)
    assert found == pytest.approx(tuple(expected), abs=1e-9)


def test_a_whole_chart_is_the_same_as_its_points() -> None:
    assert share_posteriors([3, 40], [10, 90]) == [share_posterior(3, 10), share_posterior(40, 90)]


def test_the_posterior_interval_covers_what_it_says() -> None:
    chance, covered = random.Random(11), 0
    for _ in range(2000):
        truth = chance.uniform(0.05, 0.95)
        n = chance.randint(10, 60)
        seen = share_posterior(sum(chance.random() < truth for _ in range(n)), n)
        covered += seen.low95 <= truth <= seen.high95
    assert covered / 2000 == pytest.approx(0.95, abs=0.015)


def test_two_equal_shares_are_a_toss() -> None:
    assert chance_greater((30, 100), (30, 100)) == pytest.approx(0.5, abs=1e-6)


def test_the_chance_and_its_contrary_make_one() -> None:
    assert chance_greater((97, 128), (86, 100)) + chance_greater((86, 100), (97, 128)) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "second"), [((8, 10), (500, 1000)), ((97, 128), (170, 200)), ((0, 40), (3, 35)), ((9000, 10000), (7, 9))]
)
def test_the_chance_is_that_of_many_draws(first: tuple[int, int], second: tuple[int, int]) -> None:
    a = beta(first[0] + 0.5, first[1] - first[0] + 0.5).rvs(200_000, random_state=1)
    b = beta(second[0] + 0.5, second[1] - second[0] + 0.5).rvs(200_000, random_state=2)
    assert chance_greater(first, second) == pytest.approx(float((a > b).mean()), abs=0.004)
