"""The way of one word, on one screen: bytes that wait become words, customers, readings. Whole batches at a time.

A step may run twice: an arrival leaves the waiting list in the transaction that writes what became of it.
A batch that fails is cut in two until the poison item stands alone; it goes to quarantine, the rest goes in.
"""

from __future__ import annotations

import logging
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from egards.conversations.actions.routing import route
from egards.core import live
from egards.core.clock import now
from egards.core.copy import copy_rows
from egards.core.happenings import happened
from egards.customers.identify import identify
from egards.intake.settling import settled
from egards.intake.waiting import at_work, slices, take, take_deadly
from egards.interactions.actions import Recorded, Word, record
from egards.interactions.blobs import read_bytes
from egards.interactions.doors import tally
from egards.interactions.forget import erase_copies_of_forgotten
from egards.interactions.models import Arrival, Blob, Mode, Outcome
from egards.interactions.reachable import heard_from
from egards.interactions.sending import note_bounce
from egards.measures.actions import touch_days
from egards.measures.days import day_of
from egards.touchpoints.inbound import Inbound, Meta, Unreadable
from egards.touchpoints.models import Touchpoint
from egards.understanding.actions import ReadWord, score_on_unit, write_readings
from egards.understanding.engines.taught import Teaching
from egards.understanding.in_force import engine_of, teaching_in_force
from egards.understanding.reading import Engine, Reading, Text

log = logging.getLogger("egards.intake")

BATCH = 1000
#: How often a batch is tried again when the database asks for it (deadlock, restart) before its items are suspected.
TRIES = 5
#: Two writers that stopped each other wait a different while, else they meet again at the same row (seconds, doubled).
_ASIDE = 0.02


