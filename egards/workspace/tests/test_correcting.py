"""Correcting what was understood of a word: in the thread, on its own page, undone, fenced, forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from egards.consent.loading import load_pack
from egards.conversations.models import Conversation
from egards.core.clock import now
from egards.core.forget import Person
from egards.interactions.models import Interaction
from egards.understanding.forget import erase_corrections, erase_readings, export_corrections
from egards.understanding.models import Correction, Reading
from egards.understanding.reread import reread_all
from egards.workspace.tests.conftest import As
from tests.builders import mail, prove, say
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def word(house: Cast) -> Interaction:
    """Odile’s word, which the engine reads as unhappy."""
    load_pack()
    prove(house.mailbox)
    (word,) = say(mail("La table attend toujours ses vis.", Subject="Ma table"), at=house.mailbox, when=now())
    return word


def current(word: Interaction) -> Reading:
    return Reading.objects.get(content_id=word.pk, is_current=True)


def correct(client: Client, word: Interaction, query: str = "", **said: Any) -> str:
    posted = {"lecture": str(current(word).pk), "ton": "negative", "theme": ["delivery"], "intention": ["complaint"]}
    answer = client.post(f"/echanges/{word.pk}/lecture/{query}", posted | said, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_works(house: Cast, word: Interaction, as_member: As) -> None:
    before = current(word)
    shown = correct(as_member(house.alice), word, ton="positive")
    said, correction = current(word), Correction.objects.get()
    assert (said.polarity, said.theme_slugs, said.intents, said.by) == (1, ["delivery"], ["complaint"], house.alice)
    assert (correction.replaced, correction.reading, correction.by) == (before, said, house.alice)
    assert (correction.before["tone"], correction.after["tone"]) == ("negative", "positive")
    assert "corrigée par Alice" in shown
    assert "Lecture corrigée" in shown


def test_in_the_thread_without_script_and_back_in_the_thread(house: Cast, word: Interaction, as_member: As) -> None:
    client = as_member(house.alice)
    talk = Conversation.objects.get()
    thread = client.get(f"/conversations/{talk.pk}/?vue=all").content.decode()
    assert f"/echanges/{word.pk}/lecture/?dans={talk.pk}&amp;vue=all" in thread
    assert thread.count('data-key="c"') == 1
    shown = correct(client, word, f"?dans={talk.pk}&vue=all")
    assert 'class="conversation"' in shown
    assert "corrigée par Alice" in shown


def test_the_form_alone_for_the_thread(house: Cast, word: Interaction, as_member: As) -> None:
    part = as_member(house.alice).get(f"/echanges/{word.pk}/lecture/?dans={word.pk}", headers={"HX-Request": "true"})
    form = part.content.decode()
    assert "<html" not in form
    assert "hx-post" in form
    assert 'value="delivery"' in form


def test_saying_the_same_confirms_it(house: Cast, word: Interaction, as_member: As) -> None:
    before = current(word)
    tone = {-1: "negative", 0: "neutral", 1: "positive"}[max(-1, min(1, before.polarity))]
    tone = "ambiguous" if before.is_ambiguous else tone
    shown = correct(as_member(house.alice), word, ton=tone, theme=before.theme_slugs, intention=before.intents)
    assert "Lecture confirmée" in shown
    assert "confirmée par Alice" in shown
    assert Correction.objects.get().before == Correction.objects.get().after


def test_undone_the_engine_has_its_place_again_and_the_history_stays(
    house: Cast, word: Interaction, as_member: As
) -> None:
    before, client = current(word), as_member(house.alice)
    correct(client, word)
    correction = Correction.objects.get()
    assert client.post(f"/corrections/{correction.pk}/annulation/").status_code == 302
    correction.refresh_from_db()
    assert current(word) == before
    assert correction.undone_at is not None
    assert Reading.objects.filter(content_id=word.pk).count() == 2
    correct(client, word, ton="positive")
    assert client.post(f"/corrections/{correction.pk}/annulation/").status_code == 302  # twice changes nothing
    assert current(word).polarity == 1


def test_a_correction_corrected_since_is_not_undone(house: Cast, word: Interaction, as_member: As) -> None:
    client = as_member(house.alice)
    correct(client, word)
    first = Correction.objects.get()
    correct(client, word, ton="positive")
    shown = client.post(f"/corrections/{first.pk}/annulation/", follow=True).content.decode()
    assert "rien n’a été annulé" in shown
    assert current(word).polarity == 1


@pytest.mark.parametrize("wrong", [{"ton": "furious"}, {"theme": ["secret"]}, {"intention": ["x"]}, {"lecture": "old"}])
def test_what_cannot_be_kept_is_said(house: Cast, word: Interaction, as_member: As, wrong: Any) -> None:
    shown = correct(as_member(house.alice), word, **wrong)
    assert 'class="refusal"' in shown
    assert not Correction.objects.exists()


def test_no_engine_takes_the_place_of_a_member(house: Cast, word: Interaction, as_member: As) -> None:
    correct(as_member(house.alice), word)
    Reading.objects.exclude(engine="member").update(version="hier")
    assert reread_all() == 0
    assert current(word).by == house.alice


def test_a_stranger_sees_no_form_and_changes_nothing(house: Cast, word: Interaction, as_member: As) -> None:
    chloe = as_member(house.chloe)
    assert chloe.get(f"/echanges/{word.pk}/lecture/").status_code == 404
    posted = {"lecture": str(current(word).pk), "ton": "negative"}
    assert chloe.post(f"/echanges/{word.pk}/lecture/", posted).status_code == 404
    correct(as_member(house.alice), word)
    assert chloe.post(f"/corrections/{Correction.objects.get().pk}/annulation/").status_code == 404
    assert current(word).by == house.alice


def test_looking_changes_nothing(house: Cast, word: Interaction, as_member: As) -> None:
    assert as_member(house.alice).get(f"/echanges/{word.pk}/lecture/").status_code == 200
    assert not Correction.objects.exists()


def test_forgotten_with_the_words(house: Cast, word: Interaction, as_member: As) -> None:
    correct(as_member(house.alice), word)
    person = Person((), (), (), (word.pk,), ())
    (given,) = export_corrections(person)
    assert given["after"] == {"tone": "negative", "themes": ["delivery"], "intents": ["complaint"]}
    assert (erase_corrections(person), erase_corrections(person), erase_readings(person)) == (1, 0, 2)
    assert Correction.objects.get().after == {}
