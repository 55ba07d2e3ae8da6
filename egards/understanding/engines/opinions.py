"""What a text thinks of one aspect of it, learnt from a company's examples: « accueil froid, mais plats divins ».

The same text may praise the food and blame the welcome, so an aspect is judged on the whole text, on the piece where
its words stand (cut at « mais », « et », a comma) and on the few words around: their meaning, their wording, what the
shipped polarity already says of each, and which aspect it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from egards.understanding.engines.embedding import embed
from egards.understanding.engines.learner import Scores
from egards.understanding.engines.lexicon import LexiconEngine
from egards.understanding.engines.polarity import load_head, margin
from egards.understanding.engines.words import fold
from egards.understanding.reading import Span, Text

_CUT = re.compile(
    r"(?i)[.!?…;,:()\n]+|\b(?:mais|et|cependant|toutefois|par contre|en revanche|bien que|sauf|alors que|tandis que"
    r"|malgré|même si)\b"
)
_WORD = re.compile(r"\w+")
_AROUND: Final = 5  # words on each side
_STRENGTH: Final = 0.4
_MEANING, _WORDING, _LETTERS, _LEXICON, _NAMED = 1.5, 0.7, 0.5, 0.7, 0.5
_MOST_WEIGHT: Final = 4.0
_SEED: Final = 1


class Aspect(NamedTuple):
    """Something a text speaks of. ``place``: the words that name it, None when none does."""

    text: str
    label: str
    place: Span | None = None

    @property
    def views(self) -> tuple[str, str, str]:
        """The whole text, the piece where the aspect stands, and the words around it."""
        if self.place is None:
            return self.text, self.text, self.text
        return self.text, _piece(self.text, self.place), _around(self.text, self.place)


@dataclass(frozen=True, slots=True)
class Opinions:
    """What was learnt. ``opinions`` are the company's own words for them, sorted."""

    opinions: tuple[str, ...]
    features: Features
    judge: LogisticRegression

    def probabilities(self, aspects: Sequence[Aspect]) -> Scores:
        """(len(aspects), len(opinions)), each row summing to 1."""
        found: Scores = self.judge.predict_proba(self.features.rows(aspects))
        return found

    def said(self, aspects: Sequence[Aspect]) -> list[str]:
        """The likeliest opinion on each aspect."""
        return [self.opinions[k] for k in self.probabilities(aspects).argmax(axis=1)] if aspects else []


def learn_opinions(aspects: Sequence[Aspect], opinions: Sequence[str], engine: LexiconEngine) -> Opinions:
    """Learn from aspects and what their text thinks of each. Raises ValueError under two opinions, or when the two
    lists differ in length."""
    if len(aspects) != len(opinions):
        raise ValueError(f"{len(aspects)} aspects for {len(opinions)} opinions")
    if len(set(opinions)) < 2:
        raise ValueError("two opinions are needed to tell one from the other")
    features = Features(engine)
    rows = features.fit(aspects)
    judge = LogisticRegression(C=_STRENGTH, max_iter=500, random_state=_SEED).fit(rows, list(opinions))
    return Opinions(tuple(map(str, judge.classes_)), features, judge)


class Features:
    """An aspect as one sparse row."""

    def __init__(self, engine: LexiconEngine) -> None:
        self._engine = engine
        self._head = load_head()
        self._labels: tuple[str, ...] = ()
        self._words = [
            TfidfVectorizer(
                ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\w+|\?|!", preprocessor=fold
            )
            for _ in range(2)
        ]
        self._letters = [
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, preprocessor=fold)
            for _ in range(2)
        ]

    def fit(self, aspects: Sequence[Aspect]) -> csr_matrix:
        """Learn which words and labels exist, and give the rows of these aspects."""
        self._labels = tuple(sorted({aspect.label for aspect in aspects}))
        for view, words, letters in zip(_views(aspects), self._words, self._letters, strict=False):
            words.fit(view)
            letters.fit(view)
        return self.rows(aspects)

    def rows(self, aspects: Sequence[Aspect]) -> csr_matrix:
        """The rows of aspects; a word or a label never met is not seen."""
        views = _views(aspects)
        parts = [csr_matrix(self._dense(views, aspects))]
        for view, words, letters in zip(views, self._words, self._letters, strict=False):
            parts += [words.transform(view) * _WORDING, letters.transform(view) * _LETTERS]
        return hstack(parts, format="csr")

    def _dense(self, views: list[list[str]], aspects: Sequence[Aspect]) -> Scores:
        """Meaning of each view, what the shipped head and lexicon say of it, and which aspect it is."""
        distinct = list(dict.fromkeys(text for view in views for text in view))
        number = {text: i for i, text in enumerate(distinct)}
        vectors, lexical = embed(distinct), self._lexical(distinct)
        known = np.tanh((vectors @ self._head.direction + self._head.bias) / 2)[:, None]
        each = np.hstack([vectors * _MEANING, known, lexical * _LEXICON])
        said = [each[[number[text] for text in view]] for view in views]
        named = [[float(a.label == label) for label in self._labels] + [float(a.place is not None)] for a in aspects]
        return np.hstack([*said, np.array(named, dtype=float).reshape(len(aspects), -1) * _NAMED])

    def _lexical(self, texts: Sequence[str]) -> Scores:
        found = []
        for text in texts:
            balance = self._engine.examine(Text(text)).scan.balance
            sides = [min(side, _MOST_WEIGHT) / _MOST_WEIGHT for side in (balance.praise, balance.blame)]
            found.append([margin(balance), *sides])
        return np.array(found, dtype=float).reshape(len(texts), 3)


def _views(aspects: Sequence[Aspect]) -> list[list[str]]:
    """The whole texts, the pieces, the words around."""
    told = [aspect.views for aspect in aspects]
    return [[views[k] for views in told] for k in range(3)]


def _piece(text: str, place: Span) -> str:
    """What stands between the two cuts around a place."""
    cuts = [cut.span() for cut in _CUT.finditer(text)]
    low = max((end for _, end in cuts if end <= place.start), default=0)
    high = min((start for start, _ in cuts if start >= place.end), default=len(text))
    return text[low:high].strip()


def _around(text: str, place: Span) -> str:
    """A place with the few words on each side of it."""
    words = [word.span() for word in _WORD.finditer(text)]
    before = [start for start, end in words if end <= place.start][-_AROUND:]
    after = [end for start, end in words if start >= place.end][:_AROUND]
    return text[before[0] if before else place.start : after[-1] if after else place.end]
