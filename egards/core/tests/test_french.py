"""Dates, hours and figures in French, spaces included."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from egards.core import french

NOW = datetime(2026, 11, 24, 10, 42, tzinfo=UTC)
TODAY = NOW.date()


def test_a_day_of_this_year_has_no_year() -> None:
    assert french.day(date(2026, 11, 21), today=TODAY) == "21\u00a0nov."
    assert french.day(date(2025, 12, 2), today=TODAY) == "2\u00a0déc.\u00a02025"


def test_the_first_of_a_month_is_an_ordinal() -> None:
    assert french.long_day(date(2026, 3, 1), today=TODAY) == "dimanche 1ᵉʳ\u00a0mars"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 24, 8, 58, tzinfo=UTC), "8\u00a0h\u00a058"),
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "9\u00a0h"),
        (datetime(2026, 11, 23, 21, 7, tzinfo=UTC), "hier, 21\u00a0h\u00a007"),
        (datetime(2026, 11, 21, 15, 40, tzinfo=UTC), "21\u00a0nov., 15\u00a0h\u00a040"),
    ],
)
def test_a_moment_is_as_short_as_it_can_be(value: datetime, text: str) -> None:
    assert french.moment(value, now=NOW) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(45, "45 s"), (38 * 60, "38 min"), (7800, "2 h 10"), (7200, "2 h"), (86400, "1 jour"), (3 * 86400, "3 jours")],
)
def test_a_duration_is_cut_to_whole_units(seconds: float, text: str) -> None:
    assert french.duration(seconds) == text.replace(" ", "\u00a0")


def test_numbers_are_grouped_by_a_thin_space_and_rounded_half_up() -> None:
    assert french.number(1284) == "1\u202f284"
    assert french.number(2.5) == "3"
    assert french.number(-4.25, decimals=1) == "\u22124,3"
    assert french.percent(0.285) == "29\u00a0%"


def test_a_weight_counts_in_thousands() -> None:
    assert french.weight(1) == "1\u00a0octet"
    assert french.weight(412_000) == "412\u00a0Ko"
    assert french.weight(1_400_000) == "1,4\u00a0Mo"


def test_initials_are_those_of_the_first_and_last_word() -> None:
    assert french.initials("Camille Vasseur") == "CV"
    assert french.initials("Jean de La Tour") == "JT"
    assert french.initials("Inès") == "I"
    assert french.initials("") == ""
