"""Learning from the file itself: what is taught, what is refused, and how much it weighs."""

from __future__ import annotations

import numpy as np
import pytest

from egards.understanding.engines.adapted import FEWEST, FEWEST_LABELS, TooFewTexts, learn_alone, learn_from_labels

PRAISE, BLAME = "un sillage poudré et tenace", "une note aigre et fugace"


def trade(of_each: int) -> tuple[list[str], np.ndarray]:
    """As many praises as blames in a trade's own words, the surest first; and what an engine thinks of them."""
    sure = np.linspace(3.0, 0.5, of_each)
    return [f"{PRAISE} n{i % 7}" for i in range(of_each)] + [
        f"{BLAME} n{i % 7}" for i in range(of_each)
    ], np.concatenate([sure, -sure])


def test_it_learns_the_words_of_the_trade() -> None:
    student = learn_alone(*trade(200))
    praise, blame = student.log_odds([PRAISE, BLAME], np.zeros(2))
    assert praise > 0.5
    assert blame < -0.5


def test_the_engine_keeps_half_of_the_vote() -> None:
    student = learn_alone(*trade(200))
    silent, told = student.log_odds([PRAISE], np.zeros(1)), student.log_odds([PRAISE], np.array([-4.0]))
    assert told[0] - silent[0] == pytest.approx(-2.0)


def test_what_it_learns_has_the_scale_of_the_engine() -> None:
    texts, taught = trade(200)
    once, twice = learn_alone(texts, taught), learn_alone(texts, 2 * taught)
    assert twice.log_odds([PRAISE], np.zeros(1))[0] == pytest.approx(2 * once.log_odds([PRAISE], np.zeros(1))[0])


def test_the_order_of_the_file_changes_nothing() -> None:
    texts, taught = trade(200)
    order = np.random.default_rng(3).permutation(len(texts))
    straight, shuffled = learn_alone(texts, taught), learn_alone([texts[i] for i in order], taught[order])
    zero = np.zeros(1)
    assert shuffled.log_odds([BLAME], zero)[0] == pytest.approx(straight.log_odds([BLAME], zero)[0], rel=1e-3)


def test_a_file_of_praise_alone_teaches_nothing() -> None:
    texts, taught = trade(400)
    with pytest.raises(TooFewTexts, match="0 défavorables"):
        learn_alone(texts, np.abs(taught))


def test_texts_without_opinion_are_on_no_side() -> None:
    texts, taught = trade(400)
    with pytest.raises(TooFewTexts, match="0 favorables et 0 défavorables"):
        learn_alone(texts, np.zeros_like(taught))


def test_one_text_less_than_the_fewest_is_refused() -> None:
    texts, taught = trade(165)  # 30 % of 330 is 99
    with pytest.raises(TooFewTexts, match=f"99 favorables et 99 défavorables, il en faut {FEWEST}"):
        learn_alone(texts, taught)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(TooFewTexts):
        learn_alone([], np.zeros(0))


def test_labels_win_over_the_engine_when_they_are_many() -> None:
    texts, taught = trade(1_000)
    labels: list[bool | None] = [bool(odd < 0) for odd in taught]
    student = learn_from_labels(texts, taught, labels)
    assert student.log_odds([PRAISE], np.array([1.0]))[0] < 0


def test_labels_that_say_neither_teach_nothing() -> None:
    texts, taught = trade(100)
    labels: list[bool | None] = [None] * len(texts)
    labels[: FEWEST_LABELS - 1] = [True] * (FEWEST_LABELS - 1)
    labels[-FEWEST_LABELS:] = [False] * FEWEST_LABELS
    with pytest.raises(TooFewTexts, match=f"{FEWEST_LABELS - 1} favorables"):
        learn_from_labels(texts, taught, labels)


def test_no_text_to_read_is_no_error() -> None:
    assert learn_alone(*trade(200)).log_odds([], np.zeros(0)).shape == (0,)
