"""``egards restore`` and ``egards upgrade``: a backup into an empty base, and the forgotten forgotten again.

From the first byte written to the last erasure replayed, ``EGARDS_HOME/restoring.json`` says that the house may not
open: a restored base that has not forgotten yet must be seen by nobody. The same command takes it up again.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from egards.cli.backup import FORMAT, HEADER, MANIFEST, SEQUENCES, BackedUp, backup, backup_name
from egards.cli.erasures import ErasureLine, merge_erasures, read_erasures
from egards.cli.forgetting import erasures_file, replay
from egards.cli.house import HouseError, bring_up_to_date
from egards.cli.rewriting import house_connection
from egards.cli.tables import (
    Base,
    Progress,
    Step,
    Table,
    applied_migrations,
    count_rows,
    is_strange,
    law_figures,
    lived_in,
    loading,
    write_piece,
    write_sequences,
)
from egards.cli.vault import read_json, read_keys, reading, sync_folder
from egards.core.clock import now
from egards.core.crypto import house_key

_BLOB = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}\Z")
_KEY = re.compile(r"[\w-]{1,60}\Z")


class RestoreRefused(Exception):
    """Nothing was written, and why."""


class RestoreFailed(Exception):
    """The restored base does not say what the backup said; it was taken back."""


class RestoreUnfinished(HouseError):
    """A restore was cut: the house stays closed until it is taken up again."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored."""

    made_at: str
    rows: dict[str, int]
    blobs: int
    erasures_replayed: int
    seconds: float


@dataclass(slots=True)
class _Read:
    header: dict[str, Any]
    manifest: dict[str, Any]
    rows: int = 0
    blobs: int = 0


def restore(
    source: Path,
    *,
    keys: Path,
    erasures: Path | None,
    there_are_no_erasures: bool = False,
    progress: Progress = lambda step: None,
    say: Callable[[str], None] = lambda sentence: None,
) -> Restored:
    """Restore a backup into the house's empty base, compare every count, and forget again who was forgotten since.

    ``keys`` is a month's key or the folder of them; ``erasures`` the last ``erasures.jsonl`` of the lost house.
    Raises ``RestoreRefused``, ``RestoreFailed``, ``VaultClosed``, ``ErasuresUnreadable``.
    """
    started = time.monotonic()
    identities = read_keys(keys)
    lines = _erasures(erasures, there_are_no_erasures)
    with reading(source, identities) as members:
        header = _header(members)
        _check_base(header)
        was_cut = _marker().exists()
        _mark(source)
        try:
            _make_schema([(app, name) for app, name in header["migrations"]])
            read = _load(header, members, progress)
        except BaseException:
            if not was_cut:
                _marker().unlink()  # nothing was kept: the base is as empty as it was
            raise
    bring_up_to_date()
    say("Oublis rejoués…")
    merge_erasures(erasures_file(), lines)
    replayed = replay(lines, progress=say)
    _marker().unlink()
    sync_folder(_marker().parent)
    return Restored(header["at"], read.manifest["rows"], read.blobs, replayed, time.monotonic() - started)


def check_house_may_open() -> None:
    """Raise ``RestoreUnfinished`` when a restore was cut: to be called before any page, job or import."""
    if _marker().exists():
        raise RestoreUnfinished(
            "Une reprise de sauvegarde n’est pas finie : des personnes oubliées y seraient de nouveau visibles. "
            "Relancez la même commande « egards restore »."
        )


def upgrade(
    *, folder: Path, doctor: Callable[[], int], progress: Progress = lambda step: None
) -> tuple[BackedUp | None, list[str], int]:
    """Back up, migrate, examine: return the backup (None when the base was empty), the migrations, doctor's answer."""
    with house_connection() as base:
        is_empty = not applied_migrations(base)
    saved = None
    if not is_empty:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        saved = backup(folder / backup_name(now()), progress=progress)
    return saved, bring_up_to_date(), doctor()


def _make_schema(migrations: Sequence[tuple[str, str]]) -> None:
    """Bring an empty base to exactly the backup's migrations. Raises ``RestoreRefused`` when one is unknown."""
    with house_connection() as base:
        if applied_migrations(base):
            return
    executor = MigrationExecutor(connection)
    known = set(executor.loader.graph.nodes)
    unknown = sorted(set(migrations) - known)
    if unknown:
        raise RestoreRefused(
            f"Cette sauvegarde vient d’une version plus récente d’Égards (migration {'.'.join(unknown[0])}) : "
            "installez cette version d’abord."
        )
    wanted = set(migrations)
    leaves = [key for key in sorted(wanted) if not _later_here(executor, key) & wanted]
    executor.migrate(leaves)


