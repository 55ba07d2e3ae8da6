"""Several doors at once: the same bytes, in any order, by several writers. Real transactions."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from egards.accounts.scope import Scope
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Arrival, Blob
from egards.interactions.queries import recounted_law, whole_law
from egards.touchpoints.models import Touchpoint
from tests.builders import api_touchpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_writers_with_the_same_bytes_in_opposite_orders_do_not_stop_each_other() -> None:
    touchpoint = api_touchpoint()
    start = threading.Barrier(2)
    failures: list[BaseException] = []

    def write(touchpoint: Touchpoint, *, backwards: bool) -> None:
        try:
            for turn in range(4):
                deliveries = [Delivery(b"mot %d %d" % (turn, n) * 20) for n in range(400)]
                start.wait(10)
                receive(touchpoint=touchpoint, deliveries=deliveries[::-1] if backwards else deliveries)
        except BaseException as error:
            failures.append(error)
            start.abort()
        finally:
            connections.close_all()

    writers = [
        threading.Thread(target=write, args=(touchpoint,), kwargs={"backwards": backwards})
        for backwards in (False, True)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert failures == []
    assert Arrival.objects.count() == Blob.objects.count() == 1600
    assert whole_law(Scope.house()) == recounted_law()
