"""Mails out of files: mbox (mboxrd, mboxcl, mboxcl2), Maildir, and whole folders of them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_MAIL = 150_000_000  # bytes; providers stop at 50 MB, so a longer one is not a mail
_BLOCK = 1 << 16  # small: it is read once or twice for each mail
_LONGEST_FROM_LINE = 1_000
_DATED = re.compile(rb"From \S.*\d{1,2}:\d\d")
_WELL_DATED = re.compile(rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z][a-z] +\d{1,2} \d\d:\d\d")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.M)
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.M | re.I)
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_HEADER = re.compile(rb"[!-9;-~]{1,80}[ \t]*:[ \t\r\n]")
_MAIL_HEADER = re.compile(
    rb"^(?:From|To|Cc|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|Sender|Reply-To)[ \t]*:",
    re.M | re.I,
)
_NOT_READ = {
    ".msg": "message Outlook (.msg)\u202f: ce format n’est pas lu, exportez-le en .eml",
    ".pst": "archive Outlook (.pst)\u202f: ce format n’est pas lu, exportez-la en mbox",
    ".ost": "archive Outlook (.ost)\u202f: ce format n’est pas lu, exportez-la en mbox",
    ".zip": "archive compressée\u202f: décompressez-la d’abord",
    ".gz": "fichier compressé\u202f: décompressez-le d’abord",
    ".tgz": "archive compressée\u202f: décompressez-la d’abord",
    ".tar": "archive\u202f: extrayez-la d’abord",
    ".7z": "archive compressée\u202f: décompressez-la d’abord",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A mail found in a path, or a file left out when ``skipped`` says why (French, shown to people).

    ``path`` is relative and stable: a Maildir mail keeps it when it is read, moved from ``new`` to ``cur`` or flagged.
    ``offset`` is where it starts in its file; with ``path`` it names one delivery.
    """

    path: str
    offset: int
    raw: bytes
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """One mail in an mbox: where its ``From `` line starts, and the bytes between that line and the next."""

    offset: int
    start: int
    end: int
    is_counted: bool


def split_mbox(path: Path | str) -> Iterator[tuple[int, bytes]]:
    """Each mail of an mbox file with the offset of its ``From `` line, one at a time.

    ``Content-Length`` is believed when it leads to a ``From `` line or to the end of the file, and the mail is then
    taken as it stands (mboxcl2); else one ``>`` is taken off quoted ``From `` lines (mboxrd). Mails over ``MAX_MAIL``
    are left out: ``find_mail_files`` reports them.
    """
    with open(path, "rb") as file:
        for span in _spans(file):
            if span.end - span.start <= MAX_MAIL:
                yield span.offset, _content(file, span)


def read_maildir(path: Path | str) -> Iterator[Item]:
    """The mails of one Maildir, ``cur`` and ``new`` together, sorted by their unique names; ``tmp`` is not finished."""
    yield from _maildir(Path(path), "")


def find_mail_files(path: Path | str) -> Iterator[Item]:
    """Every mail in a file or folder, in a stable order, and every file left out with its reason.

    Recognises by content: Maildir folders, mbox files, single mails whatever their extension. Symbolic links inside
    ``path`` are not followed. Raises ``OSError`` only when ``path`` itself cannot be opened.
    """
    top = Path(path).resolve(strict=True)
    if top.is_dir():
        yield from _folder(top, "")
    else:
        yield from _file(top, top.name)


def _folder(folder: Path, prefix: str) -> Iterator[Item]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Item(prefix.rstrip("/"), 0, b"", f"dossier illisible\u202f: {error.strerror}")
        return
    names = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    is_maildir = {"cur", "new"} <= names
    if is_maildir:
        yield from _maildir(folder, prefix)
    for entry in entries:
        inner = prefix + _readable(entry.name)
        if entry.is_symlink():
            yield Item(inner, 0, b"", "lien symbolique\u202f: il n’est pas suivi")
        elif entry.is_dir(follow_symlinks=False):
            if not (is_maildir and entry.name in ("cur", "new", "tmp")):
                yield from _folder(Path(entry.path), inner + "/")
        elif is_maildir:  # indexes and lists that mail servers keep beside the mails
            yield Item(inner, 0, b"", "fichier de service d’un Maildir")
        else:
            yield from _file(Path(entry.path), inner)


def _maildir(folder: Path, prefix: str) -> Iterator[Item]:
    entries: list[os.DirEntry[str]] = []
    for part in ("cur", "new"):
        try:
            entries += os.scandir(folder / part)
        except OSError as error:
            yield Item(prefix + part, 0, b"", f"dossier illisible\u202f: {error.strerror}")
    for entry in sorted(entries, key=lambda entry: (entry.name.partition(":2,")[0], entry.path)):
        inner = prefix + _readable(entry.name.partition(":2,")[0])
        if entry.is_symlink():
            yield Item(inner, 0, b"", "lien symbolique\u202f: il n’est pas suivi")
        elif not entry.is_file(follow_symlinks=False):
            yield Item(inner, 0, b"", "ce n’est pas un fichier ordinaire")
        else:
            yield _whole(Path(entry.path), inner)


