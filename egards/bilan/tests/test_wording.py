"""How figures are written."""

from __future__ import annotations

from egards.bilan import wording as say
from egards.bilan.shares import MINIMUM, Share, middle


def test_a_share_is_told_with_its_interval_and_n() -> None:
    # Wilson: 45 out of 50 is 0.7864 to 0.9565 (domain, A.1)
    assert say.whole(Share(45, 50)) == "90\u00a0% (de 79 à 96\u00a0%, n\u00a0=\u00a050)"


def test_under_the_minimum_only_the_count_is_told() -> None:
    assert say.whole(Share(3, MINIMUM - 1)) == "3 sur 29 (trop peu pour le dire, n\u00a0=\u00a029)"


def test_a_narrow_interval_keeps_two_ends() -> None:
    assert say.between(Share(48, 5000)) == "de 0,7 à 1,3\u00a0%"


def test_hours_are_not_more_precise_than_an_estimate() -> None:
    assert [say.hours(one) for one in (0.5, 1.4, 58.2, 334.0)] == ["30\u00a0min", "1\u00a0h", "58\u00a0h", "330\u00a0h"]


def test_waits_are_in_hours_up_to_three_days() -> None:
    assert [say.span(hours * 3600) for hours in (0.5, 9.5, 37.9, 71.9, 72)] == [
        "30\u00a0min", "9\u00a0h\u00a030", "37\u00a0h", "71\u00a0h", "3\u00a0jours"
    ]  # fmt: skip


def test_a_median_whose_upper_end_nobody_knows_says_so() -> None:
    # ranks of the median of 34: P(Bin(34, ½) ≤ 10) = 0.012, P(≤ 11) = 0.029: from the 11th to the 24th, not yet known
    day = 86_400.0
    half_wait = middle([day * i for i in range(1, 21)], [day * 40] * 14)
    assert say.middle_value(half_wait) == "17\u00a0jours"
    assert say.middle_doubt(half_wait) == "au moins 11\u00a0jours, n\u00a0=\u00a034"
