"""``egards backup``: the whole house in one encrypted file, taken while it lives.

One snapshot of the base (COPY text, independent of the PostgreSQL version), the large blobs, the house's keys.
``egards restore`` is ``restoring.py``.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from egards import __version__
from egards.cli.rewriting import house_connection
from egards.cli.tables import (
    Base,
    Progress,
    Step,
    applied_migrations,
    copied_tables,
    law_figures,
    read_pieces,
    read_sequences,
)
from egards.cli.vault import (
    VaultClosed,
    Writing,
    drop_old_keys,
    month_key,
    read_json,
    reading,
    sync_folder,
    writing,
)
from egards.core.clock import now

FORMAT = 1
HEADER, SEQUENCES, MANIFEST = "entete.json", "sequences.json", "manifeste.json"


class BackupRefused(Exception):
    """The backup cannot be made, in a sentence."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    path: Path
    size: int
    rows: dict[str, int]
    law: dict[str, int]
    blobs: int
    missing_blobs: tuple[str, ...]
    dropped_keys: tuple[str, ...]
    seconds: float


@dataclass(slots=True)
class _Counted:
    rows: dict[str, int] = field(default_factory=dict)
    blobs: int = 0
    missing: list[str] = field(default_factory=list)


def backup(target: Path, *, progress: Progress = lambda step: None) -> BackedUp:
    """Write the whole house into ``target`` (``….age``), read it back, and only then give it its name.

    Ctrl-C leaves no half file. Raises ``BackupRefused``; ``VaultClosed`` when what was written does not read back.
    """
    started = time.monotonic()
    if target.exists():
        raise BackupRefused(f"{target} existe déjà : donnez un autre nom.")
    if not target.parent.is_dir():
        raise BackupRefused(f"Le dossier {target.parent} n’existe pas.")
    folder = backup_keys_folder()
    key = month_key(folder, now().date())
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with writing(draft, key) as archive:
            manifest = _write(archive, progress)
        _verify(draft, key, manifest)
        draft.rename(target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    dropped = drop_old_keys(folder, now().date())
    return BackedUp(
        path=target,
        size=target.stat().st_size,
        rows=manifest["rows"],
        law=manifest["law"],
        blobs=manifest["blobs"],
        missing_blobs=tuple(manifest["missing_blobs"]),
        dropped_keys=tuple(dropped),
        seconds=time.monotonic() - started,
    )


def backup_keys_folder() -> Path:
    """Return where the months' keys are. Keep a copy of it elsewhere: without it, a lost disk loses its backups too."""
    return Path(settings.EGARDS_HOME) / "keys" / "backup"


def backup_name(at: datetime) -> str:
    """Return the usual name of a backup made at this moment."""
    return f"egards-{at:%Y%m%d-%H%M%S}.age"


def snapshot() -> Base:
    """Open a connection that sees the base as it is at its first query, whatever is written meanwhile."""
    base = house_connection()
    base.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    base.read_only = True
    return base


def _write(archive: Writing, progress: Progress) -> dict[str, Any]:
    counted = _Counted()
    with snapshot() as base:
        tables = copied_tables(base)
        if not tables:
            raise BackupRefused("La base est vide : il n’y a rien à sauvegarder.")
        header = {
            "format": FORMAT,
            "egards": __version__,
            "at": now().isoformat(),
            "server": base.info.server_version,
            "migrations": applied_migrations(base),
            "tables": {t.name: t.columns for t in tables},
        }
        archive.add(HEADER, _json(header))
        _add_keys(archive)
        for done, table in enumerate(tables):
            counted.rows[table.name] = 0
            for number, (piece, rows) in enumerate(read_pieces(base, table)):
                archive.add(f"tables/{table.name}/{number:06}", piece)
                counted.rows[table.name] += rows
                progress(Step(done, len(tables), sum(counted.rows.values()), table.name))
        _add_blobs(archive, base, counted)
        law = law_figures(base)
        archive.add(SEQUENCES, _json(read_sequences(base)))
    manifest = {
        "rows": counted.rows,
        "law": law,
        "blobs": counted.blobs,
        "missing_blobs": counted.missing,
        "ended_at": now().isoformat(),
    }
    archive.add(MANIFEST, _json(manifest))
    progress(Step(len(tables), len(tables), sum(counted.rows.values()), ""))
    return manifest


def _add_keys(archive: Writing) -> None:
    """The house's keys travel with its words; the backups' own keys never do."""
    folder = Path(settings.EGARDS_HOME) / "keys"
    for path in sorted(p for p in folder.glob("*") if p.is_file() and not p.name.startswith(".")):
        archive.add(f"keys/{path.name}", path.read_bytes())


def _add_blobs(archive: Writing, base: Base, counted: _Counted) -> None:
    """Large bytes. A file that an erasure took away since the snapshot is missing here, rightly; it is listed."""
    folder = Path(settings.EGARDS_HOME) / "blobs"
    for path in _blob_paths(base):
        try:
            with (folder / path).open("rb") as file:
                archive.add_file(f"blobs/{path}", file, os.fstat(file.fileno()).st_size)
        except FileNotFoundError:
            counted.missing.append(path)
            continue
        counted.blobs += 1


def _blob_paths(base: Base) -> Iterator[str]:
    with base.cursor(name="egards_blobs") as cursor:
        cursor.execute("SELECT path FROM interactions_blob WHERE path <> '' ORDER BY path")
        for (path,) in cursor:
            yield path


def _verify(path: Path, key: Any, manifest: dict[str, Any]) -> None:
    """Read everything back, and count again."""
    rows: dict[str, int] = dict.fromkeys(manifest["rows"], 0)
    blobs = 0
    found: dict[str, Any] = {}
    with reading(path, [key]) as members:
        for name, stream in members:
            kind, _, rest = name.partition("/")
            if kind == "tables":
                rows[rest.split("/")[0]] += stream.read().count(b"\n")
            elif kind == "blobs":
                while stream.read(1 << 20):
                    pass
                blobs += 1
            elif name == MANIFEST:
                found = read_json(stream)
    if (rows, blobs) != (manifest["rows"], manifest["blobs"]) or found != manifest:
        with suppress(OSError):
            path.unlink()
        raise VaultClosed("La sauvegarde relue ne dit pas la même chose que la base : elle n’est pas gardée.")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
