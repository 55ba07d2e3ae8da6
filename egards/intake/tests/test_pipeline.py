"""The way of one word: whole batches, poison isolated, everything twice without harm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from egards.accounts.scope import Scope
from egards.core.models import Happening, LiveOutbox
from egards.customers.identify import identify
from egards.intake import pipeline
from egards.intake.actions import replay
from egards.intake.pipeline import load, process, process_waiting
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Content, Interaction, Mode, Outcome
from egards.interactions.models import Delivery as Leaving
from egards.interactions.queries import recounted_law, whole_law
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.kinds.example import Example
from egards.understanding.models import Reading
from tests.builders import api_touchpoint, lindelle, mail, mailbox, posted, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_law_holds_after_each_test() -> Iterator[None]:
    yield
    law = whole_law(Scope.house())
    assert law.holds, law
    assert recounted_law() == law


def test_it_works() -> None:
    (word,) = say(posted("Vendeuse adorable, merci !", email="odile@client.example"), at=api_touchpoint())
    assert Content.objects.get(pk=word.pk).text == "Vendeuse adorable, merci !"
    assert Reading.objects.get(content_id=word.pk).polarity > 0


def test_a_poison_item_among_others_is_alone_in_quarantine() -> None:
    words = [posted(f"mot {n}", id=str(n)) for n in range(40)]
    words[17] = b'{"text": 12, "parties": [{"role": "nobody"}]}'
    say(*words, at=api_touchpoint())
    assert Interaction.objects.count() == 39
    assert "forme attendue" in Outcome.objects.get(status="quarantined").reason


def test_an_item_that_the_base_refuses_is_alone_in_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    real = identify

    def refuse_one(*, recorded: list[object]) -> object:
        if any("poison" in r.word.inbound.text for r in recorded):  # type: ignore[attr-defined]
            raise ValueError("refused")
        return real(recorded=recorded)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "identify", refuse_one)
    say(*[posted("poison" if n == 5 else f"mot {n}", id=str(n)) for n in range(16)], at=api_touchpoint())
    assert Interaction.objects.count() == 15
    assert Outcome.objects.filter(status="quarantined").count() == 1


def test_what_was_in_quarantine_is_replayed_after_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    touchpoint = open_touchpoint(brand=lindelle(), kind="example", name="Bouton")
    press = b'{"id": "p1", "score": 4, "at": 1795176000, "comment": "Tres bien"}'

    def broken(self: Example, raw: bytes, meta: object) -> list[object]:
        raise RuntimeError("bug")

    with monkeypatch.context() as patch:
        patch.setattr(Example, "parse", broken)
        receive(touchpoint=touchpoint, deliveries=[Delivery(press, "p1")])
        process_waiting()
    held = Outcome.objects.get()
    assert held.status == "quarantined"
    assert replay(arrival_ids=[held.pk])["stored"] == 1
    assert Content.objects.get().text == "Tres bien"
    assert replay(arrival_ids=[held.pk]) == {}


def test_processing_twice_does_no_harm() -> None:
    received = receive(touchpoint=api_touchpoint(), deliveries=[Delivery(posted("un"), "1")])
    items = load([received[0].arrival_id])
    assert process(items)["stored"] == 1
    assert process(items) == {}
    assert Interaction.objects.count() == 1


def test_an_archive_tells_nobody() -> None:
    say(posted("Une vieille lettre"), at=api_touchpoint(), mode=Mode.ARCHIVE)
    assert not Happening.objects.exists()
    assert not Leaving.objects.exists()
    assert LiveOutbox.objects.get().ref is None


def test_a_live_word_is_told() -> None:
    (word,) = say(posted("Bonjour"), at=api_touchpoint())
    assert Happening.objects.get(kind="word recorded").ref == word.pk
    assert LiveOutbox.objects.get(topic="words").ref == word.pk


def test_a_contradiction_between_score_and_words_is_surfaced() -> None:
    touchpoint = open_touchpoint(brand=lindelle(), kind="example", name="Bouton")
    press = b'{"id": "p1", "score": 1, "at": 1795176000, "comment": "Excellent accueil, vendeuse adorable, parfait"}'
    receive(touchpoint=touchpoint, deliveries=[Delivery(press, "p1")])
    process_waiting()
    assert Reading.objects.get().is_ambiguous


def test_bytes_that_are_no_text_do_not_stop_the_others() -> None:
    say(mail("Un."), b"\xff\x00\xfe" * 40, mail("Deux."), b"", at=mailbox())
    assert Interaction.objects.count() >= 2
