"""Versions: learnt from members' corrections, compared, put in force when better, undone in one go."""

from __future__ import annotations

from typing import Any

import pytest

from egards.accounts.models import Member
from egards.interactions.models import Interaction
from egards.understanding import reread
from egards.understanding.correcting import correct_reading, said_of, undo_correction
from egards.understanding.in_force import put_in_force, version_in_force
from egards.understanding.models import InForce, Reading, Version
from egards.understanding.reread import reread_all
from egards.understanding.rules import Say
from egards.understanding.teaching import Said, corrections_said, is_better, learn_version
from tests.builders import api_touchpoint, posted, say
from tests.cast import Cast, cast

pytestmark = pytest.mark.django_db

_WHERE = ["l’entrée", "le salon", "la cuisine", "la chambre", "le bureau", "la cave", "le garage", "le couloir"]


@pytest.fixture
def house() -> Cast:
    return cast()


def spoken(begins: str, n: int) -> list[Interaction]:
    raws = [posted(f"{begins} {_WHERE[i % 8]}, le {i // 8 + 2}", id=f"{begins}{i}") for i in range(n)]
    return say(*raws, at=api_touchpoint())


def current(word: Interaction) -> Reading:
    return Reading.objects.get(content_id=word.pk, is_current=True)


def correct(word: Interaction, by: Member, *, add: str = "", **changes: Any) -> None:
    reading = current(word)
    before = said_of(reading)
    themes = tuple(sorted({*before.themes, add} - {""}))
    said = Say(changes.get("tone", before.tone), themes, before.intents)
    correct_reading(reading=reading, say=said, by=by)


def test_corrections_become_a_version_that_reads_the_next_words(house: Cast) -> None:
    for word in spoken("Passage aux Acacias pour", 24):
        correct(word, house.alice, add="aftersales")
    spoken("Un rideau pour", 30)
    version = learn_version()
    assert version is not None
    assert (version.number, version.corrections) == (1, 24)
    assert version_in_force() == version
    assert InForce.objects.get().by is None
    figures = version.figures
    assert figures["shipped"]["labels"]["theme:aftersales"] == [0, 0, 24]
    assert figures["after"]["labels"]["theme:aftersales"][0] > 20  # each read by lessons that had not seen it
    assert (figures["losses"], figures["changed"]) == (0, 0)
    (word,) = spoken("Retour aux Acacias pour", 1)
    assert current(word).theme_slugs == ["aftersales"]
    assert current(word).version.endswith("+1")


def test_back_to_the_one_before_in_one_go_and_forth(house: Cast) -> None:
    words = spoken("Passage aux Acacias pour", 24)
    others = spoken("Encore aux Acacias pour", 5)
    spoken("Un rideau pour", 30)
    for word in words:
        correct(word, house.alice, add="aftersales")
    version = learn_version()
    assert reread_all() == 35
    assert {tuple(current(word).theme_slugs) for word in others} == {("aftersales",)}
    put_in_force(version=None, by=house.alice)
    put_in_force(version=None, by=house.alice)  # twice changes nothing
    assert reread_all() == 35
    assert {tuple(current(word).theme_slugs) for word in others} == {()}
    assert {current(word).by for word in words} == {house.alice}
    put_in_force(version=version, by=house.alice)
    assert [use.version for use in InForce.objects.all()] == [version, None, version]
    assert reread_all() == 35
    assert Reading.objects.filter(content_id=others[0].pk).count() == 2  # taken up again, not read a third time


def test_taken_up_batch_after_batch(house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reread, "BATCH", 2)
    words = spoken("Passage aux Acacias pour", 24)
    others = spoken("Encore aux Acacias pour", 5)
    spoken("Un rideau pour", 30)
    for word in words:
        correct(word, house.alice, add="aftersales")
    assert learn_version()
    reread_all()
    put_in_force(version=None, by=None)
    told: list[int] = []
    assert reread_all(told=told.append) == 35
    assert told == [2] * 17 + [1]
    assert {tuple(current(word).theme_slugs) for word in others} == {()}
    assert Reading.objects.filter(is_current=True).count() == 59


def test_few_or_no_new_corrections_make_no_version(house: Cast) -> None:
    words = spoken("Passage aux Acacias pour", 30)
    spoken("Un rideau pour", 30)
    for word in words[:19]:
        correct(word, house.alice, add="aftersales")
    assert learn_version() is None
    correct(words[19], house.alice, add="aftersales")
    assert learn_version() is not None
    assert learn_version() is None
    for word in words[20:29]:
        correct(word, house.alice, add="aftersales")
    assert corrections_said() == Said(29, 9)
    assert learn_version() is None
    correct(words[29], house.alice, add="aftersales")
    second = learn_version()
    assert second is not None
    assert second.figures["before_number"] == 1
    assert version_in_force() != second  # nothing was left to be done better


def test_what_is_undone_or_forgotten_teaches_nothing(house: Cast) -> None:
    words = spoken("Passage aux Acacias pour", 21)
    for word in words:
        correct(word, house.alice, add="aftersales")
    undo_correction(correction=current(words[0]).correction)
    current(words[1]).correction.__class__.objects.filter(content_id=words[1].pk).update(after={})
    assert learn_version() is None


def test_corrections_without_anything_in_common_change_nothing(house: Cast) -> None:
    for i, word in enumerate(spoken("Un mot pour", 24)):
        correct(word, house.alice, add="aftersales" if i // 8 == 1 else "")
    version = learn_version()
    assert version is not None
    assert version_in_force() is None
    assert not InForce.objects.exists()


@pytest.mark.parametrize(
    ("luck", "changed", "better"), [(0.01, 0, True), (0.01, 166, True), (0.01, 167, False), (0.2, 0, False)]
)
def test_a_version_takes_over_when_it_is_surely_better_and_upsets_little(
    luck: float, changed: int, better: bool
) -> None:
    assert is_better({"luck": luck, "changed": changed, "supposed": 500}) is better


def test_versions_are_numbered_in_order(house: Cast) -> None:
    for word in spoken("Passage aux Acacias pour", 20):
        correct(word, house.alice, add="aftersales")
    learn_version()
    assert list(Version.objects.values_list("number", flat=True)) == [1]
