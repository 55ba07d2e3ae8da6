"""The intents that the words of the plan say, each with how often it was right on our own labelled messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from egards.understanding.engines.polarity import WEIGHTS
from egards.understanding.reading import Intent

_UNMEASURED: Final = 0.5


@dataclass(frozen=True, slots=True)
class IntentSaid:
    """An intent and its probability. ``group`` is one of the seven of a reading; ``intent`` may be finer."""

    intent: str
    group: Intent
    probability: float


def coarse_intents(intents: Sequence[Intent]) -> tuple[IntentSaid, ...]:
    """The seven intents of the lexicon with their measured precision, the surest first."""
    odds = _precisions()
    said = [IntentSaid(intent, intent, odds.get(intent, _UNMEASURED)) for intent in intents]
    return tuple(sorted(said, key=lambda one: -one.probability))


@cache
def _precisions() -> dict[str, float]:
    told = json.loads((WEIGHTS / "polarity_fr.json").read_text(encoding="utf-8"))
    return {str(code): float(value) for code, value in told["intent_precision"].items()}
