"""The traps of French (domain.md, A.5), each with the reading we owe."""

from __future__ import annotations

import pytest

from egards.understanding.engines.lexicon import LexiconEngine, load_engine
from egards.understanding.reading import Reading, Text


@pytest.fixture(scope="module")
def engine() -> LexiconEngine:
    return load_engine()


def reading_of(engine: LexiconEngine, text: str, *, subject: str = "", score: float | None = None) -> Reading:
    return engine.read([Text(text, subject=subject, score=score)])[0]


def polarities(reading: Reading) -> dict[str, int]:
    return {theme.theme: theme.polarity for theme in reading.themes}


@pytest.mark.parametrize(
    "text",
    [
        "pas mal du tout",
        "Rien à redire",
        "je n’ai eu aucun problème",
        "Je ne suis pas déçu de mon achat",
        "C’est suuuper",
        "Les prix ne sont pas chers",
        "TRES BON ACCUEIL",
        "Vendeuse tres agreable et efficace",
        "Not bad at all, thank you",
        "👍👍",
    ],
)
def test_it_reads_a_praise(engine: LexiconEngine, text: str) -> None:
    reading = reading_of(engine, text)
    assert reading.polarity > 0
    assert not reading.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "Ce n’est pas terrible",
        "Ce n'est vraiment pas terrible",
        "J’ai mis 3 semaines à avoir une réponse",
        "jai mis trois semaines a avoir une reponse",
        "je recommande pas",
        "Je ne recommande pas cette enseigne",
        "ça ne marche plus",
        "Produit qui n’est plus fiable",
        "tjrs pas de rdv svp",
        "dsl mais c nul",
        "SERVICE NUL",
        "c’est nulllll",
        "decu de la qualite",
        "Le service laisse à désirer",
        "Pas mal de problèmes avec ce produit",
        "J’espérais un service rapide, c’est raté : toujours rien reçu",
        "très de\u0301c\u0327u",
        "The delivery was never on time",
        "😡",
    ],
)
def test_it_reads_a_blame(engine: LexiconEngine, text: str) -> None:
    reading = reading_of(engine, text)
    assert reading.polarity < 0
    assert not reading.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "SERVICE NUL",
        "C’est nul",
        "decu de la qualite",
        "J’ai mis 3 semaines à avoir une réponse",
        "Produit qui n’est plus fiable",
        "Le colis est en retard",
        "The delivery was never on time",
        "Je vais porter plainte",
        "Merci pour votre incompétence",
    ],
)
def test_a_strong_word_a_failure_or_an_expression_of_complaint_is_a_complaint(engine: LexiconEngine, text: str) -> None:
    assert "complaint" in reading_of(engine, text).intents


@pytest.mark.parametrize(
    "text", ["Je vais résilier mon contrat", "C’est un peu cher", "je recommande pas", "Accueil un peu froid"]
)
def test_a_mild_blame_without_failure_is_not_a_complaint(engine: LexiconEngine, text: str) -> None:
    reading = reading_of(engine, text)
    assert reading.polarity < 0
    assert "complaint" not in reading.intents


def test_a_catastrophe_in_the_subject_is_a_complaint(engine: LexiconEngine) -> None:
    assert "complaint" in reading_of(engine, "Voir ci-joint", subject="Livraison catastrophique").intents


@pytest.mark.parametrize(
    "text",
    [
        "Merci pour votre incompétence",
        "Bravo pour le retard !",
        "Chapeau l’incompétence",
        "Merci de m’avoir fait perdre mon temps",
    ],
)
def test_irony_is_a_blame_that_nobody_would_swear_to(engine: LexiconEngine, text: str) -> None:
    reading = reading_of(engine, text)
    assert reading.polarity < 0
    assert reading.ambiguous
    assert "irony" in {reason.code for reason in reading.reasons}
    assert "praise" not in reading.intents


def test_a_sincere_thanks_is_not_irony(engine: LexiconEngine) -> None:
    reading = reading_of(engine, "Merci pour votre accueil chaleureux")
    assert reading.polarity > 0
    assert not reading.ambiguous


def test_a_doubted_praise_is_not_a_praise(engine: LexiconEngine) -> None:
    reading = reading_of(engine, "Je ne pense pas que ce soit un bon service")
    assert reading.polarity == 0
    assert reading.ambiguous


