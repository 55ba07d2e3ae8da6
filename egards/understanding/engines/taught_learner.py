"""How members' corrections become lessons: examples in, words that push out.

One logistic judge a label, with the engine's say as a fixed offset and a ridge on the words (Hoerl & Kennard 1970).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from egards.understanding.engines.taught import Example, Lesson, Lessons, changed, holds, offset, reach
from egards.understanding.rules import Say

#: What holds words back, and how many taught texts must bear a word (a name of one customer teaches nothing).
RIDGE: Final = 1.0
LEAST_TEXTS: Final = 3
#: A label is taught once so many corrections said otherwise than the engine.
LEAST_SAID: Final = 3
_FAINT: Final = 0.02
_MOST_WORDS: Final = 400

Rows = NDArray[np.float64]


def learn(examples: Sequence[Example]) -> Lessons:
    """Learn from examples; what too few said otherwise than the engine stays with the engine."""
    counted = Counter(word for example in examples if example.weight == 1.0 for word in example.words)
    known = [word for word, n in counted.items() if n >= LEAST_TEXTS]
    rows, weights = _rows(examples, known), np.array([example.weight for example in examples])
    return Lessons({label: _lesson(examples, label, rows, weights, known) for label in _labels(examples)})


def out_of_fold(examples: Sequence[Example], *, seen: Callable[[Example], bool], folds: int = 10) -> list[Say]:
    """What lessons say of each example a member taught, learnt from the ``seen`` others only, a tenth at a time."""
    taught = [i for i, example in enumerate(examples) if example.weight == 1.0]
    say: dict[int, Say] = {}
    for fold_ in range(min(folds, len(taught))):
        aside = set(taught[fold_::folds])
        lessons = learn([one for i, one in enumerate(examples) if i not in aside and seen(one)])
        say |= {i: lessons.say(examples[i].words, examples[i].before) for i in aside}
    return [say[i] for i in taught]


def _labels(examples: Iterable[Example]) -> list[str]:
    said = Counter(label for one in examples if one.weight == 1.0 for label in changed(one.before, one.said))
    labels = {label for label, n in said.items() if n >= LEAST_SAID}
    return sorted(labels)


def _lesson(
    examples: Sequence[Example], label: str, rows: Rows, weights: NDArray[np.float64], known: Sequence[str]
) -> Lesson:
    offsets = np.array([offset(holds(one.before, label)) for one in examples])
    right = np.array([1.0 if holds(one.said, label) else -1.0 for one in examples])
    found = _ridge(rows, right, offsets, weights)
    heavy = sorted(zip(known, found[1:], strict=True), key=lambda one: -abs(one[1]))[:_MOST_WORDS]
    return Lesson(round(float(found[0]), 4), {word: round(float(w), 4) for word, w in heavy if abs(w) >= _FAINT})


def _ridge(rows: Rows, right: Rows, offsets: Rows, weights: Rows) -> Rows:
    """The weights (bias first) that make what is right likely without growing."""

    def loss(w: Rows) -> tuple[float, Rows]:
        margins = right * (offsets + rows @ w)
        pull = -right * weights / (1.0 + np.exp(np.clip(margins, -30, 30)))
        value = float(weights @ np.logaddexp(0.0, -margins)) + RIDGE / 2 * float(w @ w)
        return value, rows.T @ pull + RIDGE * w

    found: Rows = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return found


def _rows(examples: Sequence[Example], known: Sequence[str]) -> Any:
    column = {word: 1 + i for i, word in enumerate(known)}
    at, values, starts = [], [], [0]
    for example in examples:
        found = sorted(column[word] for word in example.words if word in column)
        at += [0, *found]
        values += [1.0, *([reach(example.words)] * len(found))]
        starts.append(len(at))
    return csr_matrix((values, at, starts), shape=(len(examples), 1 + len(known)))
