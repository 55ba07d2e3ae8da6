"""What members taught: words that push a label, the engine's say otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from egards.understanding.engines.lexicon import load_engine
from egards.understanding.engines.taught import Example, Lessons, TaughtEngine, Teaching, mistakes, say_of, words_of
from egards.understanding.engines.taught_learner import learn, out_of_fold
from egards.understanding.reading import Text
from egards.understanding.rules import Say

ENGINE = load_engine()
#: Of a house that calls its after-sales desk « l’atelier des Acacias », which no plan knows.
DESK = [
    "L’atelier des Acacias a gardé mon appareil",
    "Personne ne décroche aux Acacias depuis lundi",
    "Aux Acacias on m’a dit de revenir",
    "Je reviens encore des Acacias sans rien",
    "Les Acacias ont perdu ma fiche",
    "J’attends un appel des Acacias",
]
ELSEWHERE = ["La table est arrivée", "Une chaise de plus au salon", "Le tapis est dans l’entrée", "Un rideau bleu"]


def example(text: str, *, add: str = "", weight: float = 1.0) -> Example:
    before = say_of(ENGINE.read([Text(text)])[0])
    said = replace(before, themes=tuple(sorted({*before.themes, add}))) if add else before
    return Example(words_of(Text(text)), before, said, weight)


def taught() -> list[Example]:
    return [*(example(text, add="aftersales") for text in DESK), *(example(text) for text in ELSEWHERE)]


def test_a_word_of_the_house_names_its_theme_and_is_the_reason() -> None:
    engine = TaughtEngine(ENGINE, Teaching(4, learn(taught())))
    text = "Deux heures de route jusqu’aux Acacias"
    (reading,) = engine.read([Text(text)])
    assert "aftersales" in {theme.theme for theme in reading.themes}
    assert reading.version == f"{ENGINE.version}+4"
    (reason,) = [one for one in reading.reasons if one.code == "taught:theme:aftersales"]
    assert "Acacias" in text[reason.span.start : reason.span.end]


def test_what_nobody_taught_is_read_as_before() -> None:
    engine = TaughtEngine(ENGINE, Teaching(1, learn(taught())))
    for text in [*ELSEWHERE, "Livraison en retard, je suis furieux", "Merci pour tout", ""]:
        (as_taught,), (as_shipped,) = engine.read([Text(text)]), ENGINE.read([Text(text)])
        assert replace(as_taught, version="") == replace(as_shipped, version="")


def test_too_few_corrections_of_a_label_teach_nothing() -> None:
    assert learn([*(example(text, add="aftersales") for text in DESK[:2]), example(DESK[2])]) == Lessons({})


def test_a_word_of_one_or_two_texts_is_never_kept() -> None:
    lessons = learn([*taught(), example("Madame Quillet des Acacias", add="aftersales")])
    kept = {word for lesson in lessons.by_label.values() for word in lesson.words}
    assert "acacias" in kept
    assert not {"quillet", "madame quillet", "madame"} & kept


def test_kept_as_plain_values_they_say_the_same() -> None:
    lessons = learn(taught())
    assert Lessons.of_json(lessons.as_json()) == lessons


def test_what_is_supposed_holds_back_what_is_taught() -> None:
    against = [example(f"{text}, merci", weight=1.0) for text in DESK for _ in range(3)]
    words = words_of(Text("Aux Acacias"))
    pushed, held = learn(taught()), learn([*taught(), *against])
    before = Say("neutral", (), ())
    assert pushed.say(words, before).themes == ("aftersales",)
    assert held.say(words, before).themes == ()


def test_no_example_is_judged_by_lessons_that_saw_it() -> None:
    alone = [example(text, add="aftersales") for text in ELSEWHERE[:3]]  # nothing in common: nothing to be learnt
    for folds in (3, 10):
        found = out_of_fold(alone, seen=lambda one: True, folds=folds)
        assert [says == one.before for says, one in zip(found, alone, strict=True)] == [True] * 3


def test_mistakes_are_counted_by_label() -> None:
    right = Say("negative", ("delivery", "price"), ("complaint",))
    assert mistakes(right, right) == 0
    assert mistakes(Say("positive", ("delivery",), ("praise",)), right) == 4


@pytest.mark.parametrize(("words", "span"), [("retard", "Retard"), ("en retard", "en Retard")])
def test_a_reason_stands_where_the_words_stand(words: str, span: str) -> None:
    lessons = Lessons.of_json({"theme:price": {"bias": 0.0, "words": {words: 9.0}}})
    text = "Venu, en Retard"
    (reading,) = TaughtEngine(ENGINE, Teaching(1, lessons)).read([Text(text)])
    (reason,) = [one for one in reading.reasons if one.code == "taught:theme:price"]
    assert text[reason.span.start : reason.span.end] == span
