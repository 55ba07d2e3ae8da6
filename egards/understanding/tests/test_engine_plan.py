"""A plan is checked when it is loaded, and the sentence names the key at fault."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from egards.understanding.engines.lexicon import LexiconEngine, load_engine
from egards.understanding.engines.plan import DEFAULT_PLAN, load_plan, plan_from
from egards.understanding.engines.plan_values import PlanError
from egards.understanding.reading import Text


def plan_data() -> dict[str, Any]:
    return tomllib.loads(DEFAULT_PLAN.read_text(encoding="utf-8"))


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(PlanError) as refused:
        plan_from(data, sha="0")
    return str(refused.value)


def test_the_shipped_plan_is_right() -> None:
    plan = load_plan()
    assert {"delivery", "price", "welcome", "safety"} <= {theme.code for theme in plan.themes}
    assert all(theme.label for theme in plan.themes)


def test_a_missing_section_is_named() -> None:
    data = plan_data()
    del data["irony"]
    assert "« irony »" in refusal(data)


def test_an_unknown_section_is_named() -> None:
    assert "« couleurs »" in refusal(plan_data() | {"couleurs": {}})


def test_a_weight_out_of_bounds_is_named() -> None:
    data = plan_data()
    data["polarity"]["12"] = ["génial"]
    assert "« polarity.12 »" in refusal(data)


def test_a_weight_that_is_no_number_is_named() -> None:
    data = plan_data()
    data["idioms"]["fort"] = ["rien à redire"]
    assert "« idioms.fort »" in refusal(data)


def test_an_expression_with_two_weights_is_named_with_both_places() -> None:
    data = plan_data()
    data["polarity"]["-3"].append("Excellen*")
    sentence = refusal(data)
    assert "« polarity.-3 »" in sentence
    assert "« polarity.3 »" in sentence


def test_an_expression_that_is_not_text_is_named() -> None:
    data = plan_data()
    data["themes"]["delivery"]["words"] = ["livraison", 3]
    assert "« themes.delivery.words »" in refusal(data)


def test_a_theme_without_a_french_label_is_named() -> None:
    data = plan_data()
    del data["themes"]["price"]["label"]
    assert "« themes.price.label »" in refusal(data)


def test_a_failure_that_is_neither_true_nor_false_is_named() -> None:
    data = plan_data()
    data["themes"]["price"]["failure"] = "oui"
    assert "« themes.price.failure »" in refusal(data)


def test_an_english_mark_does_not_hide_two_weights() -> None:
    data = plan_data()
    data["polarity"]["-3"].append("en:Excellen*")
    assert "« polarity.3 »" in refusal(data)


def test_the_shortest_prefix_of_a_plan_is_read() -> None:
    data = plan_data()
    data["polarity"]["3"].append("w*")
    assert LexiconEngine(plan_from(data, sha="0")).read([Text("Un accueil wizz")])[0].polarity > 0


def test_an_unknown_intent_is_named() -> None:
    data = plan_data()
    data["intents"]["joke"] = ["poisson d'avril"]
    assert "« intents.joke »" in refusal(data)


def test_a_broken_regex_is_named() -> None:
    data = plan_data()
    data["sensitive"]["patterns"][0]["regex"] = "("
    assert "« sensitive.patterns[0].regex »" in refusal(data)


def test_an_unknown_check_is_named() -> None:
    data = plan_data()
    data["sensitive"]["patterns"][0]["check"] = "siret"
    assert "« sensitive.patterns[0].check »" in refusal(data)


def test_a_threshold_out_of_bounds_is_named() -> None:
    data = plan_data()
    data["thresholds"]["ambiguous_below"] = "beaucoup"
    assert "« thresholds.ambiguous_below »" in refusal(data)


def test_a_file_that_is_not_toml_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text("format = [", encoding="utf-8")
    with pytest.raises(PlanError, match=r"plan\.toml"):
        load_plan(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="ne peut pas être lu"):
        load_engine(tmp_path / "absent.toml")


def test_a_house_word_added_to_the_plan_is_read_and_changes_the_version(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    shipped = DEFAULT_PLAN.read_text(encoding="utf-8")
    path.write_text(shipped.replace('"3" = ["parfait*"', '"3" = ["croquignolet*", "parfait*"', 1), encoding="utf-8")
    changed = load_engine(path)
    assert changed.read([Text("Un accueil croquignolet")])[0].polarity > 0
    assert load_engine().read([Text("Un accueil croquignolet")])[0].polarity == 0
    assert changed.version != load_engine().version