@dataclass(frozen=True, slots=True)
class ToProcess:
    """An arrival that waits, with its bytes, or the sentence that says why they cannot be had."""

    arrival_id: UUID
    touchpoint: Touchpoint
    received_at: datetime
    mode: Mode
    raw: bytes
    options: dict[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """An arrival after its kind and the mass engine: words with their readings, or the sentence that says why not."""

    item: ToProcess
    inbounds: tuple[Inbound, ...] = ()
    readings: tuple[Reading, ...] = ()
    fault: str = ""


def process(arrivals: Sequence[ToProcess]) -> Counter[str]:
    """Read arrivals and write what became of them; return how many are stored, duplicate, quarantined."""
    return store(understand(arrivals, teaching_in_force()))


def understand(arrivals: Sequence[ToProcess], teaching: Teaching | None) -> list[Understood]:
    """Translate and read a whole batch; touches no database, so that it may run beside the writing of another.

    ``teaching`` is what members taught the engine, None as shipped.
    """
    return _read_together(engine_of(teaching), [translate(item) for item in arrivals])


def store(batch: Sequence[Understood]) -> Counter[str]:
    """Write what became of a batch. When it fails, wait for the other writer, then cut it in two until it passes."""
    if not batch:
        return Counter()
    for attempt in range(1, TRIES + 1):
        try:
            return _store(batch)
        except Exception as error:  # what a kind or a customer hands over may fail anywhere
            is_passing = _is_passing(error)
            if attempt < TRIES and (is_passing or isinstance(error, IntegrityError)):
                time.sleep(random.uniform(0, _ASIDE * 2**attempt))
                continue  # another writer was first: look again
            if is_passing:
                raise
            if len(batch) == 1:
                return _quarantine(batch[0], error)
            break
    middle = len(batch) // 2
    return store(batch[:middle]) + store(batch[middle:])


def process_waiting(*, limit: int = BATCH, between: Callable[[], object] = lambda: None) -> Counter[str]:
    """Process arrivals that wait, live ones and oldest first, until none is left that another reader has not taken.

    ``between`` is called after each batch: what follows from words does not wait for the last of them.
    """
    total: Counter[str] = Counter()
    with at_work() as reader:
        while taken := take(reader, limit=limit):
            for some in slices(taken):
                total += process(load(some))
            between()
        fault = _("Reading it stopped the reader several times: it was set aside unread.")
        for item in load(take_deadly(reader), is_to_be_read=False):
            log.error("arrival %s set aside: its readers died", item.arrival_id)
            total += store([Understood(item, fault=fault)])
    return total


def load(arrival_ids: Sequence[UUID], *, is_to_be_read: bool = True) -> list[ToProcess]:
    """Return arrivals with their bytes, in order; without them when they are not to be read."""
    related = ("touchpoint__brand", "batch", *(("blob",) if is_to_be_read else ()))
    rows = Arrival.objects.filter(pk__in=arrival_ids).select_related(*related).order_by("pk")
    return [_with_bytes(row, *(_bytes_of(row.blob) if is_to_be_read else (b"", ""))) for row in rows]


def _with_bytes(row: Arrival, raw: bytes, fault: str) -> ToProcess:
    options = row.batch.options if row.batch else {}
    return ToProcess(row.pk, row.touchpoint, row.received_at, Mode(row.mode), raw, options, fault)


def _bytes_of(blob: Blob) -> tuple[bytes, str]:
    try:
        return read_bytes(blob), ""
    except OSError as error:
        log.error("blob %s cannot be read: %s", blob.pk, type(error).__name__)
        return b"", _("Its bytes cannot be read from the disk. Bring the file back from a backup, then replay it.")


def _read_together(engine: Engine, translated: Sequence[Understood]) -> list[Understood]:
    """Read a batch with the engine. When it fails, cut it in two until the word that it cannot read stands alone."""
    try:
        texts = [_to_read(inbound) for t in translated for inbound in t.inbounds]
        readings = iter(engine.read(texts))
        return [Understood(t.item, t.inbounds, tuple(islice(readings, len(t.inbounds))), t.fault) for t in translated]
    except Exception as error:  # one word's bug must not stop the others
        if len(translated) == 1:
            log.error("arrival %s: the engine failed: %s", translated[0].item.arrival_id, type(error).__name__)
            return [Understood(translated[0].item, fault=_("The engine could not read it: %s.") % type(error).__name__)]
    middle = len(translated) // 2
    return _read_together(engine, translated[:middle]) + _read_together(engine, translated[middle:])


def _is_passing(error: Exception) -> bool:
    """Say whether a fault is not the words': a deadlock, a restart, a full disk. A limit of the base is (class 54)."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return not str(getattr(error.__cause__, "sqlstate", None) or "").startswith("54")
    return isinstance(error, OSError)


def _quarantine(understood: Understood, error: Exception) -> Counter[str]:
    log.warning("arrival %s quarantined: %s", understood.item.arrival_id, type(error).__name__)
    return _store([Understood(understood.item, fault=_("It could not be stored: %s.") % type(error).__name__)])


def translate(item: ToProcess) -> Understood:
    """Let the kind read the bytes. Whatever goes wrong there is this item's fault, in a sentence."""
    if item.fault:
        return Understood(item, fault=item.fault)
    touchpoint = item.touchpoint
    meta = Meta(item.received_at, touchpoint.region, {**touchpoint.settings, **item.options}, item.mode == Mode.LIVE)
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
    batch = _settle([u for u in batch if u.item.arrival_id in mine])
    recorded = record(words=[_word(u, inbound) for u in batch for inbound in u.inbounds])
    customers = identify(recorded=recorded)
    readings = [reading for u in batch for reading in u.readings]
    write_readings(readings=[_read(r, reading) for r, reading in zip(recorded, readings, strict=True) if r.is_new])
    route(recorded=recorded, customers=customers)
    touch_days((r.word.touchpoint.pk, day_of(r.happened_at)) for r in recorded if r.is_new)
    _hear([r for r in recorded if r.is_new and r.mode == Mode.LIVE])
    counts = _write_outcomes(batch, recorded)
    _tell([r for r in recorded if r.is_new])
    return counts


def _settle(batch: Sequence[Understood]) -> list[Understood]:
    """Say of each word what only this house knows; one that turns out to have other words is read again."""
    known = iter(settled([inbound for u in batch for inbound in u.inbounds]))
    found = []
    for u in batch:
        inbounds = tuple(islice(known, len(u.inbounds)))
        readings = u.readings
        if [one.text for one in inbounds] != [one.text for one in u.inbounds]:
            readings = tuple(engine_of(teaching_in_force()).read([_to_read(one) for one in inbounds]))
        found.append(Understood(u.item, inbounds, readings, u.fault))
    return found


def _hear(live_words: Sequence[Recorded]) -> None:
    """Letters that came back are noted; an address that somebody writes from receives again."""
    for r in live_words:
        if r.word.inbound.bounced:
            is_gone = any(one.is_gone for one in r.word.inbound.came_back)
            note_bounce(delivery_id=UUID(r.word.inbound.bounced), is_gone=is_gone)
    heard_from([handle.id for r in live_words for handle in r.authors if handle.kind == "email"])


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
