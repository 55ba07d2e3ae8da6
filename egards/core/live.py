"""The live stream: an outbox row in the writing transaction, numbered after commit by the notifier alone.

``pg_notify`` in the writing transaction costs three quarters of the commits per second; so writers only insert,
and one notifier (an advisory lock says which) moves committed rows to the stream and wakes listeners at most once
per tick. A client that reconnects with the last number it saw gets exactly what it missed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Max

from egards.core.clock import now
from egards.core.models import LiveEvent, LiveOutbox

log = logging.getLogger("egards.live")

CHANNEL = "egards_live"
TICK_SECONDS = 0.1
KEPT_HOURS = 24
_NOTIFIER_LOCK = 0x45474C49  # "EGLI"

_MOVE = """
WITH moved AS (DELETE FROM core_liveoutbox WHERE id IN (SELECT id FROM core_liveoutbox ORDER BY id LIMIT 5000)
               RETURNING id, topic, ref, touchpoint_id),
     last AS (SELECT coalesce(max(number), 0) AS number FROM core_liveevent),
     ranked AS (SELECT row_number() OVER (ORDER BY id) AS rank, topic, ref, touchpoint_id FROM moved)
INSERT INTO core_liveevent (number, topic, ref, touchpoint_id, at)
SELECT last.number + ranked.rank, topic, ref, touchpoint_id, now() FROM ranked, last
RETURNING number
"""


def publish(topic: str, *, touchpoint_id: UUID | None = None, refs: Iterable[UUID | None] = (None,)) -> None:
    """Tell open screens, once this transaction commits, that something under ``topic`` changed."""
    LiveOutbox.objects.bulk_create(LiveOutbox(topic=topic, ref=ref, touchpoint_id=touchpoint_id) for ref in refs)


def move_outbox() -> int:
    """Number and publish what has been committed since the last tick; return how many events."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE)
        numbers = [row[0] for row in cursor.fetchall()]
        if numbers:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(max(numbers))])
    return len(numbers)


def sweep_events() -> None:
    """Forget old events, except the last one of all: the next number is given after it, however quiet the house was."""
    last = LiveEvent.objects.aggregate(number=Max("number"))["number"] or 0
    LiveEvent.objects.filter(at__lt=now() - timedelta(hours=KEPT_HOURS), number__lt=last).delete()


def notify_until(stop: threading.Event) -> None:
    """Run the notifier until ``stop`` is set. Only the holder of the advisory lock publishes; others wait."""
    last_sweep = now()
    while not stop.wait(TICK_SECONDS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_NOTIFIER_LOCK])
            (is_notifier,) = cursor.fetchone() or (False,)
        if not is_notifier:
            stop.wait(2)
            continue
        move_outbox()
        if now() - last_sweep > timedelta(hours=1):
            sweep_events()
            last_sweep = now()
