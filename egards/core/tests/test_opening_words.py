"""A week of hours, as one says it."""

from __future__ import annotations

import pytest

from egards.core.opening_words import opening_words
from egards.core.typography import faults

NINE_TO_SIX = [["09:00", "18:00"]]


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ({str(day): NINE_TO_SIX for day in range(1, 6)}, "du lundi au vendredi, de 9 h à 18 h"),
        (
            {str(day): NINE_TO_SIX for day in range(1, 6)} | {"6": [["09:30", "12:00"]]},
            "du lundi au vendredi, de 9 h à 18 h ; le samedi, de 9 h 30 à 12 h",
        ),
        ({"1": NINE_TO_SIX, "2": NINE_TO_SIX}, "le lundi et le mardi, de 9 h à 18 h"),
        ({"1": NINE_TO_SIX, "3": NINE_TO_SIX}, "le lundi et le mercredi, de 9 h à 18 h"),
        (
            {"2": [["14:00", "18:00"], ["09:00", "12:00"]]},
            "le mardi, de 9 h à 12 h et de 14 h à 18 h",
        ),
        ({"6": [["20:00", "00:00"]], "7": [["00:00", "02:15"]]},
         "le samedi, de 20 h à minuit ; le dimanche, de minuit à 2 h 15"),
        (
            {str(day): NINE_TO_SIX for day in (1, 2, 3, 5, 6)},
            "du lundi au mercredi et le vendredi et le samedi, de 9 h à 18 h",
        ),
        ({}, ""),
        ({"1": []}, ""),
    ],
)  # fmt: skip
def test_a_week_in_words(week: dict[str, list[list[str]]], words: str) -> None:
    said = opening_words(week)
    assert said.replace("\u00a0", " ").replace("\u202f", " ") == words
    assert faults(said) == []
