"""The polarity of a whole text, with a probability: the words of the plan, and in fine mode what the sentence means.

Fine: a linear head on sentence vectors, learnt from our own sentences (``plans/polarity_fr.toml``), added to the words'
margin. Mass: the words' margin alone. Both go through a slope fitted on sentences held out, so that 0.9 means 0.9.
``tools/learn_polarity.py`` makes the weights again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from egards.understanding.engines.clauses import Balance

Label = Literal["negative", "ambiguous", "positive"]
Numbers = NDArray[np.float64]

WEIGHTS: Final = Path(__file__).resolve().parent.parent / "weights"
SURE: Final = 0.65  # under this probability the label is « ambiguous »
SURE_OF_MIXED: Final = 0.80
BLAME_GAIN: Final = 1.3  # blame weighs more than praise: nobody writes to be polite when things go wrong


class Polarity(NamedTuple):
    """``score`` −2..+2; ``probability`` that its sign is right, ½ to 1; ``label`` may say that nobody would."""

    score: float
    probability: float
    label: Label


@dataclass(frozen=True, slots=True)
class Head:
    """The weights that ship. ``direction``, ``bias``: of the vector; ``words``: of the margin; slopes calibrate."""

    version: str
    direction: NDArray[np.float32]
    bias: float
    meaning: float
    words: float
    mass: float

    def fine(self, vectors: NDArray[np.float32], margins: Numbers) -> Numbers:
        """Log-odds of a favourable text, from its vector and the margin of its words."""
        return self.meaning * (vectors @ self.direction + self.bias).astype(np.float64) + self.words * margins

    def quick(self, margins: Numbers) -> Numbers:
        """The same from the words alone: 0 for a text without a word of opinion."""
        return self.mass * margins


@cache
def load_head() -> Head:
    """The head of this process. The files are ours; they hold numbers only."""
    told = json.loads((WEIGHTS / "polarity_fr.json").read_text(encoding="utf-8"))
    with np.load(WEIGHTS / "polarity_fr.npz", allow_pickle=False) as stored:
        direction = stored["direction"].astype(np.float32)
    slopes = told["slopes"]
    return Head(told["version"], direction, told["bias"], slopes["meaning"], slopes["words"], slopes["mass"])


def margin(balance: Balance) -> float:
    """Praise against blame, −1..+1; 0 without a word of opinion."""
    blame = BLAME_GAIN * balance.blame
    return (balance.praise - blame) / (balance.praise + blame + 1.0)


def polarity_from(log_odds: float, *, doubtful: bool = False, is_mixed: bool = False) -> Polarity:
    """The polarity that log-odds say; ``doubtful`` when irony or a score forbids swearing to it, ``is_mixed`` when
    praise and blame stand side by side: then only a clear tilt decides."""
    favourable = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, log_odds))))
    sure = max(favourable, 1.0 - favourable)
    label: Label = "positive" if favourable > 0.5 else "negative"
    if doubtful or sure < (SURE_OF_MIXED if is_mixed else SURE):
        label = "ambiguous"
    return Polarity(round(4.0 * favourable - 2.0, 3), round(sure, 3), label)


def margins_of(balances: Sequence[Balance]) -> Numbers:
    """The margins of many texts."""
    return np.array([margin(balance) for balance in balances], dtype=np.float64)
