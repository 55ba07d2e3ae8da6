"""The way of one word, on one screen: bytes that wait become words, customers, readings. Whole batches at a time.

A step may run twice: an arrival is taken from the waiting list in the transaction that writes what became of it.
A batch that fails is cut in two until the poison item stands alone; it goes to quarantine, the rest goes in.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from egards.core import live
from egards.core.clock import now
from egards.core.copy import copy_rows
from egards.core.happenings import happened
from egards.customers.identify import identify
from egards.interactions.actions import Recorded, Word, record
from egards.interactions.blobs import read_bytes
from egards.interactions.doors import tally
from egards.interactions.forget import erase_copies_of_forgotten
from egards.interactions.models import Arrival, Mode, Outcome, Waiting
from egards.touchpoints.inbound import Inbound, Meta, Unreadable
from egards.touchpoints.models import Touchpoint
from egards.understanding.actions import WordToRead, mass_engine, read_words, score_on_unit
from egards.understanding.reading import Text

log = logging.getLogger("egards.intake")

BATCH = 1000
#: How often a batch is tried again when the database asks for it (deadlock, restart) before its items are suspected.
TRIES = 3


@dataclass(frozen=True, slots=True)
class ToProcess:
    """An arrival that waits, with its bytes."""

    arrival_id: UUID
    touchpoint: Touchpoint
    received_at: datetime
    mode: Mode
    raw: bytes
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Translated:
    """An arrival after its kind has read it: words, or the sentence that says why not."""

    item: ToProcess
    inbounds: tuple[Inbound, ...] = ()
    fault: str = ""


def process(arrivals: Sequence[ToProcess]) -> Counter[str]:
    """Read arrivals and write what became of them; return how many are stored, duplicate, quarantined."""
    mass_engine()  # an engine that cannot load is the house's fault, not the arrivals': it must stop us here
    return _store_or_isolate([translate(item) for item in arrivals])


def process_waiting(*, limit: int = BATCH) -> Counter[str]:
    """Process arrivals that wait, oldest first, until none is left that another worker has not taken."""
    total: Counter[str] = Counter()
    seen: set[UUID] = set()
    while True:
        waiting = Waiting.objects.exclude(pk__in=seen).order_by("pk").values_list("pk", flat=True)
        ids = list(waiting[:limit])
        if not ids:
            return total
        seen = set(ids)
        total += process(load(ids))


def load(arrival_ids: Sequence[UUID]) -> list[ToProcess]:
    """Return arrivals with their bytes, in order."""
    rows = Arrival.objects.filter(pk__in=arrival_ids).select_related("touchpoint__brand", "blob", "batch")
    return [
        ToProcess(
            row.pk, row.touchpoint, row.received_at, Mode(row.mode), read_bytes(row.blob),
            row.batch.options if row.batch else {},
        )
        for row in rows.order_by("pk")
    ]  # fmt: skip


def translate(item: ToProcess) -> Translated:
    """Let the kind read the bytes. Whatever goes wrong there is this item's fault, in a sentence."""
    touchpoint = item.touchpoint
    meta = Meta(item.received_at, touchpoint.region, {**touchpoint.settings, **item.options})
    try:
        inbounds = tuple(touchpoint.behaviour().parse(item.raw, meta))
    except Unreadable as fault:
        return Translated(item, fault=str(fault))
    except Exception as error:  # a kind may be anybody's code: its bug must not stop the others
        log.exception("arrival %s: kind %s failed", item.arrival_id, touchpoint.kind)
        return Translated(item, fault=_("The reader of this touchpoint failed: %s.") % type(error).__name__)
    if not inbounds:
        return Translated(item, fault=_("Nothing was said in this delivery."))
    return Translated(item, inbounds)


def _store_or_isolate(batch: Sequence[Translated]) -> Counter[str]:
    if not batch:
        return Counter()
    for attempt in range(1, TRIES + 1):
        try:
            return _store(batch)
        except OperationalError:
            if attempt == TRIES or not connection.is_usable():
                raise
        except (DatabaseError, ValueError) as error:
            if len(batch) == 1:
                log.warning("arrival %s quarantined: %s", batch[0].item.arrival_id, type(error).__name__)
                fault = _("It could not be stored: %s.") % type(error).__name__
                return _store([Translated(batch[0].item, fault=fault)])
            break
    middle = len(batch) // 2
    return _store_or_isolate(batch[:middle]) + _store_or_isolate(batch[middle:])


