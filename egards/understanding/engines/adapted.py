"""Learning from the very file that is read: from its own texts, none labelled, or from a column of labels.

Without labels, the engine's surest readings teach a student that reads words (Yarowsky 1995, self-training): it learns
the trade's own vocabulary, which no plan lists, and both vote. Nothing learnt is kept once the file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from egards.understanding.engines.polarity import Numbers

FEWEST: Final = 100  # surest texts of each side under which a student would learn chance
FEWEST_LABELS: Final = 20
_SUREST: Final = 0.30
_STRENGTH: Final = 3.0
_FLAT: Final = 1e-6


class TooFewTexts(ValueError):
    """There is not enough to learn from; the sentence, in French, says what is missing."""


class Student:
    """Votes with the engine that taught it. ``share`` is the weight of what it learnt, the rest is the engine's."""

    def __init__(self, vectorizer: TfidfVectorizer, model: LogisticRegression, *, scale: float, share: float) -> None:
        self._vectorizer, self._model, self._scale, self._share = vectorizer, model, scale, share

    def log_odds(self, texts: Sequence[str], taught: Numbers) -> Numbers:
        """Log-odds of favourable texts, on the scale of the engine's."""
        if not texts:
            return taught
        own: Numbers = np.asarray(self._model.decision_function(self._vectorizer.transform(texts)), dtype=np.float64)
        return self._share * self._scale * own + (1.0 - self._share) * taught


def learn_alone(texts: Sequence[str], taught: Numbers) -> Student:
    """Learn from the surest readings of the file itself: top and bottom 30 %, on their own side of zero.

    Raises TooFewTexts when one side has less than ``FEWEST``: a file all of praise teaches nothing.
    """
    low, high = np.quantile(taught, [_SUREST, 1.0 - _SUREST]) if len(texts) else (0.0, 0.0)
    favourable = (taught >= high) & (taught > 0)
    chosen = favourable | ((taught <= low) & (taught < 0))
    counts = int(favourable.sum()), int(chosen.sum() - favourable.sum())
    if min(counts) < FEWEST:
        raise TooFewTexts(
            f"Pas assez de textes tranchés pour apprendre du fichier : {counts[0]} favorables et {counts[1]} "
            f"défavorables, il en faut {FEWEST} de chaque."
        )
    vectorizer, model, own = _learn(texts, chosen, favourable)
    return Student(vectorizer, model, scale=float(np.std(taught)) / max(float(np.std(own)), _FLAT), share=0.5)


def learn_from_labels(texts: Sequence[str], taught: Numbers, labels: Sequence[bool | None]) -> Student:
    """Learn from labels: True favourable, False unfavourable, None for those that say neither.

    The more labels, the less the engine's own opinion weighs. Raises TooFewTexts.
    """
    chosen = np.array([label is not None for label in labels], dtype=bool)
    favourable = np.array([label is True for label in labels], dtype=bool)
    counts = int(favourable.sum()), int(chosen.sum() - favourable.sum())
    if min(counts, default=0) < FEWEST_LABELS:
        raise TooFewTexts(
            f"Pas assez d’étiquettes pour apprendre : {counts[0]} favorables et {counts[1]} défavorables, "
            f"il en faut {FEWEST_LABELS} de chaque."
        )
    vectorizer, model, _ = _learn(texts, chosen, favourable)
    labelled = sum(counts)
    return Student(vectorizer, model, scale=1.0, share=labelled / (labelled + 500.0))


def _learn(
    texts: Sequence[str], chosen: np.typing.NDArray[np.bool_], favourable: np.typing.NDArray[np.bool_]
) -> tuple[TfidfVectorizer, LogisticRegression, Numbers]:
    """Word and word-pair weights, then a linear model; also its opinion on every text."""
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), min_df=3, max_df=0.5, max_features=60_000, sublinear_tf=True, strip_accents="unicode"
    )
    matrix = vectorizer.fit_transform(texts)
    model = LogisticRegression(C=_STRENGTH, max_iter=500).fit(matrix[chosen], favourable[chosen])
    return vectorizer, model, np.asarray(model.decision_function(matrix), dtype=np.float64)
