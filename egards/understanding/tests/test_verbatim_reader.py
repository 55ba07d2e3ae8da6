"""The whole reading of a verbatim: the same fields and the same traps in both modes."""

from __future__ import annotations

import pytest

from egards.understanding.engines.plan import load_plan
from egards.understanding.engines.verbatim import Mode, Verbatim, VerbatimReader
from egards.understanding.reading import Text


@pytest.fixture(scope="module", params=["mass", "fine"])
def reader(request: pytest.FixtureRequest) -> VerbatimReader:
    mode: Mode = request.param
    return VerbatimReader(load_plan(), mode)


def read(reader: VerbatimReader, text: str) -> Verbatim:
    return reader.read([Text(text)])[0]


@pytest.mark.parametrize(
    "text",
    [
        "pas mal du tout",
        "Rien à redire",
        "je n’ai eu aucun problème",
        "Je ne suis pas déçu de mon achat",
        "C’est suuuper",
        "TRES BON ACCUEIL",
        "Vendeuse tres agreable et efficace",
        "Les prix ne sont pas chers",
        "Not bad at all, thank you",
        "👍👍",
    ],
)
def test_it_reads_a_praise(reader: VerbatimReader, text: str) -> None:
    polarity = read(reader, text).polarity
    assert polarity.score > 0
    assert polarity.label == "positive"
    assert 0.65 <= polarity.probability <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Ce n’est pas terrible",
        "J’ai mis 3 semaines à avoir une réponse",
        "jai mis trois semaines a avoir une reponse",
        "je recommande pas",
        "ça ne marche plus",
        "tjrs pas de rdv svp",
        "dsl mais c nul",
        "SERVICE NUL",
        "c’est nulllll",
        "Pas mal de problèmes avec ce produit",
        "J’espérais un service rapide, c’est raté : toujours rien reçu",
        "The delivery was never on time",
        "😡",
    ],
)
def test_it_reads_a_blame(reader: VerbatimReader, text: str) -> None:
    polarity = read(reader, text).polarity
    assert polarity.score < 0
    assert polarity.label == "negative"


@pytest.mark.parametrize("text", ["Merci pour votre incompétence", "Bravo pour le retard !"])
def test_irony_is_a_blame_that_nobody_would_swear_to(reader: VerbatimReader, text: str) -> None:
    polarity = read(reader, text).polarity
    assert polarity.score < 0
    assert polarity.label == "ambiguous"


def test_two_themes_of_opposite_polarity_are_two_clauses(reader: VerbatimReader) -> None:
    verbatim = read(reader, "SAV nul mais vendeuse adorable")
    first, second = verbatim.clauses
    assert (first.themes, first.polarity.label) == (("aftersales",), "negative")
    assert (second.themes, second.polarity.label) == (("welcome",), "positive")
    assert verbatim.polarity.label == "ambiguous"


def test_a_list_of_praises_is_one_clause_and_a_turn_of_polarity_cuts_at_a_comma(reader: VerbatimReader) -> None:
    assert len(read(reader, "Rapide, efficace, aimable").clauses) == 1
    text = "Produit excellent, livraison catastrophique"
    assert [text[c.span.start : c.span.end] for c in read(reader, text).clauses] == [
        "Produit excellent",
        "livraison catastrophique",
    ]


def test_an_address_is_not_cut(reader: VerbatimReader) -> None:
    text = "Écrivez à jean.dupont@exemple.fr"
    assert [text[c.span.start : c.span.end] for c in read(reader, text).clauses] == [text]


def test_the_order_is_that_of_the_texts(reader: VerbatimReader) -> None:
    scores = [one.polarity.score for one in reader.read([Text("Parfait"), Text("C’est nul " * 40), Text("Très bien")])]
    assert [score > 0 for score in scores] == [True, False, True]


@pytest.mark.parametrize("text", ["", "   ", "12345", "\x00", "\ud800", "?" * 3000, "a" * 50_000])
def test_it_never_raises_on_a_text(reader: VerbatimReader, text: str) -> None:
    assert -2 <= read(reader, text).polarity.score <= 2


def test_a_blank_text_says_nothing(reader: VerbatimReader) -> None:
    verbatim = read(reader, "  ")
    assert (verbatim.polarity.score, verbatim.polarity.label, verbatim.clauses) == (0.0, "ambiguous", ())
    assert verbatim.language == "und"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je suis très content de ma commande et du service", "fr"),
        ("The staff was great and the delivery was very fast", "en"),
        ("Das ist leider sehr schlecht, ich bin enttäuscht", "de"),
        ("El pedido no ha llegado y nadie me contesta", "es"),
        ("ok super", "fr"),
        ("12345", "und"),
    ],
)
def test_it_says_the_language(reader: VerbatimReader, text: str, language: str) -> None:
    assert read(reader, text).language == language


def test_a_short_text_is_of_the_language_of_the_house() -> None:
    assert VerbatimReader(load_plan(), "mass", default_language="en").read([Text("ok super")])[0].language == "en"


def test_the_version_says_mode_and_weights(reader: VerbatimReader) -> None:
    assert reader.version.startswith(reader.mode)


def test_what_was_already_said_of_the_texts_gives_the_same_reading(reader: VerbatimReader) -> None:
    texts = [Text("Parfait"), Text("Livraison très en retard, et personne ne répond"), Text("  ")]
    assert reader.read(texts, taught=reader.first_pass(texts)) == reader.read(texts)
