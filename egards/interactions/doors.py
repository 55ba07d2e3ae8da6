"""Doors: how bytes come in. Generic, never per kind. Raw first: stored and committed, then acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from egards.core.clock import now
from egards.core.copy import copy_rows
from egards.core.crypto import keyed_hash
from egards.core.ids import new_id
from egards.interactions.blobs import blob_digest, keep_bytes
from egards.interactions.models import Arrival, Batch, Mode, Tally, Waiting
from egards.touchpoints.models import Touchpoint

#: How often a batch is tried again when another writer stored the same bytes at the same moment.
RACES = 5


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery at the door: its bytes, and how the other side knows it (never empty: see ``transport_key``)."""

    raw: bytes
    key: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery that is now safe: its arrival's id, and whether it is new (not seen before under its key)."""

    arrival_id: UUID
    is_new: bool
    delivery: Delivery
    received_at: datetime


def receive(
    *,
    touchpoint: Touchpoint,
    deliveries: Sequence[Delivery],
    mode: Mode = Mode.LIVE,
    batch: Batch | None = None,
    received_at: datetime | None = None,
) -> list[Received]:
    """Store deliveries, once per transport key, and commit; only then may the other side be told « received ».

    A key already known at this touchpoint is the same delivery again: nothing is stored, nothing counted twice.
    """
    at = received_at or now()
    for _race in range(RACES):
        try:
            with transaction.atomic():
                return _receive(touchpoint, deliveries, mode, batch, at)
        except IntegrityError:
            continue  # another writer stored the same key or bytes first: look again
    with transaction.atomic():
        return _receive(touchpoint, deliveries, mode, batch, at)


def refuse(*, touchpoint: Touchpoint, n: int = 1) -> None:
    """Count deliveries turned away at the door (bad signature, too large): received and refused."""
    tally(touchpoint_id=touchpoint.pk, counts={"received": n, "refused": n}, at=now())


def transport_key(delivery: Delivery, digest: bytes) -> bytes:
    """Return the keyed hash under which a delivery is known; without a key of its own, by its bytes."""
    return keyed_hash("transport", delivery.key) if delivery.key else keyed_hash("transport bytes", digest)


def tally(*, touchpoint_id: UUID, counts: dict[str, int], at: datetime) -> None:
    """Append counts to the law's figures, in the caller's transaction."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    Tally.objects.bulk_create(
        Tally(touchpoint_id=touchpoint_id, hour=hour, status=status, n=n) for status, n in counts.items() if n
    )


def _receive(
    touchpoint: Touchpoint, deliveries: Sequence[Delivery], mode: Mode, batch: Batch | None, at: datetime
) -> list[Received]:
    digests = [blob_digest(d.raw) for d in deliveries]
    keys = [transport_key(d, digest) for d, digest in zip(deliveries, digests, strict=True)]
    known = Arrival.objects.filter(touchpoint=touchpoint, transport_key__in=keys)
    ids = {bytes(key): arrival_id for key, arrival_id in known.values_list("transport_key", "id")}
    fresh: dict[bytes, int] = {}
    for index, key in enumerate(keys):
        if key not in ids:
            ids[key] = new_id()
            fresh[key] = index
    if fresh:
        blobs = keep_bytes({digests[i]: deliveries[i].raw for i in fresh.values()})
        batch_id = batch.pk if batch else None
        copy_rows(
            Arrival,
            ("id", "touchpoint", "transport_key", "received_at", "mode", "blob", "batch", "position"),
            [
                (ids[key], touchpoint.pk, key, at, str(mode), blobs[digests[i]], batch_id, deliveries[i].position)
                for key, i in sorted(fresh.items())  # in one order for all writers: none waits for another in a ring
            ],
        )
        copy_rows(
            Waiting, ("arrival", "touchpoint_id", "mode"), [(ids[key], touchpoint.pk, str(mode)) for key in fresh]
        )
        tally(touchpoint_id=touchpoint.pk, counts={"received": len(fresh)}, at=at)
    return [
        Received(ids[key], fresh.get(key) == index, delivery, at)
        for index, (key, delivery) in enumerate(zip(keys, deliveries, strict=True))
    ]
