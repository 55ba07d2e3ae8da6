"""The plan's themes in two levels and its list of intents: whole, well formed, refused with a sentence when not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from egards.understanding.engines.lexicon import load_engine
from egards.understanding.engines.plan import DEFAULT_PLAN, lexicon_sha, load_plan, plan_from
from egards.understanding.engines.plan_values import PlanError
from egards.understanding.reading import Text

LISTED = (
    "find_product availability order_confirmed order_status delivery_eta return_refund order_history "
    "damaged_wrong_item payment_problem promo_price complaint praise suggestion churn_risk callback_request "
    "thanks_closing urgency_safety human_wanted legal_mediator data_rights withdrawal_termination usage_help"
).split()


def plan_data() -> dict[str, Any]:
    return tomllib.loads(DEFAULT_PLAN.read_text(encoding="utf-8"))


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(PlanError) as refused:
        plan_from(data, sha="0")
    return str(refused.value)


def test_the_shipped_plan_lists_the_22_intents_in_order() -> None:
    assert [intent.code for intent in load_plan().fine_intents] == LISTED


def test_each_intent_teaches_by_twelve_examples_of_3_to_40_words() -> None:
    intents = load_plan().fine_intents
    assert {len(intent.examples) for intent in intents} == {12}
    lengths = [len(example.split()) for intent in intents for example in intent.examples]
    assert min(lengths) >= 3
    assert max(lengths) <= 40


def test_the_intents_cover_the_seven_groups_and_the_questions_that_an_intent_can_ask() -> None:
    intents = load_plan().fine_intents
    groups = {"question", "complaint", "praise", "suggestion", "leaving", "urgent", "sensitive"}
    assert {intent.group for intent in intents} == groups
    assert {intent.question for intent in intents} == {"", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"}


def test_every_theme_has_a_group_that_is_used_a_description_and_six_examples() -> None:
    plan = load_plan()
    assert {theme.group for theme in plan.all_themes} == {group.code for group in plan.theme_groups}
    assert all(theme.description for theme in plan.all_themes)
    assert min(len(theme.examples) for theme in plan.all_themes) >= 6


def test_no_sentence_is_an_example_twice() -> None:
    plan = load_plan()
    taught = [intent.examples for intent in plan.fine_intents] + [theme.examples for theme in plan.all_themes]
    examples = [example.casefold() for listed in taught for example in listed]
    assert len(examples) == len(set(examples))


def test_a_theme_for_other_engines_is_not_read_by_the_lexicon() -> None:
    assert "brand" in {theme.code for theme in load_plan().all_themes}
    reading = load_engine().read([Text("Votre marque a une belle réputation")])[0]
    assert "brand" not in {theme.theme for theme in reading.themes}


def test_an_example_more_does_not_change_the_version_of_the_lexicon() -> None:
    data = plan_data()
    before = lexicon_sha(data)
    data["fine_intents"]["praise"]["examples"][0] = "Un accueil croquignolet"
    data["themes"]["brand"]["words"].append("croquignolet")
    data["themes"]["price"]["description"] = "Autre chose."
    assert lexicon_sha(data) == before
    data["themes"]["price"]["words"].append("croquignolet")
    assert lexicon_sha(data) != before


def test_a_house_plan_may_do_without_intents_and_levels() -> None:
    data = plan_data()
    del data["fine_intents"], data["theme_groups"]
    data["themes"] = {"price": {"label": "Prix", "words": ["prix"]}}
    plan = plan_from(data, sha="0")
    assert (plan.fine_intents, plan.theme_groups, plan.all_themes[0].group) == ((), (), "")


def test_a_code_written_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(DEFAULT_PLAN.read_text(encoding="utf-8") + "\n[fine_intents.praise]\n", encoding="utf-8")
    with pytest.raises(PlanError, match="n’est pas un fichier TOML valide"):
        load_plan(path)


def test_a_code_with_capitals_is_named() -> None:
    data = plan_data()
    data["fine_intents"]["Joie"] = data["fine_intents"]["praise"]
    assert "« fine_intents.Joie »" in refusal(data)


def test_an_intent_that_is_no_section_is_named() -> None:
    data = plan_data()
    data["fine_intents"]["praise"] = "bravo"
    assert "« fine_intents.praise » n’est pas une section" in refusal(data)


def test_a_thirteenth_example_is_refused() -> None:
    data = plan_data()
    data["fine_intents"]["praise"]["examples"].append("Un accueil croquignolet")
    assert "« fine_intents.praise.examples » : 12 exemples au plus, il y en a 13." in refusal(data)


def test_an_example_twice_in_an_intent_is_named() -> None:
    data = plan_data()
    data["fine_intents"]["praise"]["examples"][1] = data["fine_intents"]["praise"]["examples"][0]
    assert "« fine_intents.praise.examples » : un exemple y est deux fois." in refusal(data)


def test_an_example_of_two_intents_is_named_with_the_other() -> None:
    data = plan_data()
    data["fine_intents"]["thanks_closing"]["examples"][0] = data["fine_intents"]["praise"]["examples"][0].upper()
    assert "est déjà un exemple de « praise »" in refusal(data)


def test_an_unknown_group_of_intents_is_named() -> None:
    data = plan_data()
    data["fine_intents"]["praise"]["group"] = "joy"
    assert "« fine_intents.praise.group » : « joy »" in refusal(data)


def test_an_unknown_question_is_named() -> None:
    data = plan_data()
    data["fine_intents"]["find_product"]["question"] = "Q9"
    assert "« fine_intents.find_product.question » : « Q9 »" in refusal(data)


def test_an_intent_without_a_description_is_named() -> None:
    data = plan_data()
    del data["fine_intents"]["praise"]["description"]
    assert "« fine_intents.praise.description » manque" in refusal(data)


def test_an_unknown_group_of_themes_is_named() -> None:
    data = plan_data()
    data["themes"]["price"]["group"] = "sous"
    assert "« themes.price.group » : « sous »" in refusal(data)


def test_a_group_of_themes_without_a_name_is_named() -> None:
    data = plan_data()
    data["theme_groups"]["money"]["label"] = " "
    assert "« theme_groups.money.label » manque" in refusal(data)
