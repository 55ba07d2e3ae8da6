"""What a text speaks of, among a company's own labels, learnt from its examples: several at once, or none.

A label is judged on the whole text and on its surest passage, and both opinions are averaged: a remark of five words
inside a long praise is heard. Each label has its own bar, placed where it serves best on texts held out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egards.understanding.engines.embedding import Vectors, embed
from egards.understanding.engines.learner import AnyOf, Scores, Views, learn_any_of
from egards.understanding.engines.lexicon import LexiconEngine
from egards.understanding.engines.passages import passages_of
from egards.understanding.reading import Text

FEWEST: Final = 8  # texts of a label under which nothing is learnt of it
_FOLDS: Final = 5
_BARS: Final = np.arange(0.15, 0.70, 0.025)
_FIRST_BAR: Final = 0.4
_ROUNDS: Final = 3
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of many texts in one row, whose text each is, and the vector of each."""

    texts: tuple[str, ...]
    owners: NDArray[np.int64]
    vectors: Vectors

    def of(self, chosen: NDArray[np.bool_]) -> Passages:
        """Those of some of the texts, numbered among these."""
        kept = chosen[self.owners]
        renumbered = np.cumsum(chosen) - 1
        texts = tuple(text for text, keep in zip(self.texts, kept, strict=True) if keep)
        return Passages(texts, renumbered[self.owners[kept]], self.vectors[kept])


def cut(texts: Sequence[str], engine: LexiconEngine) -> Passages:
    """The passages of texts where their polarity may turn (``passages_of``), embedded."""
    pieces: list[str] = []
    owners: list[int] = []
    for number, text in enumerate(texts):
        seen = engine.examine(Text(text))
        found = passages_of(seen.scan, seen.parts)
        pieces += [text[one.span.start : one.span.end] for one in found]
        owners += [number] * len(found)
    return Passages(tuple(pieces), np.array(owners, dtype=np.int64), embed(pieces))


@dataclass(frozen=True, slots=True)
class Aspects:
    """What was learnt: a judge per label, and the bar from which each label is said."""

    learnt: AnyOf
    bars: Scores
    engine: LexiconEngine

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels it can say, sorted."""
        return self.learnt.labels

    def probabilities(self, texts: Sequence[str]) -> Scores:
        """(len(texts), len(labels)): how likely each label is; a row sums to anything."""
        return _judged(self.learnt, texts, embed(texts), cut(texts, self.engine))

    def said(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """The labels of each text."""
        return [
            frozenset(label for label, is_said in zip(self.labels, row, strict=True) if is_said)
            for row in self.probabilities(texts) >= self.bars
        ]


def learn_aspects(texts: Sequence[str], labels: Sequence[frozenset[str]], engine: LexiconEngine) -> Aspects:
    """Learn from labelled texts; a label of fewer than ``FEWEST`` texts, or of all of them, is left out.

    Raises ValueError when the two lists differ in length, or when no label is left.
    """
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts for {len(labels)} sets of labels")
    counts = {label: sum(label in held for held in labels) for label in frozenset[str]().union(*labels)}
    known = frozenset(label for label, count in counts.items() if FEWEST <= count < len(texts))
    if not known:
        raise ValueError("no label has enough texts")
    kept = [held & known for held in labels]
    vectors, passages = embed(texts), cut(texts, engine)
    out = _held_out(texts, kept, vectors, passages)
    learnt = _learn(texts, kept, vectors)
    truth = np.array([[label in held for label in learnt.labels] for held in kept])
    return Aspects(learnt, best_bars(truth, out), engine)


def best_bars(truth: NDArray[np.bool_], probabilities: Scores) -> Scores:
    """The bar of each label that gives the best micro-F1 together, moved one at a time."""
    bars = np.full(truth.shape[1], _FIRST_BAR)
    for _ in range(_ROUNDS):
        for label in range(len(bars)):
            bars[label] = max(_BARS, key=lambda bar: micro_f1(truth, probabilities >= _moved(bars, label, bar)))
    return bars


def micro_f1(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """F1 over all pairs of a text and a label."""
    both = int(truth.sum() + said.sum())
    return 2 * int((truth & said).sum()) / both if both else 1.0


def _moved(bars: Scores, label: int, bar: float) -> Scores:
    moved = bars.copy()
    moved[label] = bar
    return moved


def _learn(texts: Sequence[str], labels: Sequence[frozenset[str]], vectors: Vectors) -> AnyOf:
    return learn_any_of(texts, labels, vectors=vectors, views=Views(meaning=1.0, wording=1.0))


def _judged(learnt: AnyOf, texts: Sequence[str], vectors: Vectors, passages: Passages) -> Scores:
    """The mean of what the whole text and its surest passage say."""
    whole = learnt.probabilities(texts, vectors)
    surest = np.zeros_like(whole)
    if passages.texts:
        np.maximum.at(surest, passages.owners, learnt.probabilities(passages.texts, passages.vectors))
    mean: Scores = (whole + surest) / 2
    return mean


def _held_out(texts: Sequence[str], labels: Sequence[frozenset[str]], vectors: Vectors, passages: Passages) -> Scores:
    """What is said of each text by a judge that never saw it."""
    known = sorted(frozenset[str]().union(*labels))
    out = np.zeros((len(texts), len(known)))
    fold = np.random.default_rng(_SEED).permutation(len(texts)) % _FOLDS
    for held in range(_FOLDS):
        inside = fold == held
        seen = np.flatnonzero(~inside).tolist()
        learnt = _learn([texts[i] for i in seen], [labels[i] for i in seen], vectors[seen])
        columns = [known.index(label) for label in learnt.labels]
        unseen = [texts[i] for i in np.flatnonzero(inside).tolist()]
        out[np.ix_(inside, columns)] = _judged(learnt, unseen, vectors[inside], passages.of(inside))
    return out
