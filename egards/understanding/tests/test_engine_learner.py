"""The learner: it tells taught labels apart, says several at once, and refuses lists that do not match."""

from __future__ import annotations

import numpy as np
import pytest

from egards.understanding.engines.learner import learn_any_of, learn_one_of, softmax

PARCEL = [
    "Où est mon colis ?",
    "mon paquet n'est pas arrivé",
    "Avez-vous des nouvelles de ma livraison ?",
    "le suivi de la commande ne bouge plus",
]
INVOICE = [
    "Ma facture est fausse",
    "vous m'avez prélevé deux fois",
    "Le montant débité n'est pas le bon",
    "le paiement par carte est refusé",
]
TEXTS = PARCEL + INVOICE
LABELS = ["parcel"] * 4 + ["invoice"] * 4


def test_it_tells_apart_texts_that_it_has_never_seen() -> None:
    learnt = learn_one_of(TEXTS, LABELS)
    judged = learnt.scores(["La livraison de mon paquet, elle en est où ?", "prélèvement facturé en double"])
    assert [learnt.labels[k] for k in judged.argmax(axis=1)] == ["parcel", "invoice"]


def test_the_probabilities_of_a_choice_sum_to_one() -> None:
    probable = learn_one_of(TEXTS, LABELS).probabilities(["colis", "facture", ""])
    assert probable.shape == (3, 2)
    np.testing.assert_allclose(probable.sum(axis=1), 1.0)


def test_the_same_texts_teach_the_same_thing() -> None:
    first, second = (learn_one_of(TEXTS, LABELS).scores(["colis payé deux fois"]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_text_that_counts_more_pulls_to_its_label() -> None:
    texts, labels = [*TEXTS, "bonjour madame", "bonjour madame"], [*LABELS, "parcel", "invoice"]
    pulled = learn_one_of(texts, labels, weights=[1.0] * 8 + [0.1, 10.0])
    assert pulled.labels[int(pulled.scores(["bonjour madame"]).argmax())] == "invoice"


def test_a_text_may_hold_several_labels_or_none() -> None:
    both = [f"{one} {other}" for one, other in zip(PARCEL, INVOICE, strict=True)]
    none = ["Bonjour", "Quel beau temps", "merci à vous", "à demain"]
    held = [frozenset({"parcel"})] * 4 + [frozenset({"invoice"})] * 4 + [frozenset({"parcel", "invoice"})] * 4
    learnt = learn_any_of(TEXTS + both + none, [*held, *[frozenset[str]()] * 4])
    probable = learnt.probabilities([both[0], "Bonjour"])
    assert learnt.labels == ("invoice", "parcel")
    assert (probable[0] > 0.5).all()
    assert (probable[1] < 0.5).all()


def test_lists_of_two_lengths_and_a_single_label_are_refused() -> None:
    with pytest.raises(ValueError, match="1 texts for 2 labels"):
        learn_one_of(["seul"], ["a", "b"])
    with pytest.raises(ValueError, match="1 texts for 0 sets of labels"):
        learn_any_of(["seul"], [])
    with pytest.raises(ValueError, match="class"):
        learn_one_of(PARCEL, ["parcel"] * 4)


def test_large_scores_do_not_overflow() -> None:
    np.testing.assert_allclose(softmax(np.array([[1000.0, 1000.0]])), [[0.5, 0.5]])
