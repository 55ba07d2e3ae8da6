"""What a text speaks of and what it thinks of each: learnt from labels, told apart in one text, refused when mad."""

from __future__ import annotations

import numpy as np
import pytest

from egards.understanding.engines.aspects import Aspects, best_bars, learn_aspects, micro_f1
from egards.understanding.engines.lexicon import load_engine
from egards.understanding.engines.opinions import Aspect, Opinions, learn_opinions
from egards.understanding.reading import Span

DELIVERY = [
    "Le colis est arrivé en avance.",
    "La livraison a pris trois semaines.",
    "Le livreur a laissé mon paquet dehors.",
    "Livré le lendemain, parfait.",
    "Mon paquet n’est jamais arrivé.",
    "Le transporteur a perdu le colis.",
    "La livraison était gratuite et rapide.",
    "Colis livré chez le voisin.",
]
PRICE = [
    "C’est beaucoup trop cher.",
    "Les prix sont très corrects.",
    "Le tarif a doublé en un an.",
    "Bon rapport qualité-prix.",
    "Je trouve les prix honteux.",
    "Tarif imbattable, bravo.",
    "Cher pour ce que c’est.",
    "Un prix vraiment raisonnable.",
]


@pytest.fixture(scope="module")
def aspects() -> Aspects:
    labels = [frozenset({"delivery"})] * len(DELIVERY) + [frozenset({"price"})] * len(PRICE)
    return learn_aspects(DELIVERY + PRICE, labels, load_engine())


@pytest.fixture(scope="module")
def opinions() -> Opinions:
    praised = ["rapide", "aimable", "soigné", "excellent", "parfait", "impeccable"]
    blamed = ["lent", "désagréable", "bâclé", "nul", "décevant", "lamentable"]
    told = [(word, "pour") for word in praised] + [(word, "contre") for word in blamed]
    taught = [_of(f"Le service est {word}.", "service") for word, _ in told]
    return learn_opinions(taught, [opinion for _, opinion in told], load_engine())


def _of(text: str, name: str) -> Aspect:
    at = text.index(name)
    return Aspect(text, name, Span(at, at + len(name)))


def test_it_says_what_a_text_speaks_of(aspects: Aspects) -> None:
    assert aspects.labels == ("delivery", "price")
    found = aspects.probabilities(["Mon colis a été livré hier.", "Le prix est trop élevé, c’est cher."])
    assert found[0].argmax() == 0
    assert found[1].argmax() == 1


def test_a_remark_inside_a_long_text_is_heard(aspects: Aspects) -> None:
    alone, among = aspects.probabilities(
        ["Les prix sont trop chers.", "Le livreur a posé le colis devant la porte. Les prix sont trop chers."]
    )
    assert among[1] > alone[1] / 2


def test_an_empty_text_is_judged_without_a_passage(aspects: Aspects) -> None:
    assert aspects.probabilities([""]).shape == (1, 2)
    assert len(aspects.said(["", "colis"])) == 2


def test_a_label_of_too_few_texts_is_not_learnt() -> None:
    labels = [frozenset({"delivery"})] * len(DELIVERY) + [frozenset({"price"})] * len(PRICE)
    labels[0] = frozenset({"delivery", "rare"})
    assert learn_aspects(DELIVERY + PRICE, labels, load_engine()).labels == ("delivery", "price")


def test_lists_of_two_lengths_and_labels_too_rare_are_refused() -> None:
    with pytest.raises(ValueError, match="2 texts for 1"):
        learn_aspects(["a", "b"], [frozenset({"x"})], load_engine())
    with pytest.raises(ValueError, match="no label"):
        learn_aspects(["a", "b"], [frozenset({"x"}), frozenset[str]()], load_engine())


def test_each_label_has_the_bar_that_serves_best() -> None:
    truth = np.array([[True, False], [True, True], [False, False], [False, True]])
    sure = np.array([[0.30, 0.50], [0.28, 0.66], [0.20, 0.60], [0.10, 0.67]])
    assert micro_f1(truth, sure >= best_bars(truth, sure)) == 1.0
    assert micro_f1(truth, sure >= 0.4) < 1.0


def test_the_same_text_may_praise_one_thing_and_blame_another(opinions: Opinions) -> None:
    text = "Le service est excellent, mais la livraison est lamentable et lente."
    praised, blamed = opinions.probabilities([_of(text, "service"), _of(text, "livraison")])
    assert opinions.opinions == ("contre", "pour")
    assert praised[1] > blamed[1]


def test_an_aspect_that_no_word_names_is_judged_on_the_whole_text(opinions: Opinions) -> None:
    text = "Tout est lamentable et bâclé."
    assert Aspect(text, "service").views == (text, text, text)
    assert opinions.said([Aspect(text, "service")]) == ["contre"]
    assert opinions.said([]) == []


def test_a_piece_stops_at_but_and_the_words_around_do_not() -> None:
    text = "Accueil glacial mais plats divins, et nous reviendrons"
    whole, piece, around = _of(text, "plats").views
    assert whole == text
    assert piece == "plats divins"
    assert around == "Accueil glacial mais plats divins, et nous reviendrons"


def test_one_opinion_teaches_nothing() -> None:
    with pytest.raises(ValueError, match="two opinions"):
        learn_opinions([Aspect("bien", "service")], ["pour"], load_engine())
    with pytest.raises(ValueError, match="1 aspects for 2"):
        learn_opinions([Aspect("bien", "service")], ["pour", "contre"], load_engine())
