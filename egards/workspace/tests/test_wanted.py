"""What was typed in the search field, and the words that are near what nobody said. No base."""

from __future__ import annotations

import pytest

from egards.workspace.spelling import distance, suggestion
from egards.workspace.wanted import name_words, query_of, wanted_of


@pytest.mark.parametrize(
    ("typed", "digits", "number"),
    [
        ("12874", "12874", 12874),
        ("n° 12 874", "12874", 12874),
        ("N°12\u202f874", "12874", 12874),
        ("#7", "7", 7),
        ("06 39 98 41 27", "0639984127", None),
        ("+33 6 39 98 41 27", "33639984127", 33639984127),
        ("table", "", None),
        ("OR-48213", "", None),
        ("2 tables", "", None),
        ("9" * 40, "9" * 40, None),
    ],
)
def test_a_number_is_understood(typed: str, digits: str, number: int | None) -> None:
    wanted = wanted_of(typed)
    assert (wanted.digits, wanted.number) == (digits, number)


def test_one_letter_is_the_beginning_of_a_name_and_no_word() -> None:
    wanted = wanted_of(" j ")
    assert wanted.is_too_short
    assert query_of(wanted) is None


def test_a_name_is_cut_at_its_hyphens_and_apostrophes() -> None:
    assert name_words("Jean-François d’Ornans") == ["jean", "francois", "d", "ornans"]


def test_nothing_is_asked_of_words_too_short_to_go_on() -> None:
    assert query_of(wanted_of("le un"), is_prefix=True) is None


TEXTS = ("Du lichen sur la table.", "Le lichen, encore ; la livraison aussi.", "Une licence pour l’été")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("lichne", "lichen"),
        ("lichens", "lichen"),
        ("LICHAN", "lichen"),
        ("livraisonn", "livraison"),
        ("lvraisin", "livraison"),
        ("table lichne", "table lichen"),
        ("lichen", ""),
        ("zygomatique", ""),
        ("licorne lichne", ""),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_the_nearest_known_word_is_suggested(typed: str, near: str) -> None:
    assert suggestion(typed, TEXTS) == near


def test_of_two_words_as_near_the_more_frequent_is_suggested() -> None:
    assert suggestion("carde", ["la carte", "une carte", "la corde"]) == "carte"


@pytest.mark.parametrize(("one", "other", "mistakes"), [("ab", "ba", 1), ("abc", "abc", 0), ("abc", "axyc", 2)])
def test_mistakes_are_counted(one: str, other: str, mistakes: int) -> None:
    assert distance(one, other, 2) == mistakes


def test_beyond_the_limit_counting_stops() -> None:
    assert distance("lichen", "parapluie", 2) is None
