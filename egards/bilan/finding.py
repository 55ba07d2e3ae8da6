"""What lies in a path: mails and rows, one at a time, and the heads from which « ours » is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from egards.bilan.ours import Guess
from egards.touchpoints.inbound import Unreadable
from egards.touchpoints.mime import find_mail_files
from egards.touchpoints.mime.addresses import read_addresses
from egards.touchpoints.mime.headers import header_text, read_headers
from egards.touchpoints.tables import read_rows, understand

TABLES = frozenset({".csv", ".tsv", ".jsonl", ".xlsx"})
_MOST_ADDRESSES = 50


@dataclass(frozen=True, slots=True)
class Piece:
    """Something found: the bytes of a mail, of a row with the ``plan`` that reads it, or a reason why it is neither.

    ``path`` is where it lay, relative. A ``fault`` of a row is a message lost to reading; that of a file is a file.
    """

    kind: Literal["mail", "row", "file"]
    path: str
    raw: bytes = b""
    plan: str = ""
    fault: str = ""


def pieces(path: Path) -> Iterator[Piece]:
    """Yield everything that a file or folder holds, in a stable order. Raises ``OSError`` when it cannot be opened."""
    if path.is_file() and path.suffix.lower() in TABLES:
        yield from _rows(path)
        return
    tables = _tables(path)
    for item in find_mail_files(path):
        if item.path in tables:
            continue
        if item.skipped:
            yield Piece("file", item.path, fault=item.skipped)
        else:
            yield Piece("mail", item.path, item.raw)
    for name in sorted(tables):
        yield from _rows(path / name)


def _tables(path: Path) -> set[str]:
    """The tables of a folder, links left aside, by the names that ``find_mail_files`` gives them."""
    if not path.is_dir():
        return set()
    top = path.resolve()
    files = (one for one in top.rglob("*") if one.suffix.lower() in TABLES)
    return {one.relative_to(top).as_posix() for one in files if one.is_file() and not one.is_symlink()}


def _rows(path: Path) -> Iterator[Piece]:
    try:
        plan = understand(path)
    except Unreadable:
        yield Piece("file", path.name, fault="tableau illisible")
        return
    if plan.errors or not (plan.column("text") or plan.column("title") or plan.column("score")):
        yield Piece("file", path.name, fault="tableau sans colonne de texte ni de note")
        return
    told = plan.to_json()
    for row in read_rows(path, plan):
        yield Piece("row", path.name, row.raw, told, "ligne de tableau illisible" if row.error else "")


def guess_from(some: Iterator[Piece], guess: Guess) -> Iterator[Piece]:
    """Hand pieces on while their heads are counted."""
    for piece in some:
        if piece.kind == "mail":
            author, to = _head(piece.raw)
            guess.see(path=piece.path, author=author, to=to)
        yield piece


def _head(raw: bytes) -> tuple[str, list[str]]:
    headers, _body, _whole = read_headers(raw, 0, len(raw))
    return next(iter(_addresses(headers.get("from", ()))), ""), [
        *_addresses(headers.get("to", ())),
        *_addresses(headers.get("cc", ())),
    ]


def _addresses(values: tuple[bytes, ...] | list[bytes]) -> list[str]:
    found: list[str] = []
    for value in values:
        some, _whole = read_addresses(header_text(value), _MOST_ADDRESSES)
        found += [one.value.lower() for one in some]
    return found
