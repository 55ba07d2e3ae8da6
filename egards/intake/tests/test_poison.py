"""One bad word never stops the others (R7): whatever fails, wherever, and even when it takes the process with it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import connection

from egards.accounts.scope import Scope
from egards.intake import pipeline, waiting
from egards.intake.pipeline import ToProcess, process_waiting, translate
from egards.interactions.blobs import blobs_folder
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Arrival, Interaction, Outcome, Waiting
from egards.interactions.queries import recounted_law, whole_law
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.inbound import Inbound, Meta
from egards.touchpoints.kinds.example import Example
from egards.touchpoints.models import Touchpoint
from egards.understanding.actions import mass_engine
from tests.builders import NOON, api_touchpoint, lindelle, mail, mailbox, posted, say

pytestmark = pytest.mark.django_db

#: Letters of four bytes; a compound and its parts are all kept by the search document.
GOTHIC = [chr(0x10330 + n) for n in range(20)]


class Killed(BaseException):
    """The process ends here: nothing is caught, nothing more is written."""


@pytest.fixture(autouse=True)
def _the_law_holds_after_each_test() -> Iterator[None]:
    yield
    law = whole_law(Scope.house())
    assert law.holds, law
    assert recounted_law() == law


def held() -> list[str]:
    return list(Outcome.objects.filter(status="quarantined").values_list("reason", flat=True))


def wait_at(touchpoint: Touchpoint, *raws: bytes) -> list[Arrival]:
    received = receive(touchpoint=touchpoint, deliveries=[Delivery(raw, str(n)) for n, raw in enumerate(raws)])
    return [Arrival.objects.get(pk=r.arrival_id) for r in received]


def test_a_word_that_the_engine_cannot_read_is_alone_in_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = mass_engine()

    class Fragile:
        name, version = engine.name, engine.version

        def read(self, texts: list[object]) -> object:
            if any("poison" in text.text for text in texts):  # type: ignore[attr-defined]
                raise RecursionError
            return engine.read(texts)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "engine_of", lambda teaching: Fragile())
    say(*[posted("poison" if n == 5 else f"mot {n}", id=str(n)) for n in range(12)], at=api_touchpoint())
    assert Interaction.objects.count() == 11
    assert len(held()) == 1


def test_a_kind_that_hands_over_what_nobody_expects_is_alone_in_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(self: Example, raw: bytes, meta: Meta) -> list[Inbound]:
        return [Inbound(text=raw.decode(), happened_at=NOON.replace(tzinfo=None))]

    monkeypatch.setattr(Example, "parse", careless)
    wait_at(open_touchpoint(brand=lindelle(), kind="example", name="Bouton"), b"un")
    wait_at(api_touchpoint(), posted("deux"))
    process_waiting()
    assert Interaction.objects.count() == 1
    assert len(held()) == 1


def test_a_mail_too_rich_for_the_search_document_stops_nobody() -> None:
    some = random.Random(7)
    words = ("".join(some.choices(GOTHIC, k=6)) + "-" + "".join(some.choices(GOTHIC, k=6)) for _ in range(15_000))
    rich = mail(" ".join(words), Message_ID="<riche@a.example>")
    say(mail("Un.", Message_ID="<1@a.example>"), rich, mail("Deux.", Message_ID="<2@a.example>"), at=mailbox())
    assert Interaction.objects.count() == 2
    assert len(held()) == 1


def test_bytes_that_are_not_on_the_disk_any_more_stop_nobody(tmp_path: Path, settings: LazySettings) -> None:
    settings.EGARDS_HOME = tmp_path
    lost, _other = wait_at(mailbox(), mail("a" * 300_000), mail("Deux.", Message_ID="<2@a.example>"))
    (blobs_folder() / lost.blob.path).unlink()
    process_waiting()
    assert Interaction.objects.count() == 1
    assert "octets" in held()[0] or "bytes" in held()[0]


def test_a_word_that_kills_its_reader_ends_in_quarantine_and_the_others_go_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(item: ToProcess) -> object:
        if b"poison" in item.raw:
            raise Killed
        return translate(item)

    wait_at(api_touchpoint(), *[posted("poison" if n == 3 else f"mot {n}", id=str(n)) for n in range(8)])
    monkeypatch.setattr(pipeline, "translate", deadly)
    deaths = 0
    while Waiting.objects.exists():
        assert deaths < 10
        try:
            process_waiting()
        except Killed:
            deaths += 1
    assert Interaction.objects.count() == 7
    assert len(held()) == 1


def test_what_a_reader_at_work_has_taken_is_left_to_it() -> None:
    wait_at(api_touchpoint(), posted("un", id="1"), posted("deux", id="2"))
    with waiting.at_work() as reader:
        assert len(waiting.take(reader, limit=1)) == 1
        assert len(waiting.take(reader, limit=10)) == 1
        assert waiting.take(reader, limit=10) == []
    process_waiting()
    assert Interaction.objects.count() == 2


def test_no_more_is_taken_than_was_asked_by_a_base_that_believes_nothing_waits() -> None:
    touchpoint = api_touchpoint()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE interactions_waiting")  # as a house at rest: the plan then differs
    wait_at(touchpoint, *[posted(f"mot {n}", id=str(n)) for n in range(5)])
    with waiting.at_work() as reader:
        assert len(waiting.take(reader, limit=1)) == 1
        assert len(waiting.take(reader, limit=2)) == 2


def test_what_waits_is_read_in_slices_that_fit_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    monkeypatch.setattr(waiting, "SLICE_BYTES", 2500)
    real = pipeline.load

    def counted(arrival_ids: list[UUID], **asked: bool) -> list[ToProcess]:
        items = real(arrival_ids, **asked)
        read.append(sum(len(item.raw) for item in items))
        return items

    monkeypatch.setattr(pipeline, "load", counted)
    wait_at(api_touchpoint(), *[posted("x" * 900 + str(n), id=str(n)) for n in range(9)])
    process_waiting()
    assert Interaction.objects.count() == 9
    assert len(read) > 3
    assert max(read) < 4000
