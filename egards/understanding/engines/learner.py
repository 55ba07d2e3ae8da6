"""What a house teaches by examples: texts and their labels in, probabilities out.

One linear separator a label (Fan et al. 2008) over three views of a text: its sentence vector, its letter groups
(misspelt words still meet) and its words with their neighbours. The same code learns intents, themes and aspects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from egards.understanding.engines.embedding import Vectors, embed
from egards.understanding.engines.words import fold

VECTOR_WEIGHT = 1.5  # of the sentence vector beside the two lexical views
LEXICAL_WEIGHT = 0.7
SHARPNESS = 4.0  # from margins of a separator, about −1 to 1, to probabilities
_SEED = 20_261_123

Scores = NDArray[np.float64]


class Views:
    """The three views of a text in one sparse row; letter groups of fewer than ``rarest`` texts are out.

    ``meaning`` and ``wording`` are what the sentence vector and each of the two others weigh.
    """

    def __init__(self, rarest: int = 2, *, meaning: float = VECTOR_WEIGHT, wording: float = LEXICAL_WEIGHT) -> None:
        self._meaning, self._wording = meaning, wording
        self._letters = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(2, 5),
            sublinear_tf=True,
            min_df=rarest,
            preprocessor=fold,
            dtype=np.float32,
        )
        self._words = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+|\?", preprocessor=fold, dtype=np.float32
        )

    def fit(self, texts: Sequence[str], vectors: Vectors) -> csr_matrix:
        """Learn which words exist, and give the rows of these texts."""
        return self._beside(vectors, self._letters.fit_transform(texts), self._words.fit_transform(texts))

    def rows(self, texts: Sequence[str], vectors: Vectors) -> csr_matrix:
        """The rows of other texts; a word never met is not seen."""
        return self._beside(vectors, self._letters.transform(texts), self._words.transform(texts))

    def _beside(self, vectors: Vectors, letters: csr_matrix, words: csr_matrix) -> csr_matrix:
        parts = [csr_matrix(vectors * self._meaning), letters * self._wording, words * self._wording]
        return hstack(parts, format="csr", dtype=np.float32)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A learned choice of one label among ``labels``."""

    labels: tuple[str, ...]
    views: Views
    separator: LinearSVC

    def scores(self, texts: Sequence[str], vectors: Vectors | None = None) -> Scores:
        """Margins (len(texts), len(labels)): above 0 on the label's side. ``vectors`` spares embedding anew."""
        rows = self.views.rows(texts, embed(texts) if vectors is None else vectors)
        margins: Scores = self.separator.decision_function(rows)
        return np.column_stack([-margins, margins]) if margins.ndim == 1 else margins

    def probabilities(self, texts: Sequence[str], vectors: Vectors | None = None) -> Scores:
        """The same, each row summing to 1."""
        return softmax(SHARPNESS * self.scores(texts, vectors))


def learn_one_of(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    vectors: Vectors | None = None,
    weights: Sequence[float] | None = None,
) -> OneOf:
    """Learn from texts of one label each, two labels at least; ``weights`` say how much each text counts.

    Raises ValueError when the two lists differ in length or hold one label only.
    """
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts for {len(labels)} labels")
    views = Views()
    rows = views.fit(texts, embed(texts) if vectors is None else vectors)
    separator = LinearSVC(C=1.0, random_state=_SEED)
    separator.fit(rows, list(labels), sample_weight=weights)
    return OneOf(tuple(map(str, separator.classes_)), views, separator)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Labels that a text may hold together, each with its own learned judge."""

    labels: tuple[str, ...]
    views: Views
    judges: tuple[LogisticRegression, ...]

    def probabilities(self, texts: Sequence[str], vectors: Vectors | None = None) -> Scores:
        """The probability of each label (len(texts), len(labels)); a row sums to anything."""
        rows = self.views.rows(texts, embed(texts) if vectors is None else vectors)
        return np.column_stack([judge.predict_proba(rows)[:, 1] for judge in self.judges])


def learn_any_of(
    texts: Sequence[str],
    labels: Sequence[frozenset[str]],
    *,
    vectors: Vectors | None = None,
    strength: float = 3.0,
    views: Views | None = None,
) -> AnyOf:
    """Learn from texts that hold no label, one or several. ``strength`` is the trust put in rare words; ``views``,
    new ones, may weigh meaning and wording otherwise.

    A label that every text holds has nothing to be told from: ValueError, as when the lists differ in length.
    """
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts for {len(labels)} sets of labels")
    known = tuple(sorted(frozenset[str]().union(*labels)))
    views = views or Views()
    rows = views.fit(texts, embed(texts) if vectors is None else vectors)
    judges = [
        LogisticRegression(C=strength, solver="liblinear", random_state=_SEED).fit(
            rows, [label in held for held in labels]
        )
        for label in known
    ]
    return AnyOf(known, views, tuple(judges))


def softmax(scores: Scores) -> Scores:
    """Scores to probabilities, row by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    normalised: Scores = raised / raised.sum(axis=1, keepdims=True)
    return normalised
