"""The numbers of the live stream only ever grow, so that a screen that comes back gets exactly what it missed."""

from __future__ import annotations

from datetime import timedelta

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