def _later_here(executor: MigrationExecutor, key: tuple[str, str]) -> set[tuple[str, str]]:
    children = executor.loader.graph.node_map[key].children
    return {(child.key[0], child.key[1]) for child in children if child.key[0] == key[0]}


def _erasures(path: Path | None, there_are_none: bool) -> list[ErasureLine]:
    if path is None:
        if not there_are_none:
            raise RestoreRefused(
                "Donnez le fichier des oublis (erasures.jsonl) de la maison perdue : sans lui, des personnes oubliées "
                "reviendraient. S’il n’y en a jamais eu, dites-le : --no-erasure."
            )
        return []
    if not path.exists():
        raise RestoreRefused(f"Le fichier des oublis {path} n’existe pas.")
    return read_erasures(path)


def _header(members: Iterator[tuple[str, IO[bytes]]]) -> dict[str, Any]:
    name, stream = next(members, ("", None))
    if name != HEADER or stream is None:
        raise RestoreRefused("Ce fichier n’est pas une sauvegarde d’Égards.")
    header = read_json(stream)
    if header["format"] != FORMAT:
        raise RestoreRefused(f"Cette sauvegarde est au format {header['format']} ; cette version lit le {FORMAT}.")
    return header


def _check_base(header: dict[str, Any]) -> None:
    with house_connection() as base:
        if is_strange(base):
            raise RestoreRefused("Cette base contient les tables d’un autre programme : donnez une base vide.")
        used = lived_in(base)
        if used and not _marker().exists():
            raise RestoreRefused(
                f"Cette base n’est pas vide ({', '.join(used)}) : une sauvegarde se reprend dans une base vide."
            )
        applied = applied_migrations(base)
    wanted = sorted((app, name) for app, name in header["migrations"])
    if applied and applied != wanted:
        raise RestoreRefused(
            "Cette base a déjà les tables d’une autre version d’Égards : donnez une base entièrement vide."
        )


def _load(header: dict[str, Any], members: Iterator[tuple[str, IO[bytes]]], progress: Progress) -> _Read:
    """Everything of the base in one transaction: a restore that fails leaves it empty."""
    read = _Read(header, {})
    tables = {name: Table(name, tuple(columns)) for name, columns in header["tables"].items()}
    seen: list[str] = []
    with house_connection() as base:
        with loading(base):
            for name, stream in members:
                kind, _, rest = name.partition("/")
                if kind == "tables":
                    table = tables[rest.split("/")[0]]
                    piece = stream.read()
                    write_piece(base, table, piece)
                    read.rows += piece.count(b"\n")
                    seen += [table.name] if table.name not in seen else []
                    progress(Step(len(seen), len(tables), read.rows, table.name))
                else:
                    _load_other(base, read, name, rest, stream)
        _compare(base, read)
    return read


def _load_other(base: Base, read: _Read, name: str, rest: str, stream: IO[bytes]) -> None:
    if name == SEQUENCES:
        write_sequences(base, read_json(stream))
    elif name == MANIFEST:
        read.manifest = read_json(stream)
    elif name.startswith("keys/") and _KEY.match(rest):
        _write_key(rest, stream.read())
    elif name.startswith("blobs/") and _BLOB.match(rest):
        _write_file(Path(settings.EGARDS_HOME) / "blobs" / rest, stream)
        read.blobs += 1
    else:
        raise RestoreFailed(f"Cette sauvegarde contient une entrée inconnue : {name}.")


def _compare(base: Base, read: _Read) -> None:
    if not read.manifest:
        raise RestoreFailed("Cette sauvegarde n’a pas de fin : elle n’est pas reprise.")
    counts = count_rows(base, read.manifest["rows"])
    different = [f"{t} : {counts[t]} au lieu de {n}" for t, n in read.manifest["rows"].items() if counts[t] != n]
    if law_figures(base) != read.manifest["law"]:
        different.append("les comptes de la loi")
    if read.blobs != read.manifest["blobs"]:
        different.append(f"fichiers : {read.blobs} au lieu de {read.manifest['blobs']}")
    if different:
        raise RestoreFailed(f"La base reprise ne dit pas la même chose que la sauvegarde ({', '.join(different)}).")


def _write_key(name: str, data: bytes) -> None:
    """The house's keys come back; this process read others when it started, so it is told too."""
    target = Path(settings.EGARDS_HOME) / "keys" / name
    draft = target.with_name(f".{name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)
    sync_folder(target.parent)
    if name == "house":
        settings.EGARDS_HOUSE_KEY = data
        house_key.cache_clear()


def _write_file(target: Path, stream: IO[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with draft.open("xb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)
    sync_folder(target.parent)


def _mark(source: Path) -> None:
    path = _marker()
    with path.open("w") as file:
        json.dump({"backup": source.name, "at": now().isoformat()}, file)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _marker() -> Path:
    return Path(settings.EGARDS_HOME) / "restoring.json"
