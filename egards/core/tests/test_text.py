"""Text as lists sort it and as the base can hold it."""

from __future__ import annotations

import pytest

from egards.core.text import normalised, shortened, sort_key, storable


def test_names_sort_as_in_a_french_dictionary() -> None:
    names = ["Zoé", "Œdipe", "Éric", "eric", "Odile", "Ève", "Æsop"]
    assert sorted(names, key=sort_key) == ["Æsop", "eric", "Éric", "Ève", "Odile", "Œdipe", "Zoé"]


def test_what_the_base_refuses_is_left_out() -> None:
    assert storable("a\x00b\ud800c") == "abc"


def test_two_copies_of_one_word_compare_equal() -> None:
    assert normalised("Bonjour  à\n tous ") == normalised("Bonjour a\u0300 tous")


@pytest.mark.parametrize(("text", "length", "short"), [("court", 9, "court"), ("deux mots ici", 10, "deux mots…")])
def test_a_long_text_is_cut_at_a_word(text: str, length: int, short: str) -> None:
    assert shortened(text, length) == short
