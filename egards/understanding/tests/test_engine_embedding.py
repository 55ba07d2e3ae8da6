"""Sentence vectors: of length one, in the order asked, the same alone as in company, near when the meaning is."""

from __future__ import annotations

from threading import Thread

import numpy as np

from egards.understanding.engines.embedding import DIMENSIONS, LONGEST, embed, load_encoder

TEXTS = [
    "Où en est mon colis ?",
    "Je n’ai toujours pas reçu ma commande, elle devait arriver lundi dernier et personne ne me répond.",
    "Bravo",
    "Where is my parcel?",
]


def test_there_is_one_vector_of_length_one_a_text() -> None:
    vectors = embed(TEXTS)
    assert vectors.shape == (4, DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_text_has_the_same_vector_alone_as_among_others() -> None:
    together = embed(TEXTS)
    alone = np.vstack([embed([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_same_question_in_two_languages_is_nearer_than_another_subject() -> None:
    parcel, _, praise, english = embed(TEXTS)
    assert parcel @ english > 0.7
    assert parcel @ english > parcel @ praise + 0.3


def test_no_text_gives_no_vector_and_an_empty_text_gives_one() -> None:
    assert embed([]).shape == (0, DIMENSIONS)
    assert np.isfinite(embed([""])).all()


def test_a_text_is_read_up_to_its_limit() -> None:
    long = "mon colis est perdu, " * 400
    assert len(long) > LONGEST
    np.testing.assert_allclose(embed([long]), embed([long[:LONGEST]]), atol=1e-6)


def test_threads_that_ask_together_share_one_encoder() -> None:
    found: list[object] = []
    threads = [Thread(target=lambda: found.append(load_encoder())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({id(encoder) for encoder in found}) == 1


def test_a_lone_surrogate_is_read_as_a_question_mark() -> None:
    np.testing.assert_allclose(embed(["colis \ud83d perdu"]), embed(["colis ? perdu"]), atol=1e-6)
