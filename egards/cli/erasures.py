"""The erasures file: who was forgotten, in keyed hashes, outside the base, so that a restored backup forgets again.

One JSON line when an erasure begins (written and fsynced before anything is erased), one when it is done.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from egards.core.clock import now


class ErasuresUnreadable(Exception):
    """The erasures file is damaged: opening a restored house without it would bring back forgotten people."""


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One erasure as written in the file."""

    id: UUID
    at: datetime
    handle_digests: tuple[bytes, ...]
    customer_ids: tuple[UUID, ...]
    interaction_ids: tuple[UUID, ...]
    is_done: bool = False


def begin(path: Path, line: ErasureLine) -> None:
    """Write that an erasure begins, safely on disk when this returns."""
    _append(
        path,
        {
            "id": str(line.id),
            "at": line.at.isoformat(),
            "handle_digests": [d.hex() for d in line.handle_digests],
            "customer_ids": [str(i) for i in line.customer_ids],
            "interaction_ids": [str(i) for i in line.interaction_ids],
        },
    )


def finish(path: Path, erasure_id: UUID) -> None:
    """Write that an erasure is done."""
    _append(path, {"id": str(erasure_id), "done_at": now().isoformat()})


def read_erasures(path: Path) -> list[ErasureLine]:
    """Return the erasures in order. A last line cut by a crash never began, and is left out."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        *lines, _cut = file.read().split(b"\n")
    begun: dict[str, dict[str, Any]] = {}
    done: set[str] = set()
    for number, text in enumerate(lines, start=1):
        try:
            row = json.loads(text)
            if "done_at" in row:
                done.add(row["id"])
            else:
                begun.setdefault(row["id"], row)
        except (ValueError, KeyError, TypeError) as damage:
            raise ErasuresUnreadable(f"La ligne {number} de {path} est abîmée : reprenez une copie saine.") from damage
    return [_line(row, is_done=key in done) for key, row in begun.items()]


def merge_erasures(target: Path, lines: Sequence[ErasureLine]) -> None:
    """Add to a file the erasures that it does not have yet."""
    known = {line.id for line in read_erasures(target)}
    for line in lines:
        if line.id not in known:
            begin(target, line)


def _line(row: dict[str, Any], *, is_done: bool) -> ErasureLine:
    return ErasureLine(
        UUID(row["id"]),
        datetime.fromisoformat(row["at"]),
        tuple(bytes.fromhex(d) for d in row["handle_digests"]),
        tuple(UUID(i) for i in row["customer_ids"]),
        tuple(UUID(i) for i in row["interaction_ids"]),
        is_done,
    )


def _append(path: Path, row: dict[str, Any]) -> None:
    with _alone_at_end(path) as file:
        file.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone_at_end(path: Path) -> Iterator[IO[bytes]]:
    """Hold the file alone, at its end; a line cut by a crash is taken away first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        whole = file.read()
        end = whole.rfind(b"\n") + 1
        file.truncate(end)
        file.seek(end)
        yield file