def _file(path: Path, name: str) -> Iterator[Item]:
    """The mails of one file, or the reason why it holds none."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            yield Item(name, 0, b"", "ce n’est pas un fichier ordinaire")
            return
        with path.open("rb") as file:
            beginning = file.read(8_192)
            kind = _kind(beginning, path.suffix.lower())
            if kind == "mbox":
                yield from _mails_of_mbox(file, name)
                return
    except OSError as error:
        yield Item(name, 0, b"", f"fichier illisible\u202f: {error.strerror}")
        return
    yield _whole(path, name) if kind == "mail" else Item(name, 0, b"", kind)


def _kind(beginning: bytes, suffix: str) -> str:
    """``mbox``, ``mail``, or the reason why it is neither."""
    if not beginning.strip():
        return "fichier vide"
    if suffix in _NOT_READ:
        return _NOT_READ[suffix]
    start = beginning.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if start.startswith(b"From "):
        return "mbox"
    if suffix == ".eml":
        return "mail"
    if _HEADER.match(start) and _MAIL_HEADER.search(start) and b"\x00" not in start:
        return "mail"
    return "aucun message reconnu"


def _whole(path: Path, name: str) -> Item:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_MAIL + 1)
    except OSError as error:
        return Item(name, 0, b"", f"fichier illisible\u202f: {error.strerror}")
    return Item(name, 0, raw) if len(raw) <= MAX_MAIL else Item(name, 0, b"", _TOO_LONG)


_TOO_LONG = f"message de plus de {MAX_MAIL // 1_000_000}\u00a0Mo\u202f: trop long"


def _mails_of_mbox(file: BinaryIO, name: str) -> Iterator[Item]:
    for span in _spans(file):
        if span.end - span.start > MAX_MAIL:
            yield Item(name, span.offset, b"", _TOO_LONG)
        else:
            yield Item(name, span.offset, _content(file, span))


def _spans(file: BinaryIO) -> Iterator[Span]:
    """Where each mail stands; reads the file block by block, whatever its size."""
    size = file.seek(0, os.SEEK_END)
    offset = _next_from_line(file, 0, at_start=True)
    while offset < size:
        file.seek(offset)
        start = offset + len(file.readline(_LONGEST_FROM_LINE))
        counted = _counted_end(file, start, size)
        end = counted or _next_from_line(file, start, at_start=False)
        yield Span(offset, start, end, counted is not None)
        offset = _skip_blank_lines(file, end, size) if counted else end


def _next_from_line(file: BinaryIO, position: int, *, at_start: bool) -> int:
    """Offset of the next separating ``From `` line at or after ``position``, or the size of the file."""
    file.seek(position)
    buffer = b"\n\n" + file.read(_BLOCK) if at_start else b"\n" + file.read(_BLOCK)
    base = position - (2 if at_start else 1)  # the offset in the file of the first byte of the buffer
    while True:
        found = buffer.find(b"\nFrom ")
        while found != -1 and found + _LONGEST_FROM_LINE < len(buffer):
            if _separates(buffer, found, at_start=at_start and base + found + 1 == position):
                return base + found + 1
            found = buffer.find(b"\nFrom ", found + 1)
        more = file.read(_BLOCK)
        if not more:
            break
        kept = len(buffer) - _LONGEST_FROM_LINE - 10 if found == -1 else found - 4
        kept = max(0, kept)
        buffer, base = buffer[kept:] + more, base + kept
    while found != -1:
        if _separates(buffer, found, at_start=at_start and base + found + 1 == position):
            return base + found + 1
        found = buffer.find(b"\nFrom ", found + 1)
    return base + len(buffer)


def _separates(buffer: bytes, found: int, *, at_start: bool) -> bool:
    """Whether the line after this line end starts a mail: dated, and after an empty line unless very well dated."""
    if at_start:
        return True
    line = buffer[found + 1 : found + _LONGEST_FROM_LINE].partition(b"\n")[0]
    after_blank = buffer[max(0, found - 1) : found] == b"\n" or buffer[max(0, found - 3) : found] == b"\r\n\r"
    after_blank = after_blank or found == 0
    return bool((_DATED if after_blank else _WELL_DATED).match(line))


def _counted_end(file: BinaryIO, start: int, size: int) -> int | None:
    """Where ``Content-Length`` says that the mail ends, if a ``From `` line or the end of the file is really there."""
    file.seek(start)
    head = file.read(_BLOCK)
    blank = _END_OF_HEADERS.search(head)
    if blank is None:
        return None
    declared = _LENGTH.search(head, 0, blank.end())
    if declared is None:
        return None
    end = start + blank.end() + int(declared[1])
    if end > size:
        return None
    file.seek(end)
    after = file.read(_LONGEST_FROM_LINE).lstrip(b"\r\n")
    return end if not after or after.startswith(b"From ") else None


def _skip_blank_lines(file: BinaryIO, position: int, size: int) -> int:
    file.seek(position)
    after = file.read(_LONGEST_FROM_LINE)
    return min(size, position + len(after) - len(after.lstrip(b"\r\n")))


def _content(file: BinaryIO, span: Span) -> bytes:
    file.seek(span.start)
    raw = file.read(span.end - span.start)
    if span.is_counted:
        return raw
    if raw.endswith((b"\n\n", b"\n\r\n")):  # the empty line before the next mail belongs to the mailbox
        raw = raw[: -2 if raw.endswith(b"\r\n") else -1]
    return _QUOTED_FROM.sub(rb"\1", raw)


def _readable(name: str) -> str:
    """A file name that a database can keep, even when the disk holds other bytes than UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