def test_two_themes_may_have_opposite_polarities(engine: LexiconEngine) -> None:
    reading = reading_of(engine, "SAV nul mais vendeuse adorable")
    assert polarities(reading)["aftersales"] < 0 < polarities(reading)["welcome"]
    assert reading.ambiguous
    assert "complaint" in reading.intents


def test_one_answer_in_two_languages_keeps_both_sides(engine: LexiconEngine) -> None:
    reading = reading_of(engine, "Le produit est parfait. The delivery was awful")
    assert polarities(reading)["quality"] > 0 > polarities(reading)["delivery"]
    assert reading.ambiguous


def test_a_theme_named_before_the_comma_takes_what_is_said_after(engine: LexiconEngine) -> None:
    assert polarities(reading_of(engine, "Pour la livraison, c’est nul"))["delivery"] < 0


@pytest.mark.parametrize(("text", "score"), [("Service parfait, rien à redire", 0.0), ("Nul, une honte", 1.0)])
def test_a_score_that_contradicts_the_words_is_surfaced_not_averaged(
    engine: LexiconEngine, text: str, score: float
) -> None:
    alone, scored = reading_of(engine, text), reading_of(engine, text, score=score)
    assert scored.polarity == alone.polarity
    assert not alone.ambiguous
    assert scored.ambiguous
    assert "score-disagrees" in {reason.code for reason in scored.reasons}


@pytest.mark.parametrize(
    ("score", "polarity"), [(0.0, -2), (0.25, -1), (0.5, 0), (0.75, 1), (1.0, 2), (0.9, 2), (0.3, -1)]
)
@pytest.mark.parametrize("text", ["", "Reçu mardi."])
def test_a_score_without_an_opinion_in_words_speaks_alone(
    engine: LexiconEngine, text: str, score: float, polarity: int
) -> None:
    reading = reading_of(engine, text, score=score)
    assert (reading.polarity, reading.ambiguous) == (polarity, False)
    assert [reason.code for reason in reading.reasons] == ["score-alone"]


def test_a_score_that_agrees_changes_nothing(engine: LexiconEngine) -> None:
    text = "Service parfait, rien à redire"
    assert reading_of(engine, text, score=1.0) == reading_of(engine, text)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Quand serai-je livré ?", "question"),
        ("Pourriez-vous me rappeler", "question"),
        ("Vous devriez ouvrir le dimanche", "suggestion"),
        ("Je vais résilier mon contrat", "leaving"),
        ("Vous avez perdu un client", "leaving"),
        ("Bravo à toute l’équipe, je suis ravie", "praise"),
        ("Merci de répondre au plus vite", "urgent"),
    ],
)
def test_it_finds_the_intent(engine: LexiconEngine, text: str, intent: str) -> None:
    assert intent in reading_of(engine, text).intents


@pytest.mark.parametrize(
    "text", ["Mon four a pris feu", "mon fils a fait une réaction allergique", "il y a une odeur de gaz"]
)
def test_a_danger_is_urgent_now(engine: LexiconEngine, text: str) -> None:
    reading = reading_of(engine, text)
    assert reading.urgency == "now"
    assert "urgent" in reading.intents


def test_a_denied_urgency_is_no_urgency(engine: LexiconEngine) -> None:
    assert reading_of(engine, "Ce n’est pas urgent").urgency == "none"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je suis très content de ma commande", "fr"),
        ("The staff was great and the delivery fast", "en"),
        ("Das ist nicht gut und ich bin traurig", "und"),
        ("12345", "und"),
    ],
)
def test_it_guesses_the_language(engine: LexiconEngine, text: str, language: str) -> None:
    assert reading_of(engine, text).language == language


@pytest.mark.parametrize(
    "text",
    [
        "L’aspirateur a fait des étincelles chez moi.",
        "L’applique a fumé au bout de huit semaines.",
        "Le fil du grille-pain a fondu.",
        "La chaise s’est effondrée sous mon fils.",
        "J’ai été brûlée par l’eau bouillante.",
    ],
)
def test_what_puts_people_in_danger_is_about_safety(engine: LexiconEngine, text: str) -> None:
    assert "safety" in {theme.theme for theme in reading_of(engine, text).themes}
