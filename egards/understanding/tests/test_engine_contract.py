"""What every caller may count on: order, bounds, no exception, no leak, and what is left unread."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egards.understanding.engines.lexicon import LONGEST_TEXT, LexiconEngine, load_engine, read
from egards.understanding.engines.plan import load_plan
from egards.understanding.reading import Reading, Text

ENGINE = load_engine()
SCRAPS = st.sampled_from(
    ["pas", "ne", "plus", "jamais", "mal", "mais", "merci", "pour", "retard", "très", "3", "semaines", "mis", "j'ai",
     "SAV", "nul", "résilier", "?", "!", ".", ", ", "\n", "\n>", "😡", "é", "e\u0301", "4111 1111 1111 1111", "super",
     "tant que", "vous"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(SCRAPS, max_size=40).map(" ".join), st.lists(SCRAPS, max_size=40).map("".join)
)


def reading_of(text: str, subject: str = "") -> Reading:
    return ENGINE.read([Text(text, subject=subject)])[0]


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, subject=st.text(max_size=60), score=st.one_of(st.none(), st.floats(0, 1)))
def test_it_never_raises_and_spans_stay_within_the_text(text: str, subject: str, score: float | None) -> None:
    reading = ENGINE.read([Text(text, subject=subject, score=score)])[0]
    spans = [reason.span for reason in reading.reasons] + [span for theme in reading.themes for span in theme.spans]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    assert -2 <= reading.polarity <= 2
    assert 0 <= reading.margin <= 1
    assert all(-2 <= theme.polarity <= 2 for theme in reading.themes)


@settings(max_examples=50, deadline=None)
@given(texts=st.lists(TEXTS, max_size=6))
def test_a_batch_gives_what_each_text_gives_alone_in_order(texts: list[str]) -> None:
    assert ENGINE.read([Text(text) for text in texts]) == [reading_of(text) for text in texts]


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "…"])
def test_nothing_to_read_is_neutral_and_certain_of_nothing(text: str) -> None:
    reading = reading_of(text)
    assert (reading.polarity, reading.ambiguous, reading.margin, reading.language) == (0, False, 0.0, "und")
    assert (reading.themes, reading.intents, reading.urgency, reading.reasons) == ((), (), "none", ())


def test_the_reason_underlines_the_words_of_the_original() -> None:
    text = "Bonjour, l’ACCUEIL était très AGRÉABLE !"
    praise = next(reason for reason in reading_of(text).reasons if reason.weight > 0)
    assert text[praise.span.start : praise.span.end] == "AGRÉABLE"


def test_an_expression_is_underlined_whole_and_without_its_full_stop() -> None:
    text = "Franchement ? Rien à redire."
    praise = next(reason for reason in reading_of(text).reasons if reason.weight > 0)
    assert text[praise.span.start : praise.span.end] == "Rien à redire"


def test_quoted_lines_are_not_read() -> None:
    text = "Merci, c’est parfait.\n> Service nul, une honte\n> arnaque\nBonne journée"
    reading = reading_of(text)
    assert reading.polarity > 0
    assert not reading.ambiguous
    assert all("nul" not in reason.code for reason in reading.reasons)


def test_offsets_hold_after_quoted_lines() -> None:
    text = "> Votre avis nous intéresse\nService lamentable"
    blame = next(reason for reason in reading_of(text).reasons if reason.weight < 0)
    assert text[blame.span.start : blame.span.end] == "lamentable"


def test_a_very_long_text_is_cut_and_says_so() -> None:
    reading = reading_of("Service parfait. " + "la suite " * 3_000 + "Une honte.")
    assert "cut" in {reason.code for reason in reading.reasons}
    assert reading.polarity > 0


def test_a_text_at_the_limit_is_not_cut() -> None:
    assert "cut" not in {reason.code for reason in reading_of("a" * LONGEST_TEXT).reasons}


def test_the_subject_counts_without_a_place_in_the_text() -> None:
    reading = reading_of("Bonjour, voir en pièce jointe.", subject="Livraison catastrophique")
    assert reading.polarity < 0
    assert [theme.theme for theme in reading.themes] == ["delivery"]
    assert [reason.span.end for reason in reading.reasons if reason.code.startswith("subject:")] == [0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mon numéro est le 1 84 12 76 451 089 46", "nir"),
        ("née en Corse : 2 84 12 2A 451 089 80", "nir"),
        ("virez sur FR76 3000 6000 0112 3456 7890 189 merci et au revoir", "iban"),
        ("ma carte 4111 1111 1111 1111 a été débitée", "card"),
        ("mon mot de passe : Azerty123", "password"),
        ("je suis séropositif", "word"),
    ],
)
def test_sensitive_data_is_flagged(text: str, code: str) -> None:
    reading = reading_of(text)
    assert "sensitive" in reading.intents
    assert f"sensitive:{code}" in {reason.code for reason in reading.reasons}


@pytest.mark.parametrize(
    "text",
    [
        "mon numéro est le 1 84 12 76 451 089 47",
        "virez sur FR76 3000 6000 0112 3456 7890 188",
        "ma carte 4111 1111 1111 1112",
        "commande 20240115000123",
        "appelez le 06 12 34 56 78",
        "j’ai oublié mon mot de passe",
    ],
)
def test_numbers_with_a_wrong_key_are_left_in_peace(text: str) -> None:
    assert "sensitive" not in reading_of(text).intents


def test_the_reasons_never_hold_the_datum() -> None:
    reading = reading_of("mon numéro est le 1 84 12 76 451 089 46")
    assert all("451" not in reason.code for reason in reading.reasons)


def test_the_version_follows_the_plan() -> None:
    assert ENGINE.name == "lexique"
    assert load_plan().sha[:12] in ENGINE.version


def test_reading_with_a_plan_is_reading_with_its_engine() -> None:
    texts = [Text("SAV nul mais vendeuse adorable")]
    assert read(texts, load_plan()) == LexiconEngine(load_plan()).read(texts)


def test_a_hostile_text_is_read_in_a_blink() -> None:
    hostile = [
        Text("ne pas " * 2_800),
        Text("1 " * 10_000),
        Text("a" * 20_000),
        Text(">" * 20_000),
        Text("FR76 " * 4_000),
    ]
    started = time.process_time()
    ENGINE.read(hostile)
    assert time.process_time() - started < 2
