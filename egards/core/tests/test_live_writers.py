"""Writers whose transactions commit in another order than they wrote in: nobody who follows the numbers misses any.

The whole measure, with real processes, kills and tabs, is ``make test-live``.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection, transaction

from egards.core import live
from egards.core.models import LiveEvent, LiveOutbox

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, TRANSACTIONS, SEED = 4, 40, 20261123


def write(writer: int, kept: list[UUID]) -> None:
    """Publish in transactions that wait before they end; one in ten is rolled back."""
    chance = random.Random(SEED + writer)
    for number in range(TRANSACTIONS):
        refs = [UUID(int=writer * 10**6 + number * 10 + i) for i in range(chance.randint(1, 5))]
        is_kept = chance.random() > 0.1
        with transaction.atomic():
            live.publish("words", refs=refs)
            time.sleep(chance.uniform(0, 0.02))
            transaction.set_rollback(not is_kept)
        kept.extend(refs if is_kept else [])
    connection.close()


def begin(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_reader_who_follows_the_numbers_hears_all_that_was_committed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "TICK_SECONDS", 0.005)
    kept = [list[UUID]() for _ in range(WRITERS)]
    stop, heard, numbers = threading.Event(), list[UUID | None](), list[int]()

    def notify() -> None:
        live.notify_until(stop)
        connection.close()

    notifier = begin(notify)
    writers = [begin(lambda writer=n: write(writer, kept[writer])) for n in range(WRITERS)]  # type: ignore[misc]
    is_quiet = False
    while not is_quiet:
        is_quiet = not any(w.is_alive() for w in writers) and not LiveOutbox.objects.exists()
        for number, ref in (
            LiveEvent.objects.filter(number__gt=numbers[-1] if numbers else 0)
            .values_list("number", "ref")
            .order_by("number")
        ):
            numbers.append(number)
            heard.append(ref)
    stop.set()
    notifier.join()
    wanted = [ref for refs in kept for ref in refs]
    assert len(wanted) > WRITERS * TRANSACTIONS
    assert sorted(map(str, heard)) == sorted(map(str, wanted))
    assert all(after == before + 1 for before, after in pairwise(numbers))


def test_two_notifiers_never_number_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "TICK_SECONDS", 0.005)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [live._NOTIFIER_LOCK])
        stop = threading.Event()

        def notify() -> None:
            live.notify_until(stop)
            connection.close()

        other = begin(notify)
        live.publish("words")
        time.sleep(0.1)
        waiting = LiveOutbox.objects.count()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [live._NOTIFIER_LOCK])
    stop.set()
    other.join()
    assert waiting == 1


def test_more_than_one_go_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_MOVED", 2)
    refs = [UUID(int=n) for n in (5, 3, 4, 1, 2)]
    live.publish("words", refs=refs)
    assert [live.move_outbox() for _ in range(4)] == [2, 2, 1, 0]
    assert list(LiveEvent.objects.order_by("number").values_list("ref", flat=True)) == refs
