"""The way of one word, on one screen: bytes that wait become words, customers, readings. Whole batches at a time.

A step may run twice: an arrival is taken from the waiting list in the transaction that writes what became of it.
A batch that fails is cut in two until the poison item stands alone; it goes to quarantine, the rest goes in.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
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
from egards.understanding.actions import ReadWord, mass_engine, score_on_unit, write_readings
from egards.understanding.reading import Reading, Text

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
class Understood:
    """An arrival after its kind and the mass engine: words with their readings, or the sentence that says why not."""

    item: ToProcess
    inbounds: tuple[Inbound, ...] = ()
    readings: tuple[Reading, ...] = ()
    fault: str = ""


def process(arrivals: Sequence[ToProcess]) -> Counter[str]:
    """Read arrivals and write what became of them; return how many are stored, duplicate, quarantined."""
    return store(understand(arrivals))


def understand(arrivals: Sequence[ToProcess]) -> list[Understood]:
    """Translate and read a whole batch; touches no database, so that it may run beside the writing of another."""
    translated = [translate(item) for item in arrivals]
    texts = [_to_read(inbound) for t in translated for inbound in t.inbounds]
    readings = iter(mass_engine().read(texts))
    return [Understood(t.item, t.inbounds, tuple(islice(readings, len(t.inbounds))), t.fault) for t in translated]


def store(batch: Sequence[Understood]) -> Counter[str]:
    """Write what became of a batch. When it fails, wait for the other writer, then cut it in two until it passes."""
    if not batch:
        return Counter()
    for attempt in range(1, TRIES + 1):
        try:
            return _store(batch)
        except OperationalError:  # a deadlock, a restart: not the words' fault
            if attempt == TRIES:
                raise
        except (DatabaseError, ValueError) as error:
            if isinstance(error, IntegrityError) and attempt < TRIES:
                continue  # another writer was first: look again
            if len(batch) == 1:
                return _quarantine(batch[0], error)
            break
    middle = len(batch) // 2
    return store(batch[:middle]) + store(batch[middle:])


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


def _quarantine(understood: Understood, error: Exception) -> Counter[str]:
    log.warning("arrival %s quarantined: %s", understood.item.arrival_id, type(error).__name__)
    return _store([Understood(understood.item, fault=_("It could not be stored: %s.") % type(error).__name__)])


def translate(item: ToProcess) -> Understood:
    """Let the kind read the bytes. Whatever goes wrong there is this item's fault, in a sentence."""
    touchpoint = item.touchpoint
    meta = Meta(item.received_at, touchpoint.region, {**touchpoint.settings, **item.options})
    try:
        inbounds = tuple(touchpoint.behaviour().parse(item.raw, meta))
    except Unreadable as fault:
        return Understood(item, fault=str(fault))
    except Exception as error:  # a kind may be anybody's code: its bug must not stop the others
        # the error's own message may carry the customer's words: only its type and place are logged
        where = traceback.extract_tb(error.__traceback__)[-1]
        log.error("arrival %s: %s at %s:%s", item.arrival_id, type(error).__name__, where.filename, where.lineno)
        return Understood(item, fault=_("The reader of this touchpoint failed: %s.") % type(error).__name__)
    if not inbounds:
        return Understood(item, fault=_("Nothing was said in this delivery."))
    return Understood(item, inbounds)


def _to_read(inbound: Inbound) -> Text:
    return Text(inbound.text, inbound.subject, score_on_unit(inbound.score, *(inbound.scale or (None, None))))


@transaction.atomic
def _store(batch: Sequence[Understood]) -> Counter[str]:
    mine = _take([u.item.arrival_id for u in batch])
    batch = [u for u in batch if u.item.arrival_id in mine]
    recorded = record(words=[_word(u, inbound) for u in batch for inbound in u.inbounds])
    identify(recorded=recorded)
    readings = [reading for u in batch for reading in u.readings]
    write_readings(readings=[_read(r, reading) for r, reading in zip(recorded, readings, strict=True) if r.is_new])
    counts = _write_outcomes(batch, recorded)
    _tell([r for r in recorded if r.is_new])
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


def _word(understood: Understood, inbound: Inbound) -> Word:
    item = understood.item
    return Word(item.arrival_id, item.touchpoint, item.received_at, item.mode, inbound)


def _read(recorded: Recorded, reading: Reading) -> ReadWord:
    return ReadWord(recorded.interaction_id, recorded.word.touchpoint.pk, reading)


def _write_outcomes(batch: Sequence[Understood], recorded: Sequence[Recorded]) -> Counter[str]:
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


def _outcome(understood: Understood, words: Sequence[Recorded]) -> tuple[Outcome.Status, Recorded | None]:
    if understood.fault:
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
