"""Reads what customers come for: one main intent or none, those said besides, their probabilities and their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from egards.understanding.engines.cues import BEGIN, END, CueIndex
from egards.understanding.engines.embedding import Vectors
from egards.understanding.engines.intent_model import (
    CUE_ITSELF,
    OUT_OF_SCOPE,
    UNSURE,
    Kind,
    cue_features,
    load_intent_model,
    read_cues,
)
from egards.understanding.engines.intent_words import said, spelt
from egards.understanding.engines.intents import FineIntent
from egards.understanding.engines.plan import Plan
from egards.understanding.reading import Intent, Reason, Span

Numbers = NDArray[np.float64]

TOLD: Final = 0.5  # an intent is said from this probability
_MOST_REASONS: Final = 3
_BLANK: Final = frozenset({BEGIN, END, ".", ",", "?", "!"})  # what a text without a word is made of


@dataclass(frozen=True, slots=True)
class IntentSaid:
    """An intent of the plan and the probability that it is said. ``group`` is one of the seven of a reading."""

    intent: str
    group: Intent
    probability: float


@dataclass(frozen=True, slots=True)
class IntentsRead:
    """What a text is for. ``main`` is an intent, « out_of_scope » or « unsure », with its probability; ``said`` those
    that it holds, the main one first; ``reasons`` the words that say so (codes ``intent:…``)."""

    main: str
    probability: float
    said: tuple[IntentSaid, ...]
    reasons: tuple[Reason, ...]


class IntentReader:
    """Reads batches; ``kind`` fine needs sentence vectors, mass does not. Safe to keep from one batch to another."""

    def __init__(self, plan: Plan, kind: Kind) -> None:
        self.kind: Kind = kind
        self._model = load_intent_model()
        self._weights = self._model.fine if kind == "fine" else self._model.mass
        cues, concepts = read_cues() if kind == "fine" else ([], {})
        self._index = CueIndex(cues, concepts, shorthands=plan.shorthands, numbers=plan.numbers)
        self._sure = self._model.sure[kind]
        self._outside = self._model.labels.index(OUT_OF_SCOPE)
        listed = {intent.code: intent for intent in plan.fine_intents}
        self._known: Mapping[int, FineIntent] = {
            place: listed[label] for place, label in enumerate(self._model.labels) if label in listed
        }

    @property
    def version(self) -> str:
        """Changes with the weights."""
        return self._model.version

    def meanings(self, vectors: Vectors) -> Numbers:
        """What sentence vectors weigh towards each label (texts, labels): all that ``read`` needs of them."""
        return np.asarray(vectors @ self._weights.meaning, dtype=np.float64)

    def read(
        self,
        parts: Sequence[Sequence[str]],
        meanings: Numbers,
        *,
        subjects: Sequence[Sequence[str]] | None = None,
    ) -> list[IntentsRead]:
        """One answer per text, in order. Never raises on a text; one without a word is « unsure » and says nothing.

        ``parts``: texts as ``words.split`` cuts them, and so ``subjects``, read as well but without reasons.
        ``meanings``: those of the same texts (fine); of any width in mass mode, where they do not serve.
        """
        tokens = [self._index.tokens(one) for one in parts]
        wholes = self._wholes(tokens, subjects)
        margins = self._margins(wholes, meanings)
        raised = np.exp(self._weights.sharpness * (margins - margins.max(axis=1, keepdims=True)))
        best = margins.argmax(axis=1)
        probabilities = (1.0 / raised.sum(axis=1)).round(3)
        held = (1.0 / (1.0 + np.exp(-(self._weights.said_slope * margins + self._weights.said_bias)))).round(3)
        each = zip(tokens, wholes, parts, best.tolist(), probabilities.tolist(), held.tolist(), strict=True)
        return [self._answer(*one) for one in each]

    def likeliest(self, parts: Sequence[Sequence[str]], meanings: Numbers) -> list[str]:
        """The likeliest label of each text, however unsure: what measures judge."""
        margins = self._margins([self._index.tokens(one) for one in parts], meanings)
        return [self._model.labels[place] for place in margins.argmax(axis=1)]

    def _wholes(self, tokens: list[list[str]], subjects: Sequence[Sequence[str]] | None) -> list[list[str]]:
        """The tokens of texts after those of their subjects."""
        if subjects is None or not any(subjects):
            return tokens
        return [
            [*self._index.tokens(subject), *words] if subject else words
            for subject, words in zip(subjects, tokens, strict=True)
        ]

    def _margins(self, texts: Sequence[Sequence[str]], meanings: Numbers) -> Numbers:
        """The margin of each label (texts, labels), above 0 on the label's side."""
        weights = self._weights
        margins = weights.bias + weights.letters.margins([spelt(one) for one in texts])
        margins = margins + weights.words.margins([said(one) for one in texts])
        if self.kind == "mass":
            return margins.astype(np.float64)
        views = 2 * len(self._model.labels)
        for row, words in enumerate(texts):
            summed, found = cue_features(self._index, self._model.labels, words)
            margins[row] += summed @ weights.cues[:views] + CUE_ITSELF * weights.cues[views:][found].sum(axis=0)
        return margins + meanings

    def _answer(
        self,
        tokens: Sequence[str],
        whole: Sequence[str],
        parts: Sequence[str],
        best: int,
        probability: float,
        held: Sequence[float],
    ) -> IntentsRead:
        if _BLANK.issuperset(whole):
            return IntentsRead(UNSURE, 0.0, (), ())
        is_sure = held[best] >= self._sure
        if is_sure and best == self._outside:
            return IntentsRead(OUT_OF_SCOPE, probability, (), ())
        places = [place for place in self._known if held[place] >= TOLD or (is_sure and place == best)]
        if len(places) > 1:
            places.sort(key=lambda place: (place != best or not is_sure, -held[place]))
        told = tuple(IntentSaid(self._known[place].code, self._known[place].group, held[place]) for place in places)
        reasons = tuple(self._reasons(tokens, parts, places)) if places else ()
        main = self._model.labels[best] if is_sure and best in self._known else UNSURE
        return IntentsRead(main, probability, told, reasons)

    def _reasons(self, tokens: Sequence[str], parts: Sequence[str], labels: Sequence[int]) -> Iterator[Reason]:
        """The strongest cues of each intent, else the words that push most towards it."""
        starts = list(accumulate(map(len, parts), initial=0))
        cues = self._cued(tokens, parts) if self.kind == "fine" else {}
        pushes = None
        for label in labels:
            code = self._known[label].code
            spans = cues.get(code, [])[:_MOST_REASONS]
            if not spans:
                pushes = self._weights.words.rows(self._index.heads(parts)) if pushes is None else pushes
                spans = _strongest(pushes[:, label])
            for weight, low, high in spans:
                span = Span(starts[2 * low], starts[2 * high + 1])
                if span.start < span.end:
                    yield Reason(f"intent:{code}", span, weight)

    def _cued(self, tokens: Sequence[str], parts: Sequence[str]) -> dict[str, list[tuple[float, int, int]]]:
        """By intent its cues, the heaviest first: weight, first and last word. A passage is told once an intent."""
        places, last = self._index.places(parts), len(tokens) - 2
        found: dict[str, dict[tuple[int, int], float]] = {}
        for one in self._index.find(tokens):
            cue = self._index.cues[one.cue]
            words = places[max(1, one.first)], places[max(1, min(one.last, last))]
            told = found.setdefault(cue.intent, {})
            told[words] = max(cue.weight, told.get(words, 0.0))
        return {
            intent: sorted(((weight, *words) for words, weight in told.items()), key=lambda cue: -cue[0])
            for intent, told in found.items()
        }


def _strongest(pushes: NDArray[np.float32]) -> list[tuple[float, int, int]]:
    """The words that push most towards a label: how much, first and last word."""
    first = int(pushes.argmax())
    found = [(round(float(pushes[first]), 2), first, first)]
    return found if pushes[first] > 0 else []
