"""The texts of a file, one after the other: CSV, JSONL, plain lines, or what arrives at the standard input.

A row that cannot be read is told with its number and its field, and the others go on.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from egards.cli.house import HouseError

Format = Literal["csv", "jsonl", "txt"]
_BY_ENDING: Final[dict[str, Format]] = {
    ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".txt": "txt",
}  # fmt: skip
_USUAL_NAMES: Final = ("text", "texte", "verbatim", "commentaire", "comment", "message", "avis")
_LONGEST_FIELD: Final = 10_000_000
_FAVOURABLE = frozenset("4 5 4.0 5.0 positive positif positives favourable favorable pos + 1+ +1 +2 2+".split())
_UNFAVOURABLE = frozenset(
    "1 2 1.0 2.0 negative négatif negatif unfavourable défavorable defavorable neg - -1 -2".split()
)


@dataclass(frozen=True, slots=True)
class Row:
    """A text and its number in the file, from 1, headings not counted; ``label`` as written, empty without one."""

    number: int
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be read: which field is at fault, and why, in French."""

    number: int
    field: str
    why: str


def read_rows(
    source: str, *, column: str | None, labels: str | None, form: Format | None
) -> Iterator[Row | RefusedRow]:
    """The rows of a file, ``-`` for the standard input, in order. Raises HouseError when nothing can be read of it."""
    raw = _bytes_of(source)
    text = _decoded(raw).lstrip("\ufeff")
    form = form or _BY_ENDING.get(Path(source).suffix.lower()) or _guessed(text)
    if form == "csv":
        return _csv_rows(text, column, labels)
    if form == "jsonl":
        return _jsonl_rows(text, column, labels)
    if labels:
        raise HouseError("Un fichier de lignes simples n’a pas de colonne d’étiquettes : donnez un CSV ou un JSONL.")
    return _plain_rows(text)


def favourable(label: str) -> bool | None:
    """Whether a label says a happy text: stars 4–5 or words for it; None when it says neither (3, « mixte », empty)."""
    said = label.strip().lower()
    return True if said in _FAVOURABLE else False if said in _UNFAVOURABLE else None


def _bytes_of(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise HouseError(f"« {source} » ne peut pas être lu : {error.strerror}.") from error


def _decoded(raw: bytes) -> str:
    """UTF-8, else what Windows writes; in neither case is a byte lost without a sign."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _guessed(text: str) -> Format:
    return "jsonl" if text.lstrip()[:1] == "{" else "txt"


def _plain_rows(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n") if text else [], start=1):
        if line.strip():
            yield Row(number, line.rstrip("\r"))


def _csv_rows(text: str, column: str | None, labels: str | None) -> Iterator[Row | RefusedRow]:
    csv.field_size_limit(_LONGEST_FIELD)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    headings = [name.strip() for name in next(lines, [])]
    at = _place(column, headings)
    label_at = _place(labels, headings) if labels else None
    return _csv_body(lines, headings, at, label_at)


def _csv_body(
    lines: Iterator[list[str]], headings: list[str], at: int, label_at: int | None
) -> Iterator[Row | RefusedRow]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield RefusedRow(number, headings[at], f"ligne de CSV illisible ({error})")
            continue
        if not cells:
            number -= 1
        elif len(cells) <= at:
            yield RefusedRow(number, headings[at], f"colonne absente : {len(cells)} cellules sur {len(headings)}")
        elif "\0" in cells[at]:
            yield RefusedRow(number, headings[at], "caractère nul : ce n’est pas du texte")
        else:
            yield Row(number, cells[at], cells[label_at] if label_at is not None and len(cells) > label_at else "")


def _delimiter(text: str) -> str:
    head = text.split("\n", 1)[0]
    return max(",;\t|", key=head.count)


def _place(column: str | None, headings: list[str]) -> int:
    if column is not None:
        if column in headings:
            return headings.index(column)
        raise HouseError(f"Pas de colonne « {column} ». Colonnes du fichier : {', '.join(headings) or 'aucune'}.")
    lowered = [name.lower() for name in headings]
    for name in _USUAL_NAMES:
        if name in lowered:
            return lowered.index(name)
    if len(headings) == 1:
        return 0
    raise HouseError(
        f"Dites la colonne du texte par --column. Colonnes du fichier : {', '.join(headings) or 'aucune'}."
    )


def _jsonl_rows(text: str, column: str | None, labels: str | None) -> Iterator[Row | RefusedRow]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _jsonl_row(number, line, column, labels)


def _jsonl_row(number: int, line: str, column: str | None, labels: str | None) -> Row | RefusedRow:
    try:
        value = json.loads(line)
    except ValueError as error:
        return RefusedRow(number, column or "ligne", f"JSON illisible ({error})")
    if not isinstance(value, dict):
        return RefusedRow(number, column or "ligne", "ce n’est pas un objet JSON")
    name = column or next((name for name in _USUAL_NAMES if name in value), "text")
    said = value.get(name)
    if not isinstance(said, str):
        return RefusedRow(number, name, "champ absent" if said is None else "ce n’est pas du texte")
    label = value.get(labels) if labels else None
    said = said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # a lone surrogate cannot be written
    return Row(number, said, "" if label is None else str(label))
