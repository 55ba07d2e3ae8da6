"""What customers come for, finer than the seven intents of a reading: one list, taught by a few examples each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from egards.understanding.engines.plan_values import PlanError, entry, examples, sentence
from egards.understanding.reading import Intent

MOST_EXAMPLES = 12  # what a house can be asked to write
QUESTIONS = ("Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8")  # the eight questions of a customer who buys


@dataclass(frozen=True, slots=True)
class FineIntent:
    """An intent of the list: English slug, French label, where it stops towards its neighbours, and examples.

    ``group`` is the one of the seven intents it belongs to; ``question`` the one of the eight it asks, or "".
    """

    code: str
    label: str
    description: str
    group: Intent
    question: str
    examples: tuple[str, ...]


def fine_intents_from(data: Mapping[str, Any]) -> tuple[FineIntent, ...]:
    """The list of [fine_intents], in the order of the file. Raises PlanError; an example teaches one intent only."""
    listed = tuple(_fine_intent(entry(data, code, "fine_intents"), code) for code in data)
    taught: dict[str, str] = {}
    for intent in listed:
        for example in intent.examples:
            if taught.setdefault(example.casefold(), intent.code) != intent.code:
                other = taught[example.casefold()]
                raise PlanError(f"« fine_intents.{intent.code} » : « {example} » est déjà un exemple de « {other} ».")
    return listed


def _fine_intent(intent: Mapping[str, Any], code: str) -> FineIntent:
    section = f"fine_intents.{code}"
    group, question = intent.get("group"), intent.get("question", "")
    if group not in get_args(Intent):
        raise PlanError(f"« {section}.group » : « {group} » n’est pas l’une des sept intentions.")
    if question and question not in QUESTIONS:
        raise PlanError(f"« {section}.question » : « {question} » n’est pas l’une des huit questions (Q1 à Q8).")
    return FineIntent(
        code=code,
        label=sentence(intent, "label", section, why="chaque intention a un nom en français"),
        description=sentence(intent, "description", section, why="dire ce qui en est et ce qui n’en est pas"),
        group=cast(Intent, group),
        question=question,
        examples=examples(intent, section, most=MOST_EXAMPLES),
    )
