"""What a member says over a reading, and what else of it stays."""

from __future__ import annotations

from egards.understanding.rules import Say, polarity_said, reasons_left, themes_said, tone_of

DELIVERY = {"theme": "delivery", "polarity": -2, "ambiguous": False, "spans": [[3, 11]]}


def test_a_polarity_in_one_word() -> None:
    assert [tone_of(value, ambiguous=False) for value in (-2, -1, 0, 1, 2)] == [
        *("negative", "negative", "neutral", "positive", "positive")
    ]
    assert tone_of(2, ambiguous=True) == "ambiguous"


def test_a_tone_that_already_goes_that_way_keeps_its_force() -> None:
    assert (polarity_said("negative", -2), polarity_said("negative", 2)) == (-2, -1)
    assert (polarity_said("neutral", -2), polarity_said("ambiguous", -2), polarity_said("positive", 0)) == (0, -2, 1)


def test_themes_kept_keep_their_words_and_those_added_have_none() -> None:
    said = themes_said(Say("negative", ("delivery", "price"), ()), [DELIVERY], polarity=-1)
    assert said == [DELIVERY, {"theme": "price", "polarity": -1, "ambiguous": False, "spans": []}]


def test_a_theme_alone_takes_the_tone_of_the_whole() -> None:
    (said,) = themes_said(Say("positive", ("delivery",), ()), [DELIVERY], polarity=1)
    assert said == DELIVERY | {"polarity": 1}


def test_what_pushes_the_other_way_is_no_longer_a_reason() -> None:
    reasons = [["word:nul", 0, 3, -2.0], ["urgency:now", 4, 8, 0.0], ["word:bien", 9, 13, 1.0]]
    assert [one[0] for one in reasons_left(Say("positive", (), ()), reasons)] == ["urgency:now", "word:bien"]
    assert [one[0] for one in reasons_left(Say("neutral", (), ()), reasons)] == ["urgency:now"]
    assert reasons_left(Say("ambiguous", (), ()), reasons) == reasons
