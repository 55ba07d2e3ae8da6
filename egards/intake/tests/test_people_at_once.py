"""People identified while other things happen to them: another batch, a join, a separation. Real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from egards.customers import identify as identifying
from egards.customers.actions import add_to_timeline, merge_customers, split_handle
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.intake import pipeline
from egards.intake.pipeline import load, process
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Handle, Interaction
from egards.touchpoints.models import Touchpoint
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Run ``act`` on a connection of its own; wait for its end when the block is over."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(30)
    assert not thread.is_alive()
    if failures:
        raise failures[0]


def hold_between(monkeypatch: pytest.MonkeyPatch, entered: threading.Event, go_on: threading.Event) -> None:
    """Make the next batch stop for a moment, when it knows whose the words are and has not written it yet."""
    real = add_to_timeline

    def late(**said: Any) -> None:
        entered.set()
        go_on.wait(3)
        real(**said)

    monkeypatch.setattr(identifying, "add_to_timeline", late)


def customer_with(**handle: str) -> Customer:
    ((kind, value),) = handle.items()
    return Identity.objects.get(handle__kind=kind, handle__value=value, ended_at=None).customer


def hand_over(touchpoint: Touchpoint, *raws: bytes) -> Sequence[pipeline.ToProcess]:
    received = receive(touchpoint=touchpoint, deliveries=[Delivery(raw) for raw in raws])
    return load([r.arrival_id for r in received])


def test_a_word_that_comes_in_during_a_separation_follows_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    touchpoint = api_touchpoint()
    say(posted("par téléphone", phone="0261910412"), at=touchpoint)
    say(posted("les deux", phone="0261910412", email="paul@client.example"), at=touchpoint)
    customer = customer_with(email="paul@client.example")
    handle = Handle.objects.get(kind="email")
    items = hand_over(touchpoint, posted("pendant la séparation", email="paul@client.example"))
    entered, go_on = threading.Event(), threading.Event()
    hold_between(monkeypatch, entered, go_on)

    def separate() -> None:
        assert entered.wait(10)
        threading.Timer(0.5, go_on.set).start()
        split_handle(customer=customer, handle=handle, by=None)

    with meanwhile(separate):
        process(items)
    word = Interaction.objects.get(content__text="pendant la séparation")
    assert TimelineEntry.objects.get(ref=word.pk).customer == customer_with(email="paul@client.example")


def test_two_batches_at_once_do_not_give_one_person_two_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    touchpoint = api_touchpoint()
    say(posted("par téléphone", phone="0261910412"), at=touchpoint)
    one = hand_over(touchpoint, posted("un", email="odile@client.example", phone="0261910412"))
    two = hand_over(touchpoint, posted("deux", email="paul@client.example", phone="0261910412"))
    entered, go_on = threading.Event(), threading.Event()
    hold_between(monkeypatch, entered, go_on)

    def other_batch() -> None:
        assert entered.wait(10)
        threading.Timer(0.5, go_on.set).start()
        process(two)

    with meanwhile(other_batch):
        process(one)
    assert customer_with(email="odile@client.example") != customer_with(email="paul@client.example")


def test_a_person_joined_by_hand_counts_with_all_their_addresses() -> None:
    touchpoint = api_touchpoint()
    say(posted("un", email="odile@client.example"), posted("deux", phone="0261910412"), at=touchpoint)
    odile, caller = customer_with(email="odile@client.example"), customer_with(phone="+33261910412")
    merge_customers(kept=odile, joined=caller, by=None)
    say(posted("trois", email="paul@client.example", phone="0261910412"), at=touchpoint)
    assert customer_with(email="paul@client.example") not in (odile, caller)


def test_the_number_of_questions_does_not_grow_with_the_batch() -> None:
    touchpoint = api_touchpoint()
    asked = []
    for n in (2, 40):
        raws = [posted(f"mot {i}", email=f"p{n}-{i}@client.example", phone=f"0261{n:02}{i:04}") for i in range(n)]
        items = hand_over(touchpoint, *raws)
        with CaptureQueriesContext(connection) as queries:
            process(items)
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 2
