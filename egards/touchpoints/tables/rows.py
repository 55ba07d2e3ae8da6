"""One row of a table, from its stored JSON to what every later step reads."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..inbound import Address, HandleKind, Inbound, Meta, Party, Unreadable
from .plan import Plan, Reading, reading_from_json
from .source import Record, read_records
from .values import read_moment, read_score

OCCURRENCE_KEY = "__occurrence__"
LINE_KEY = "__line__"
MAX_TEXT = 100_000
MAX_VALUE = 1_000
SHORT_TEXT = 40
_HANDLES: tuple[tuple[str, HandleKind], ...] = (("email", "email"), ("phone", "phone"), ("loyalty", "loyalty"))
_FACTS = ("place", "product", "brand", "language")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its line (1 is the first of the file), its canonical JSON, and why it is set aside, if so."""

    line: int
    raw: bytes
    error: str | None = None


class BadRow(Unreadable):
    """A row that cannot be a word; ``column`` is the one at fault, or empty."""

    def __init__(self, sentence: str, column: str = "") -> None:
        super().__init__(f"colonne «\u202f{column}\u202f»\u202f: {sentence}" if column else sentence)
        self.column = column


def read_rows(path: Path | str, plan: Plan) -> Iterator[Row]:
    """Every row of a file, good or set aside (``error``, French, with file, line and column): none is left out.

    ``raw`` is the row as canonical JSON in UTF-8 with the names of its columns, to be stored and given to
    ``parse_row``. Identical rows without id and author: a text under 40 characters is the word of another person each
    time (``__occurrence__`` counts them), a longer one is the same word again (always 0).
    """
    path = Path(path)
    names = tuple(column.name for column in plan.columns)
    reading = reading_from_json(plan.to_json())
    seen: Counter[bytes] = Counter()
    known: dict[int, int] = {}
    for record in read_records(path, plan.shape, names):
        error = record.error
        if not error:
            try:
                word = _translated(record.cells, reading)
                _check_id(word.word_id, record, reading, known)
            except Unreadable as bad:
                error = str(bad)
        occurrence = 0 if error else _occurrence(record, reading, seen)
        raw = _canonical(record.cells, occurrence)
        yield Row(record.line, raw, f"{path.name}, ligne {record.line}, {error}" if error else None)


def parse_row(raw: bytes, meta: Meta) -> Inbound:
    """Translate a stored row with the plan in ``meta.options["plan"]`` (``Plan.to_json``). Raises ``Unreadable``."""
    reading = reading_from_json(meta.options.get("plan", ""))
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("La ligne gardée n’est pas du JSON.") from error
    if not isinstance(value, dict) or LINE_KEY in value:
        raise Unreadable("La ligne n’a pas pu être séparée en colonnes.")
    occurrence = value.pop(OCCURRENCE_KEY, 0)
    cells = {str(name): cell for name, cell in value.items() if isinstance(cell, str)}
    return _translated(cells, reading, occurrence if isinstance(occurrence, int) else 0)


def _translated(cells: dict[str, str], reading: Reading, occurrence: int = 0) -> Inbound:
    found = {meaning: cells.get(name, "").strip() for meaning, name in reading.meanings.items()}
    text, title = found.get("text", ""), found.get("title", "")
    if len(text) > MAX_TEXT:
        raise BadRow(f"texte de plus de {MAX_TEXT} caractères", reading.meanings["text"])
    score, scale = _score(found.get("score", ""), reading)
    if not text and score is None and not title:
        raise BadRow("ni texte ni note")
    for meaning, value in found.items():
        if meaning != "text" and len(value) > MAX_VALUE:
            raise BadRow(f"valeur de plus de {MAX_VALUE} caractères", reading.meanings[meaning])
    return Inbound(
        word_id=found.get("id", ""),
        text=text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text,
        subject=" ".join(title.split()),
        happened_at=_moment(found.get("date", ""), reading),
        parties=_parties(found),
        score=score,
        scale=scale,
        occurrence=occurrence,
        facts=_facts(cells, found, reading),
    )


def _score(text: str, reading: Reading) -> tuple[float | None, tuple[float, float] | None]:
    if not text:
        return None, None
    read = read_score(text)
    if read is None or reading.scale is None:
        raise BadRow(f"note illisible «\u202f{text[:40]}\u202f»", reading.meanings["score"])
    value, top = read
    low, high = reading.scale
    if top is not None and top != high:
        raise BadRow(f"note sur {top:g} dans une échelle de {low:g} à {high:g}", reading.meanings["score"])
    if not low <= value <= high:
        raise BadRow(f"note {value:g} hors de l’échelle de {low:g} à {high:g}", reading.meanings["score"])
    return value, reading.scale


def _moment(text: str, reading: Reading) -> datetime | None:
    if not text:
        return None
    moment = read_moment(text, reading.day_order)
    if moment is None:
        raise BadRow(f"date illisible «\u202f{text[:40]}\u202f»", reading.meanings["date"])
    return moment


def _name(found: dict[str, str]) -> str:
    return " ".join(f"{found.get('given_name', '')} {found.get('author', '')}".split())


def _parties(found: dict[str, str]) -> tuple[Party, ...]:
    """The handles of the author, one party each: what a file says about them is a claim."""
    name = _name(found)
    return tuple(
        Party("author", Address(kind, found[meaning], name)) for meaning, kind in _HANDLES if found.get(meaning)
    )


def _facts(cells: dict[str, str], found: dict[str, str], reading: Reading) -> dict[str, str]:
    facts = {name: value for name in reading.others if (value := cells.get(name, "").strip()[:MAX_VALUE])}
    facts |= {meaning: found[meaning] for meaning in _FACTS if found.get(meaning)}
    if name := _name(found):
        facts["author_name"] = name
    return facts


def _check_id(word_id: str, record: Record, reading: Reading, known: dict[int, int]) -> None:
    """Two different rows under one id would be taken for one word: the second is set aside, not lost."""
    if word_id:
        content = hash(tuple(record.cells.values()))
        if known.setdefault(hash(word_id), content) != content:
            raise BadRow(
                f"l’identifiant «\u202f{word_id[:40]}\u202f» désigne déjà une autre ligne", reading.meanings["id"]
            )


def _occurrence(record: Record, reading: Reading, seen: Counter[bytes]) -> int:
    """How many identical rows came before, where each one is another person's word."""
    cells = record.cells
    known = ("id", "author", *(meaning for meaning, _ in _HANDLES))
    if any(cells.get(reading.meanings.get(meaning, ""), "").strip() for meaning in known):
        return 0
    if len(cells.get(reading.meanings.get("text", ""), "").strip()) >= SHORT_TEXT:
        return 0
    key = hashlib.blake2b(_canonical(cells, 0), digest_size=16).digest()
    seen[key] += 1
    return seen[key] - 1


def _canonical(cells: dict[str, str], occurrence: int) -> bytes:
    """The same row always gives the same bytes: sorted names, no spaces, UTF-8."""
    value: dict[str, str | int] = {**cells, OCCURRENCE_KEY: occurrence}
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
