"""Cues: what a line of the plan meets in a text, and what it does not."""

from __future__ import annotations

import pytest

from egards.understanding.engines.cues import Cue, CueIndex
from egards.understanding.engines.intent_model import read_cues
from egards.understanding.engines.plan import load_plan
from egards.understanding.engines.words import split


def index_of(*codes: str) -> CueIndex:
    return CueIndex(
        [Cue(code, "order_status", 1.0) for code in codes],
        {"arrive": ["arriv*", "livré"]},
        shorthands={"kan": "quand"},
        numbers=["trois"],
    )


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("colis", "Mon COLIS !"),
        ("ou est", "Où est-il ?"),
        ("livr*", "La livraison"),
        ("colis|paquet … perdu", "le paquet est sans doute perdu"),
        ("quand … @arrive", "Quand donc mon sac arrivera-t-il ?"),
        ("quand … @arrive", "kan c livré"),
        ("colis … ?", "mon colis de mardi matin, que ma fille attend pour son anniversaire, où est-il ?"),
        ("^ merci … $", "Merci à vous"),
        ("<n> fois", "trois fois déjà"),
        ("<n> fois", "12 fois"),
        ("en 20*", "acheté en 2023"),
        ("l avoir", "pour l’avoir"),
    ],
)
def test_it_is_met(cue: str, text: str) -> None:
    index = index_of(cue)
    assert [one.cue for one in index.find(index.tokens(split(text)))] == [0]


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("colis", "colissimo"),
        ("colis perdu", "colis encore perdu"),
        ("colis … perdu", "Mon colis est là. Perdu, lui !"),
        ("colis … perdu", "colis un deux trois quatre cinq six sept perdu"),
        ("^ merci … $", "Bonjour, merci"),
        ("colis … ?", "Mon colis est là. Et vous ?"),
        ("en 20*", "en 20 minutes"),
        ("quand … @arrive", "ça arrive quand"),
    ],
)
def test_it_is_not_met(cue: str, text: str) -> None:
    index = index_of(cue)
    assert index.find(index.tokens(split(text))) == []


def test_a_cue_is_told_once_with_the_words_it_holds() -> None:
    index = index_of("colis … perdu", "perdu")
    parts = split("Eh bien, mon colis est perdu, perdu !")
    tokens, places = index.tokens(parts), index.places(parts)
    first, second = index.find(tokens)
    assert (tokens[first.first], tokens[first.last], second.first) == ("colis", "perdu", first.last)
    assert parts[2 * places[first.first]] == "colis"
    assert len(places) == len(tokens)


def test_a_text_of_nothing_has_its_two_ends() -> None:
    index = index_of("^ merci")
    assert (index.tokens(split("")), index.places(split(""))) == (["^", "$"], [0, 0])


@pytest.mark.parametrize("cue", ["", "…", "colis …", "@inconnu"])
def test_a_cue_that_means_nothing_is_named(cue: str) -> None:
    with pytest.raises(ValueError, match="order_status"):
        index_of(cue)


def test_the_cues_of_the_plan_speak_of_its_intents_and_each_can_be_met() -> None:
    plan = load_plan()
    cues, concepts = read_cues()
    CueIndex(cues, concepts, shorthands=plan.shorthands, numbers=plan.numbers)
    assert {cue.intent for cue in cues} == {intent.code for intent in plan.fine_intents} | {"out_of_scope"}
