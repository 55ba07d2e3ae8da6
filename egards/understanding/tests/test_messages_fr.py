"""The development set is whole, balanced, and owes nothing to the examples of the plan."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from typing import Any

import pytest

from egards.understanding.engines.plan import load_plan
from egards.understanding.tests.messages import CHANNELS, DATA, OUT_OF_SCOPE, labels, likeness, messages

INTENTS = {intent.code for intent in load_plan().fine_intents}
LABELLERS = ("a", "b", "agreed")
MOST_ALIKE = 0.6


def rows_of(labeller: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"labels_{labeller}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_line_has_the_fields_and_no_other() -> None:
    said = [json.loads(line) for line in (DATA / "messages_fr.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {tuple(row) for row in said} == {("id", "text", "trade", "channel")}
    for labeller in ("a", "b"):
        assert {tuple(row) for row in rows_of(labeller)} == {("id", "main", "also")}
    assert {tuple(row) for row in rows_of("agreed")} == {("id", "main", "also"), ("id", "main", "also", "why")}


def test_there_are_enough_messages_each_with_its_own_id_and_a_label() -> None:
    ids = [message.id for message in messages()]
    assert len(ids) >= 340
    assert len(set(ids)) == len(ids)
    for labeller in LABELLERS:
        assert [row["id"] for row in rows_of(labeller)] == ids


def test_messages_come_by_every_channel_and_are_of_2_to_120_words() -> None:
    said = messages()
    assert {message.channel for message in said} == set(CHANNELS)
    lengths = [len(message.text.split()) for message in said]
    assert min(lengths) >= 2
    assert max(lengths) <= 120
    assert sum(length >= 60 for length in lengths) >= 12


@pytest.mark.parametrize("labeller", LABELLERS)
def test_labels_are_of_the_plan_and_each_is_said_once(labeller: str) -> None:
    judged = labels(labeller).values()
    assert {label.main for label in judged} == INTENTS | {OUT_OF_SCOPE}
    assert {code for label in judged for code in label.also} <= INTENTS
    assert all(len({label.main, *label.also}) == 1 + len(label.also) for label in judged)
    assert not any(label.also for label in judged if label.main == OUT_OF_SCOPE)


def test_the_agreed_label_is_that_of_both_or_says_why_it_is_that_of_one() -> None:
    first, second = labels("a"), labels("b")
    for row in rows_of("agreed"):
        one, other = first[row["id"]], second[row["id"]]
        differ = (one.main, set(one.also)) != (other.main, set(other.also))
        assert bool(row.get("why", "").strip()) == differ, row["id"]
        assert row["main"] in {one.main, other.main}, row["id"]
        assert differ or set(row["also"]) == set(one.also), row["id"]


def test_every_intent_leads_12_messages_30_are_out_of_scope_and_40_hold_several() -> None:
    judged = labels().values()
    leading = Counter(label.main for label in judged)
    assert leading[OUT_OF_SCOPE] >= 30
    assert min(leading[code] for code in INTENTS) >= 12
    assert sum(bool(label.also) for label in judged) >= 40


def test_the_trade_does_not_give_away_what_is_out_of_scope() -> None:
    judged = labels()
    trades = {message.trade for message in messages() if judged[message.id].main != OUT_OF_SCOPE}
    assert {message.trade for message in messages()} == trades


def test_no_message_is_nearly_an_example_of_the_plan() -> None:
    plan = load_plan()
    taught = [intent.examples for intent in plan.fine_intents] + [theme.examples for theme in plan.all_themes]
    examples = [example for listed in taught for example in listed]
    near = [(m.id, example) for m in messages() for example in examples if likeness(m.text, example) > MOST_ALIKE]
    assert near == []


def test_no_message_is_nearly_another() -> None:
    pairs = combinations(messages(), 2)
    assert [(one.id, other.id) for one, other in pairs if likeness(one.text, other.text) > MOST_ALIKE] == []
