"""What a text is for, among the intents of the plan: probabilities, « out of scope » and « unsure », and why.

One linear separator an intent (Fan et al. 2008) over what the words and their letters say and, in fine mode, the cues
and the sentence vector. Two calibrations, learnt on texts held out: one turns margins into the probability of the main
intent, the other into that of each intent being said at all. ``tools/learn_intents.py`` makes the weights again.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from egards.understanding.engines.cues import Cue, CueIndex
from egards.understanding.engines.intent_words import Floats, Weighed, alone, letter_groups
from egards.understanding.engines.plan_values import PlanError
from egards.understanding.engines.polarity import WEIGHTS

Kind = Literal["fine", "mass"]

OUT_OF_SCOPE: Final = "out_of_scope"
UNSURE: Final = "unsure"
CUES: Final = Path(__file__).resolve().parent.parent / "plans" / "intent_cues_fr.toml"
MOST_CUES: Final = 6.0  # the weight of an intent's cues past which more add nothing
CUE_SUM, CUE_SHARE, CUE_ITSELF = 0.5, 0.3, 0.3  # what the three views of cues weigh beside the other features
LETTERS, WORDS, MEANING = 0.7, 0.7, 1.0


@dataclass(frozen=True, slots=True)
class Weights:
    """One set of separators: ``meaning`` (vector to labels) and ``cues`` are empty in mass mode."""

    letters: Weighed
    words: Weighed
    meaning: Floats
    cues: Floats
    bias: Floats
    sharpness: float
    said_slope: float
    said_bias: float


@dataclass(frozen=True, slots=True)
class IntentModel:
    """The shipped weights. ``labels`` are the intents in order, then out of scope; ``sure`` is the probability of
    being said under which even the likeliest intent is not sworn to: « unsure »."""

    version: str
    labels: tuple[str, ...]
    sure: Mapping[str, float]
    fine: Weights
    mass: Weights


def read_cues(path: Path = CUES) -> tuple[list[Cue], dict[str, list[str]]]:
    """The cues of a file, and the concepts they name. Raises PlanError with the place at fault."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    concepts = {str(name): [str(word) for word in words] for name, words in data.pop("concepts", {}).items()}
    cues: dict[tuple[str, str], Cue] = {}
    for intent, weighted in data.items():
        for weight, lines in weighted.items():
            if weight not in {"1", "2", "3", "4"}:
                raise PlanError(f"« {intent}.{weight} » : le poids d’un indice va de 1 à 4.")
            for line in lines:
                cues.setdefault((intent, line), Cue(line, intent, float(weight)))
    return list(cues.values()), concepts


def cue_features(index: CueIndex, labels: Sequence[str], words: Sequence[str]) -> tuple[NDArray[np.float64], list[int]]:
    """What cues say of a text: per label their capped sum then their share, and the numbers of those found."""
    place = {label: number for number, label in enumerate(labels)}
    found = [one.cue for one in index.find(words)]
    weights = np.zeros(len(labels))
    for number in found:
        cue = index.cues[number]
        weights[place[cue.intent]] += cue.weight
    summed = CUE_SUM * np.minimum(weights, MOST_CUES) / MOST_CUES
    return np.concatenate([summed, CUE_SHARE * weights / max(1.0, weights.sum())]), found


@cache
def load_intent_model() -> IntentModel:
    """The model of this process. The files are ours; they hold numbers and words only."""
    told = json.loads((WEIGHTS / "intents_fr.json").read_text(encoding="utf-8"))
    with np.load(WEIGHTS / "intents_fr.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return IntentModel(
        version=told["version"],
        labels=tuple(told["labels"]),
        sure=told["sure"],
        fine=_weights(told["fine"], arrays, "fine"),
        mass=_weights(told["mass"], arrays, "mass"),
    )


def _weights(told: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], kind: Kind) -> Weights:
    def numbers(name: str) -> Floats:
        return np.asarray(arrays[f"{kind}_{name}"], dtype=np.float32)

    letters, words = (
        bytes(arrays[name]).decode("utf-8").split("\n") if arrays[name].size else []
        for name in ("letters_vocabulary", "words_vocabulary")
    )
    return Weights(
        letters=Weighed(
            letter_groups,
            {group: row for row, group in enumerate(letters)},
            numbers("letters"),
            np.asarray(arrays["letters_rarity"], dtype=np.float32),
        ),
        words=Weighed(
            alone,
            {word: row for row, word in enumerate(words)},
            numbers("words"),
            np.asarray(arrays["words_rarity"], dtype=np.float32),
        ),
        meaning=numbers("meaning"),
        cues=numbers("cues"),
        bias=numbers("bias"),
        sharpness=float(told["sharpness"]),
        said_slope=float(told["said_slope"]),
        said_bias=float(told["said_bias"]),
    )
