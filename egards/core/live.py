"""The live stream: an outbox row in the writing transaction, numbered after commit by the notifier alone.

``pg_notify`` in the writing transaction costs three quarters of the commits per second; so writers only insert,
and one notifier (an advisory lock says which) moves committed rows to the stream and wakes listeners at most once
per tick. A client that reconnects with the last number it saw gets exactly what it missed.

Transactions commit in another order than they wrote in, so a row's ``id`` says nothing. Its number does: it is given
once the row can be seen, by one statement after another, so that whoever sees number n sees all those below it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Max

from egards.core.clock import is_moved, now
from egards.core.models import LiveEvent, LiveOutbox

log = logging.getLogger("egards.live")

CHANNEL = "egards_live"
TICK_SECONDS = 0.1
KEPT_HOURS = 24
_NOTIFIER_LOCK = 0x45474C49  # "EGLI"

#: As many are numbered in one go, and told by one NOTIFY.
MOST_MOVED = 5000

_MOVE = """
WITH moved AS (DELETE FROM core_liveoutbox WHERE id IN (SELECT id FROM core_liveoutbox ORDER BY id LIMIT %s)
               RETURNING id, topic, ref, touchpoint_id, member_id),
     last AS (SELECT coalesce(max(number), 0) AS number FROM core_liveevent),
     ranked AS (SELECT row_number() OVER (ORDER BY id) AS rank, topic, ref, touchpoint_id, member_id FROM moved)
INSERT INTO core_liveevent (number, topic, ref, touchpoint_id, member_id, at)
SELECT last.number + ranked.rank, topic, ref, touchpoint_id, member_id, now() FROM ranked, last
RETURNING number
"""

_BEFORE = """
SELECT coalesce((SELECT number - 1 FROM core_liveevent WHERE at >= now() - make_interval(secs => %s)
                 ORDER BY at, number LIMIT 1), (SELECT max(number) FROM core_liveevent), 0)
"""


def publish(
    topic: str,
    *,
    touchpoint_id: UUID | None = None,
    member_id: UUID | None = None,
    refs: Iterable[UUID | None] = (None,),
) -> None:
    """Tell open screens, once this transaction commits, that something under ``topic`` changed.

    With ``member_id`` that member alone hears it; without, everybody who may see the touchpoint. While the clock is
    moved nobody hears anything: what is told then is the past.
    """
    if is_moved():
        return
    LiveOutbox.objects.bulk_create(
        LiveOutbox(topic=topic, ref=ref, touchpoint_id=touchpoint_id, member_id=member_id) for ref in refs
    )


def move_outbox() -> int:
    """Number and publish what was committed since the last tick; return how many events, at most ``MOST_MOVED``."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [MOST_MOVED])
        numbers = [row[0] for row in cursor.fetchall()]
        if numbers:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(max(numbers))])
    return len(numbers)


def number_before(seconds: float) -> int:
    """Return the number of the last event that was published at least ``seconds`` ago, by the base's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [seconds])
        (number,) = cursor.fetchone() or (0,)
    return int(number)


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
        while move_outbox() == MOST_MOVED and not stop.is_set():
            pass  # there is more than one go
        if now() - last_sweep > timedelta(hours=1):
            sweep_events()
            last_sweep = now()