@transaction.atomic
def _store(batch: Sequence[Translated]) -> Counter[str]:
    mine = _take([t.item.arrival_id for t in batch])
    batch = [t for t in batch if t.item.arrival_id in mine]
    recorded = record(words=[_word(t, inbound) for t in batch for inbound in t.inbounds])
    identify(recorded=recorded)
    new = [r for r in recorded if r.is_new]
    read_words(words=[_to_read(r) for r in new])
    counts = _write_outcomes(batch, recorded)
    _tell(new)
    return counts


def _take(arrival_ids: Sequence[UUID]) -> set[UUID]:
    """Take arrivals from the waiting list; those another worker took first are not ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH mine AS (SELECT arrival_id FROM interactions_waiting WHERE arrival_id = ANY(%s)"
            " ORDER BY arrival_id FOR UPDATE)"
            " DELETE FROM interactions_waiting w USING mine WHERE w.arrival_id = mine.arrival_id"
            " RETURNING w.arrival_id",
            [list(arrival_ids)],
        )
        return {row[0] for row in cursor.fetchall()}


def _word(translated: Translated, inbound: Inbound) -> Word:
    item = translated.item
    return Word(item.arrival_id, item.touchpoint, item.received_at, item.mode, inbound)


def _to_read(recorded: Recorded) -> WordToRead:
    inbound = recorded.word.inbound
    score = score_on_unit(inbound.score, *(inbound.scale or (None, None)))
    text = Text(inbound.text, inbound.subject, score)
    return WordToRead(recorded.interaction_id, recorded.word.touchpoint.pk, text)


def _write_outcomes(batch: Sequence[Translated], recorded: Sequence[Recorded]) -> Counter[str]:
    """One outcome per arrival: stored when at least one of its words is new, else duplicate or quarantined."""
    by_arrival: dict[UUID, list[Recorded]] = {}
    for r in recorded:
        by_arrival.setdefault(r.word.arrival_id, []).append(r)
    at = now()
    rows = []
    per_touchpoint: dict[UUID, Counter[str]] = {}
    for t in batch:
        words = by_arrival.get(t.item.arrival_id, [])
        status, word = _outcome(t, words)
        touchpoint_id = t.item.touchpoint.pk
        rows.append((t.item.arrival_id, touchpoint_id, str(status), word and word.interaction_id, t.fault, at))
        per_touchpoint.setdefault(touchpoint_id, Counter())[str(status)] += 1
    copy_rows(Outcome, ("arrival", "touchpoint", "status", "interaction", "reason", "at"), rows)
    copies = [row[0] for row in rows if row[2] == Outcome.Status.DUPLICATE]
    if copies:
        erase_copies_of_forgotten(copies)
    for touchpoint_id, counts in per_touchpoint.items():
        tally(touchpoint_id=touchpoint_id, counts=counts, at=at)
    return sum(per_touchpoint.values(), Counter())


def _outcome(translated: Translated, words: Sequence[Recorded]) -> tuple[Outcome.Status, Recorded | None]:
    if translated.fault:
        return Outcome.Status.QUARANTINED, None
    new = next((w for w in words if w.is_new), None)
    return (Outcome.Status.STORED, new) if new else (Outcome.Status.DUPLICATE, words[0])


def _tell(new: Sequence[Recorded]) -> None:
    """Tell open screens and followers. Archives only say that there is more to see; nothing follows from them."""
    for touchpoint_id in {r.word.touchpoint.pk for r in new}:
        words = [r for r in new if r.word.touchpoint.pk == touchpoint_id]
        refs = [r.interaction_id for r in words if r.mode == Mode.LIVE]
        live.publish("words", touchpoint_id=touchpoint_id, refs=refs or [None])
    happened("word recorded", [r.interaction_id for r in new if r.mode == Mode.LIVE])
