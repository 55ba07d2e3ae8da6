"""Rows out of ``.csv``, ``.jsonl`` and ``.xlsx`` files: cells as text, where they stand, what is unreadable."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ..inbound import Unreadable

MAX_CELL = 131_072  # characters; the csv module's own limit
MAX_COLUMNS = 500
MAX_UNZIPPED = 1_000_000_000  # bytes; a workbook that claims more is a bomb
_SAMPLE = 256_000
_NO_DELIMITER = "\x1f"
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_JSON_SUFFIXES = (".jsonl", ".ndjson")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_EXCEL_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written: enough to read it again the same way."""

    kind: str  # csv, jsonl or xlsx
    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One row before any meaning: its cells by column name (or its raw text), and why it cannot be read, if so."""

    line: int
    cells: dict[str, str]
    error: str = ""


def read_shape(path: Path) -> Shape:
    """Recognise how a file is written. Raises ``Unreadable`` (French) when it is no table that we read."""
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        beginning = file.read(_SAMPLE)
    if not beginning.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable(f"{path.name}\u202f: le fichier est vide.")
    if suffix in (".xlsx", ".xlsm") or beginning.startswith(b"PK\x03\x04"):
        return _workbook_shape(path)
    if beginning.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            f"{path.name}\u202f: ancien classeur Excel ou classeur protégé\u202f; enregistrez-le en .xlsx ou .csv."
        )
    encoding = _encoding(path, beginning)
    if suffix in _JSON_SUFFIXES:
        return Shape("jsonl", encoding)
    if suffix not in _TEXT_SUFFIXES:
        raise Unreadable(
            f"{path.name}\u202f: ce type de fichier n’est pas lu (attendus\u202f: .csv, .tsv, .jsonl, .xlsx)."
        )
    sample = beginning.decode(encoding, "replace")
    if len(beginning) == _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    return Shape("csv", encoding, _delimiter(sample))


def read_records(path: Path, shape: Shape, names: tuple[str, ...]) -> Iterator[Record]:
    """Every row after the header, in order. ``names`` are the column names (``column_names``)."""
    if shape.kind == "jsonl":
        yield from _json_records(path, shape)
        return
    rows = _csv_rows(path, shape, len(names)) if shape.kind == "csv" else _sheet_rows(path, shape)
    for line, cells, error in islice(rows, 1 if shape.has_header else 0, None):
        if error:
            yield Record(line, {"__line__": "\n".join(cells)}, error)
            continue
        while len(cells) > len(names) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(names) and (shape.kind == "csv" or len(cells) > len(names)):
            sentence = f"{len(cells)} cellule(s) au lieu de {len(names)}"
            yield Record(line, {"__line__": json.dumps(cells, ensure_ascii=False)}, sentence)
            continue
        yield Record(line, dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True)))


def first_rows(path: Path, shape: Shape, count: int) -> list[list[str]]:
    """The first rows with something in them, header included (not for jsonl)."""
    rows = _csv_rows(path, shape, 0) if shape.kind == "csv" else _sheet_rows(path, shape)
    return [cells for _, cells, _ in islice(rows, count)]


def column_names(path: Path, shape: Shape) -> tuple[str, ...]:
    """The names of the columns, made unique; “colonne 1”… when there is no header."""
    if shape.kind == "jsonl":
        records = islice(_json_records(path, shape), 500)
        found = dict.fromkeys(name for record in records if not record.error for name in record.cells)
        return tuple(found)[:MAX_COLUMNS]
    rows = first_rows(path, shape, 1)
    cells = rows[0] if rows else []
    while cells and shape.has_header and not cells[-1].strip():
        cells.pop()
    names: list[str] = []
    for place, cell in enumerate(cells[:MAX_COLUMNS], start=1):
        name = " ".join(cell.split())[:200] if shape.has_header else ""
        name = base = _usable(name) or f"colonne {place}"
        twin = 2
        while name in names:
            name, twin = f"{base} ({twin})", twin + 1
        names.append(name)
    return tuple(names)


def _encoding(path: Path, beginning: bytes) -> str:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    pairs = beginning[:2_000]
    if pairs and pairs.count(b"\x00") * 3 > len(pairs):
        return "utf-16-le" if pairs[1::2].count(b"\x00") > pairs[::2].count(b"\x00") else "utf-16-be"
    if beginning.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    as_utf8 = as_latin = 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                as_utf8 += 1
            except UnicodeDecodeError:
                as_latin += 1
    # A few damaged rows in a UTF-8 file stay damaged rows; a file of the other kind has hardly any valid ones.
    return "utf-8" if as_utf8 >= as_latin else "cp1252"


def _delimiter(sample: str) -> str:
    """The mark that cuts the header in at least two and most rows in as many cells; else none."""
    best, best_value = _NO_DELIMITER, 0.0
    for candidate in ",;\t|":
        try:
            rows = [row for row in islice(csv.reader(io.StringIO(sample), delimiter=candidate), 200) if row]
        except csv.Error:
            continue
        if not rows or len(rows[0]) < 2:
            continue
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        value = alike * min(len(rows[0]), 20) ** 0.5
        if alike >= 0.5 and value > best_value:
            best, best_value = candidate, value
    return best


class _Lines:
    """The physical lines of a text, which can be put back, and which remembers those of the current row."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file = file
        self._back: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._file.readline()
        if not line:
            raise StopIteration
        self.taken.append(line)
        self.number += 1
        return line

    def put_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def _csv_rows(path: Path, shape: Shape, width: int) -> Iterator[tuple[int, list[str], str]]:
    """Physical line, cells and error of each row with something in it.

    A quote that is never closed would swallow the rows behind it: only its own line is set aside, the rest is read
    again from the next line.
    """
    with path.open(encoding=shape.encoding, errors=_errors(shape), newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
        while True:
            lines.taken = []
            start = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                head, *swallowed = lines.taken
                lines.put_back(swallowed)
                yield (start, *_broken(head, shape.delimiter, width, error))
                continue
            if not any(cell.strip() for cell in cells):
                continue
            text = "".join(cells)
            if not text.isascii() and _ESCAPED_BYTE.search(text):
                yield start, [_shown(cell) for cell in cells], f"octets illisibles en {shape.encoding}"
            else:
                yield start, [cell.replace("\x00", "") for cell in cells] if "\x00" in text else cells, ""


def _broken(line: str, delimiter: str, width: int, error: csv.Error) -> tuple[list[str], str]:
    """A line that strict reading refuses: quotes inside a field are forgiven when they come in pairs."""
    if "field larger" in str(error) and len(line) > MAX_CELL:
        return [_shown(line[:1_000]) + "…"], f"cellule de plus de {MAX_CELL} caractères"
    if line.count('"') % 2 == 0:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        if len(cells) == width or (not width and cells):
            return cells, ""
    return [_shown(line.rstrip("\r\n"))], "guillemet mal fermé"


def _errors(shape: Shape) -> str:
    """Undecodable bytes are kept to be shown, where the encoding has single bytes to keep."""
    return "replace" if shape.encoding.startswith("utf-16") else "surrogateescape"


def _shown(text: str) -> str:
    """Undecodable bytes made visible, so that the row can be kept and read by someone."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _json_records(path: Path, shape: Shape) -> Iterator[Record]:
    with path.open(encoding=shape.encoding, errors=_errors(shape)) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            if len(line) > 4 * MAX_CELL:
                yield Record(number, {"__line__": _shown(line[:1_000]) + "…"}, "ligne trop longue")
                continue
            if not line.isascii() and _ESCAPED_BYTE.search(line):
                yield Record(number, {"__line__": _shown(line.strip())}, f"octets illisibles en {shape.encoding}")
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                yield Record(number, {"__line__": _shown(line.strip())}, "ce n’est pas du JSON")
                continue
            if not isinstance(value, dict):
                yield Record(number, {"__line__": _shown(line.strip())}, "un objet JSON est attendu")
                continue
            yield Record(number, {_usable(_surely(name)): _surely(text) for name, text in _flat(value)})


def _flat(value: dict[str, object], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for name, one in value.items():
        if isinstance(one, dict) and depth < 3:
            yield from _flat(one, f"{prefix}{name}.", depth + 1)
        elif isinstance(one, str):
            yield prefix + name, one
        elif one is None:
            yield prefix + name, ""
        else:
            yield prefix + name, json.dumps(one, ensure_ascii=False)


def _usable(name: str) -> str:
    """A column name that is none of those that we keep for ourselves."""
    return name.strip("_ ") if name.startswith("__") else name


def _surely(text: str) -> str:
    """Without the lone surrogates and NUL that JSON can spell."""
    text = text.replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _workbook_shape(path: Path) -> Shape:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED:
                raise Unreadable(f"{path.name}\u202f: le classeur est trop gros une fois décompressé.")
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Unreadable(f"{path.name}\u202f: ce classeur ne peut pas être ouvert.") from error
    try:
        for sheet in book.worksheets:
            if any(value is not None for row in sheet.iter_rows(max_row=50, values_only=True) for value in row):
                return Shape("xlsx", sheet=sheet.title)
    finally:
        book.close()
    raise Unreadable(f"{path.name}\u202f: aucune feuille ne contient de lignes.")


def _sheet_rows(path: Path, shape: Shape) -> Iterator[tuple[int, list[str], str]]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for number, row in enumerate(book[shape.sheet].iter_rows(values_only=True), start=1):
            cells = [_cell_text(value) for value in row[: MAX_COLUMNS + 1]]
            if any(cells):
                yield number, cells, ""
    finally:
        book.close()


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return "" if text in _EXCEL_ERRORS else text.strip("\x00")
