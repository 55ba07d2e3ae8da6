"""The numbers of the live stream only ever grow, so that a screen that comes back gets exactly what it missed."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from egards.core import live
from egards.core.clock import now
from egards.core.models import LiveEvent

pytestmark = pytest.mark.django_db


def test_numbers_go_on_after_a_quiet_week() -> None:
    live.publish("words", refs=[None, None, None])
    assert live.move_outbox() == 3
    LiveEvent.objects.update(at=now() - timedelta(days=7))
    live.sweep_events()
    live.publish("words")
    live.move_outbox()
    assert LiveEvent.objects.order_by("number").last() == LiveEvent(number=4)


def test_what_is_older_than_a_day_is_swept() -> None:
    live.publish("words", refs=[None, None])
    live.move_outbox()
    LiveEvent.objects.filter(number=1).update(at=now() - timedelta(days=2))
    live.sweep_events()
    assert list(LiveEvent.objects.values_list("number", flat=True)) == [2]


def test_an_event_keeps_whom_it_is_for() -> None:
    touchpoint, member, ref = uuid4(), uuid4(), uuid4()
    live.publish("conversation", touchpoint_id=touchpoint, refs=[ref])
    live.publish("notice", member_id=member, refs=[ref])
    live.move_outbox()
    found = LiveEvent.objects.order_by("number").values_list("topic", "ref", "touchpoint_id", "member_id")
    assert list(found) == [("conversation", ref, touchpoint, None), ("notice", ref, None, member)]


def test_where_the_stream_stood_so_long_ago() -> None:
    assert live.number_before(60) == 0
    live.publish("words", refs=[None, None, None])
    live.move_outbox()
    assert live.number_before(60) == 0
    LiveEvent.objects.filter(number__lte=2).update(at=now() - timedelta(minutes=5))
    assert live.number_before(60) == 2
    LiveEvent.objects.update(at=now() - timedelta(minutes=5))
    assert live.number_before(60) == 3
