"""Encrypted archives: a tar streamed through age, with one X25519 key per month that dies when its backups must.

The key of a month is kept in ``EGARDS_HOME/keys/backup/YYYY-MM.key`` (0600) until 35 days after the month's end; after
that nobody can read its backups any more, wherever copies of them lie: what was forgotten is forgotten there too.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import secrets
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any, cast

import pyrage  # type: ignore[import-untyped]

KEPT_DAYS = 35
_KEY_NAME = re.compile(r"(\d{4})-(\d{2})\.key\Z")


class VaultClosed(Exception):
    """The archive cannot be opened: its key is gone or is not here, or the file is damaged."""


def month_key(folder: Path, day: date) -> pyrage.x25519.Identity:
    """Return the month's key, made on first use. ``folder`` is ``EGARDS_HOME/keys/backup``."""
    path = folder / f"{day:%Y-%m}.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{path.name}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{pyrage.x25519.Identity.generate()}\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)  # another backup was first: its key wins
        draft.unlink()
        sync_folder(folder)
    return pyrage.x25519.Identity.from_str(path.read_text().strip())


def drop_old_keys(folder: Path, today: date) -> list[str]:
    """Delete the keys of months that ended more than 35 days ago; return their names."""
    dropped = []
    for path in sorted(folder.glob("*.key")):
        match = _KEY_NAME.match(path.name)
        if match is None:
            continue
        year, month = int(match[1]), int(match[2])
        after = date(year + month // 12, month % 12 + 1, 1)
        if today >= after + timedelta(days=KEPT_DAYS):
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(bytes(size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            dropped.append(path.name)
    return dropped


def read_keys(keys: Path) -> list[pyrage.x25519.Identity]:
    """Return the keys in a file or in a folder of ``*.key`` files. Raises ``VaultClosed`` when there is none."""
    paths = sorted(keys.glob("*.key")) if keys.is_dir() else [keys]
    try:
        found = [pyrage.x25519.Identity.from_str(p.read_text().strip()) for p in paths]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as fault:
        raise VaultClosed(f"Aucune clé de sauvegarde ne se lit dans {keys}.") from fault
    if not found:
        raise VaultClosed(f"Il n’y a aucune clé de sauvegarde (AAAA-MM.key) dans {keys}.")
    return found


class Writing:
    """An archive being written; ``add`` takes small pieces, ``add_file`` files of any size."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, data: bytes) -> None:
        """Add one piece."""
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        entry.mode = 0o600
        self._tar.addfile(entry, io.BytesIO(data))

    def add_file(self, name: str, file: IO[bytes], size: int) -> None:
        """Add a file's ``size`` bytes."""
        entry = tarfile.TarInfo(name)
        entry.size = size
        entry.mode = 0o600
        self._tar.addfile(entry, file)


@contextmanager
def writing(target: Path, key: pyrage.x25519.Identity) -> Iterator[Writing]:
    """Write an archive; the file appears under its name only when everything is on the disk, or not at all."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as out:
            draft.chmod(0o600)
            sink, thread = _pump(lambda source: pyrage.encrypt_io(source, out, [key.to_public()]))
            try:
                with (
                    sink,
                    gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=1) as packed,
                    tarfile.open(fileobj=packed, mode="w|", bufsize=1 << 20) as tar,
                ):
                    yield Writing(tar)
            except BrokenPipeError:
                thread.join()
                _raise(thread.fault)  # the disk is full, for instance
                raise
            finally:
                thread.join()
            _raise(thread.fault)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def reading(source: Path, keys: list[pyrage.x25519.Identity]) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Read an archive's members in order, as names and streams; each stream is read before the next one."""
    try:
        opened = source.open("rb")
    except OSError as fault:
        raise VaultClosed(f"La sauvegarde {source} ne s’ouvre pas.") from fault
    with opened as file:
        pull, thread = _draw(lambda sink: pyrage.decrypt_io(file, sink, keys))
        try:
            with pull, tarfile.open(fileobj=pull, mode="r|gz") as tar:
                yield _members(tar)
        except (tarfile.TarError, EOFError, zlib.error) as damage:
            thread.join()
            raise VaultClosed(_why_closed(thread.fault, source)) from damage
        finally:
            pull.close()
            thread.join()
        if thread.fault and not isinstance(thread.fault, BrokenPipeError):
            raise VaultClosed(_why_closed(thread.fault, source)) from thread.fault


def read_json(stream: IO[bytes]) -> dict[str, Any]:
    """Return a member that holds one JSON object."""
    return cast(dict[str, Any], json.loads(stream.read()))


def sync_folder(folder: Path) -> None:
    """Let the disk have a folder's names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for entry in tar:
        stream = tar.extractfile(entry)
        if stream is not None:
            yield entry.name, stream
        tar.members.clear()  # type: ignore[attr-defined]  # tarfile remembers every member otherwise


class _Thread(threading.Thread):
    """The age side of the pipe; what went wrong there is kept in ``fault``."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.fault: BaseException | None = None

    def run(self) -> None:
        """Do the work, and keep what went wrong."""
        try:
            self._work()
        except BaseException as fault:
            self.fault = fault


def _raise(fault: BaseException | None) -> None:
    if fault is not None:
        raise fault


def _why_closed(fault: BaseException | None, source: Path) -> str:
    if isinstance(fault, pyrage.DecryptError):
        return (
            f"Aucune des clés données n’ouvre {source} : les clés disparaissent {KEPT_DAYS} jours après la fin de leur "
            "mois. Ou ce fichier n’est pas une sauvegarde."
        )
    return f"La sauvegarde {source} est incomplète ou abîmée : prenez-en une autre."


def _pump(work: Callable[[IO[bytes]], None]) -> tuple[IO[bytes], _Thread]:
    """Return a file to write to; another thread gives what is written to ``work``."""
    read_end, write_end = os.pipe()
    source, sink = os.fdopen(read_end, "rb", buffering=1 << 20), os.fdopen(write_end, "wb", buffering=1 << 20)
    thread = _Thread(lambda: _closing(source, work))
    thread.start()
    return sink, thread


def _draw(work: Callable[[IO[bytes]], None]) -> tuple[IO[bytes], _Thread]:
    """Return a file to read from; another thread lets ``work`` write it."""
    read_end, write_end = os.pipe()
    source, sink = os.fdopen(read_end, "rb", buffering=1 << 20), os.fdopen(write_end, "wb", buffering=1 << 20)
    thread = _Thread(lambda: _closing(sink, work))
    thread.start()
    return source, thread


def _closing(end: IO[bytes], work: Callable[[IO[bytes]], None]) -> None:
    try:
        work(end)
    finally:
        with suppress(BrokenPipeError):
            end.close()
