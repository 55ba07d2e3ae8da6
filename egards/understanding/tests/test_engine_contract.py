"""What every caller may count on: order, bounds, no exception, no leak, and what is left unread."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egards.understanding.engines.lexicon import LexiconEngine, load_engine, read
from egards.understanding.engines.own_text import LONGEST_READING
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
    assert "cut" not in {reason.code for reason in reading_of("a" * LONGEST_READING).reasons}


def test_quoted_lines_do_not_use_up_what_is_read() -> None:
    reading = reading_of("> une ligne citée\n" * 500 + "Une honte.")
    assert reading.polarity < 0
    assert "cut" not in {reason.code for reason in reading.reasons}


def test_a_number_is_still_sought_after_the_cut() -> None:
    text = "Bonjour. " + "la suite " * 1_000 + "ma carte 4111 1111 1111 1111"
    assert "sensitive:card" in {reason.code for reason in reading_of(text).reasons}


@pytest.mark.parametrize(
    "mark",
    [
        "De : Service client <sav@example.fr>\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : Jean\nObjet : RE: colis\n\n",
        "De\u00a0: SAV\nDate\u00a0: 3 mars 2025\nObjet\u00a0: colis\n",
        "*De :* SAV\n*Envoyé :* lundi\n*Objet :* colis\n",
        "From: SAV\nSent: Monday\nSubject: parcel\n",
        "-----Message d'origine-----\n",
        "----- Message d’origine -----\n",
        "-----Original Message-----\n",
        "Le lun. 3 mars 2025 à 10:12, SAV <sav@example.fr> a écrit :\n",
        "Le lun. 3 mars 2025 à 10:12, SAV <sav@example.fr> a\nécrit\u00a0:\n\n",
        "Le 03/03/2025 à 10:12, Service client de la maison du bout de la rue\n<sav@example.fr> a écrit :\n",
        "On Mon, 3 Mar 2025 at 10:12, SAV <sav@example.fr> wrote:\n",
        "-- \n",
    ],
)
def test_what_stands_under_the_authors_own_text_is_not_read(mark: str) -> None:
    text = f"Merci, c’est parfait.\n\n{mark}Service nul, une honte, une arnaque."
    reading = reading_of(text)
    assert reading.polarity > 0
    assert not reading.ambiguous
    assert "complaint" not in reading.intents


@pytest.mark.parametrize(
    "text",
    [
        "Le vendeur m’a écrit :\nje suis resté sans réponse, service nul",
        "De : rien, je vous prie. Le service est nul",
        "Le 3 mars, SAV <sav@example.fr> a écrit :\n> Êtes-vous content ?\nNon, service nul",
        "-----Message d'origine-----\nDe : Jean\n\nService nul",
        "\n\nDe : Jean\nEnvoyé : lundi\n\nService nul",
        "Bonjour\n--\nservice nul",
    ],
)
def test_what_only_looks_like_the_end_is_read_through(text: str) -> None:
    assert reading_of(text).polarity < 0


def test_an_english_text_is_read_with_english_words_only() -> None:
    text = "Hello, the long note is for sale on the site, and I attend to the content of it for you."
    assert (reading_of(text).language, reading_of(text).polarity) == ("en", 0)
    assert reading_of(text + " The staff was rude and the delivery late.").polarity < 0


def test_a_language_that_the_plan_does_not_speak_is_not_judged() -> None:
    reading = reading_of("Das ist nicht gut und die Verpackung ist nul, super. Karte 4111 1111 1111 1111")
    assert (reading.language, reading.polarity, reading.margin, reading.themes) == ("und", 0, 0.0, ())
    assert reading.intents == ("sensitive",)


def test_the_question_mark_of_an_address_asks_nothing() -> None:
    assert "question" not in reading_of("Voir https://exemple.fr/page?id=3 merci").intents


def test_a_decimal_mark_cuts_nothing_and_a_full_stop_without_space_does() -> None:
    assert reading_of("Pas à 3,5 fiable").polarity < 0
    assert reading_of("Ce n’est pas tout.Super").polarity > 0


def test_an_expression_does_not_cross_the_end_of_a_sentence() -> None:
    assert reading_of("Il a tout vu, rien. À redire encore").polarity == 0
    assert reading_of("Il a tout vu, rien à redire encore").polarity > 0


def test_an_emoji_counts_after_a_word_that_only_begins_expressions() -> None:
    assert reading_of("J’ai attendu le 😡").polarity < 0
    assert reading_of("Voilà le 😡").polarity < 0


def test_an_emoji_is_underlined_itself() -> None:
    text = "Voilà 😡 voilà"
    blame = next(reason for reason in reading_of(text).reasons if reason.code == "emoji")
    assert text[blame.span.start : blame.span.end] == "😡"


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
        Text("\nLe 1 aaaaaaa a a a" * 1_200),
        Text("\nLe 1" + ("a " * 90 + "\nLe 1") * 110),
        Text("\nDe :" * 5_000),
        Text("mdp" * 6_600),
    ]
    started = time.process_time()
    ENGINE.read(hostile)
    assert time.process_time() - started < 2
