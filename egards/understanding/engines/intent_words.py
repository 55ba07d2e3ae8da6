"""Words and letters of a text as a linear model weighs them: one row of margins a word, computed once and remembered.

Letter groups never go past a word, so what a word's letters weigh is known as soon as the word is met: a text costs one
lookup a word, and misspelt words still meet. Training (``tools/learn_intents.py``) sees the very same features.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Said = str | tuple[str, str]

SHORTEST_GROUP, LONGEST_GROUP = 2, 5
_LONGEST_WORD: Final = 40
_MOST: Final = 60_000  # rows remembered before starting afresh: 6 MB
_FLAT: Final = 1e-9


def letter_groups(word: str) -> list[str]:
    """Every group of 2 to 5 letters of a word, its ends marked by a space; each once."""
    padded = f" {word[:_LONGEST_WORD]} "
    groups = {
        padded[start : start + size]
        for size in range(SHORTEST_GROUP, LONGEST_GROUP + 1)
        for start in range(max(1, len(padded) - size + 1))
    }
    return sorted(groups)


def spelt(words: Sequence[str]) -> list[str]:
    """The different words of a text that have letters, in order."""
    return list(filter(str.isalnum, dict.fromkeys(words)))


def said(words: Sequence[str]) -> list[Said]:
    """The different words and neighbouring pairs of a text, marks and ends included, in order."""
    return list(dict.fromkeys(chain(words, pairwise(words))))


class Weighed(dict[Said, int]):
    """Word → number of its row. ``features`` says which features a word has, ``weights`` and ``rarity`` what each
    weighs towards every label and how rare it is; the last column of a row is its squared length."""

    def __init__(
        self,
        features: Callable[[Any], list[str]],
        vocabulary: Mapping[str, int],
        weights: Floats,
        rarity: Floats,
    ) -> None:
        super().__init__()
        self._features, self._vocabulary = features, vocabulary
        self._weights, self._rarity = weights, rarity
        self._rows = np.zeros((1_024, weights.shape[1] + 1), dtype=np.float32)

    def __missing__(self, word: Said) -> int:
        number = len(self)
        if number == len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
        known = [self._vocabulary[one] for one in self._features(word) if one in self._vocabulary]
        if known:
            rarity = self._rarity[known]
            self._rows[number, :-1] = rarity @ self._weights[known]
            self._rows[number, -1] = rarity @ rarity
        self[word] = number
        return number

    def rows(self, words: Sequence[Said]) -> Floats:
        """The rows of words, in order: margins towards each label, then the squared length."""
        numbers = list(map(self.__getitem__, words))  # first: a word never met may move the rows
        return self._rows[numbers]

    def margins(self, texts: Sequence[Sequence[Said]]) -> Floats:
        """What the words of each text weigh together, over the length of the whole: (texts, labels)."""
        if len(self) > _MOST:
            self.clear()
        numbers = list(map(self.__getitem__, chain.from_iterable(texts)))
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        summed = np.zeros((len(texts), self._rows.shape[1]), dtype=np.float32)
        if numbers:
            held = lengths > 0
            starts = np.cumsum(lengths) - lengths
            summed[held] = np.add.reduceat(self._rows[numbers], starts[held], axis=0)
        return np.asarray(summed[:, :-1] / np.sqrt(np.maximum(summed[:, -1:], _FLAT)), dtype=np.float32)


def alone(word: Said) -> list[str]:
    """A word or a pair as its own only feature."""
    return [word if isinstance(word, str) else " ".join(word)]
