"""The corpus that teaches the intents: whole, of the plan, and owing nothing to the messages that judge it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from egards.understanding.engines.intent_model import OUT_OF_SCOPE
from egards.understanding.engines.plan import load_plan
from egards.understanding.tests.messages import CORPUS, likeness, messages

INTENTS = {intent.code for intent in load_plan().fine_intents}
MOST_ALIKE = 0.6
SOURCES = {"shop", "services", "drafted", "patterns"}


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def test_each_line_has_the_fields_and_no_other() -> None:
    found = rows()
    assert {tuple(row) for row in found} == {("text", "main", "also", "source")}
    assert {row["main"] for row in found} == INTENTS | {OUT_OF_SCOPE}
    assert {code for row in found for code in row["also"]} <= INTENTS
    assert {row["source"] for row in found} <= SOURCES


def test_no_message_is_there_twice_and_each_intent_is_taught() -> None:
    found = rows()
    assert len({row["text"].casefold() for row in found}) == len(found)
    assert min(Counter(row["main"] for row in found).values()) >= 60


def test_no_message_is_nearly_one_of_the_development_set() -> None:
    judged = [message.text for message in messages()]
    alike = [row["text"] for row in rows() if any(likeness(row["text"], text) >= MOST_ALIKE for text in judged)]
    assert alike == []
