"""Bytes: small ones in the base, larger ones in files (written, fsynced, renamed, and only then a row)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from egards.core.copy import copy_rows
from egards.core.crypto import keyed_hash
from egards.core.ids import new_id
from egards.interactions.models import Blob

#: Larger bytes go to a file.
IN_BASE_BYTES = 256 * 1024


def blob_digest(data: bytes) -> bytes:
    """Return the keyed hash by which bytes are known."""
    return keyed_hash("blob", data)


def keep_bytes(items: Mapping[bytes, bytes]) -> dict[bytes, UUID]:
    """Keep each of ``digest → bytes`` once; return ``digest → blob id``. In the caller's transaction.

    A concurrent writer of the same digest makes the unique index refuse: the caller retries its transaction.
    """
    known = {bytes(d): i for d, i in _locked(items).values_list("digest", "id")}
    rows = []
    for digest, data in sorted(items.items()):  # in one order for all writers: none waits for another in a ring
        if digest in known:
            continue
        known[digest] = blob_id = new_id()
        is_small = len(data) <= IN_BASE_BYTES
        path = "" if is_small else _to_file(digest, data)
        rows.append((blob_id, digest, len(data), data if is_small else None, path))
    if rows:
        copy_rows(Blob, ("id", "digest", "size", "data", "path"), rows)
    return known


def _locked(items: Mapping[bytes, bytes]) -> QuerySet[Blob]:
    """Lock the blobs already there, so that an erasure at the same instant waits to see that they serve again."""
    return Blob.objects.select_for_update(no_key=True).filter(digest__in=list(items)).order_by("id")


def read_bytes(blob: Blob) -> bytes:
    """Return a blob's bytes; empty when they were erased."""
    if blob.data is not None:
        return bytes(blob.data)
    return (blobs_folder() / blob.path).read_bytes() if blob.path else b""


def read_many(blobs: Sequence[Blob]) -> dict[UUID, bytes]:
    """Return the bytes of several blobs by id."""
    return {blob.pk: read_bytes(blob) for blob in blobs}


def blobs_folder() -> Path:
    """Return the folder of large blobs."""
    return Path(settings.EGARDS_HOME) / "blobs"


def _to_file(digest: bytes, data: bytes) -> str:
    name = digest.hex()
    relative = f"{name[:2]}/{name}"
    target = blobs_folder() / relative
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    except OSError:  # a full disk: what was half written would keep it full, at each new try
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return relative
