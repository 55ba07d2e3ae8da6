"""``egards read FILE``: the texts of a file read one by one into JSON lines, without a house, a base or a network."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from egards.cli.house import HouseError
from egards.cli.verbatim_rows import RefusedRow, Row, favourable, read_rows
from egards.understanding.engines.adapted import Student, TooFewTexts, learn_alone, learn_from_labels
from egards.understanding.engines.plan import load_plan
from egards.understanding.engines.plan_values import PlanError
from egards.understanding.engines.polarity import Numbers
from egards.understanding.engines.verbatim import FirstPass, VerbatimReader
from egards.understanding.reading import Text
from egards.understanding.verbatim_json import reading_as_json

_AT_ONCE = 512
_TOLD = 20


def handle(args: argparse.Namespace) -> int:
    """Read a file; 0 when at least one text was read or the file was empty, 1 when every row was refused."""
    try:
        plan = load_plan(args.themes)
    except PlanError as error:
        raise HouseError(str(error)) from error
    gone_through = list(read_rows(args.file, column=args.column, labels=args.labels, form=args.format))
    rows = [row for row in gone_through if isinstance(row, Row)]
    refused = [row for row in gone_through if isinstance(row, RefusedRow)]
    reader = VerbatimReader(plan, args.mode, default_language=args.language)
    taught = None
    if args.adapt or args.labels:
        taught = reader.first_pass([Text(row.text) for row in rows])
        reader.learner = _learner(rows, taught.odds, by_labels=bool(args.labels))
    with _opened(args.output) as out:
        _write(reader, rows, taught, out)
    _tell(len(rows), refused)
    return 1 if refused and not rows else 0


def _learner(rows: Sequence[Row], taught: Numbers, *, by_labels: bool) -> Student | None:
    """What the file teaches, or None, told, when it is too little."""
    texts = [row.text for row in rows]
    try:
        if by_labels:
            return learn_from_labels(texts, taught, [favourable(row.label) for row in rows])
        return learn_alone(texts, taught)
    except TooFewTexts as error:
        print(f"{error} Le fichier est lu sans apprendre.", file=sys.stderr)
        return None


def _write(reader: VerbatimReader, rows: Sequence[Row], taught: FirstPass | None, out: TextIO) -> None:
    version = reader.version
    with tqdm(total=len(rows), unit=" textes", desc="Lecture", disable=not sys.stderr.isatty()) as bar:
        for start in range(0, len(rows), _AT_ONCE):
            batch = rows[start : start + _AT_ONCE]
            said = None if taught is None else taught.at(slice(start, start + _AT_ONCE))
            for row, read in zip(batch, reader.read([Text(row.text) for row in batch], taught=said), strict=True):
                line = reading_as_json(row.number, row.text, read, version)
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
            bar.update(len(batch))


def _tell(read: int, refused: Sequence[RefusedRow]) -> None:
    for row in refused[:_TOLD]:
        print(f"Ligne {row.number}, champ « {row.field} » : {row.why}.", file=sys.stderr)
    if len(refused) > _TOLD:
        print(f"… et {len(refused) - _TOLD} autres lignes refusées.", file=sys.stderr)
    print(f"{read} textes lus, {len(refused)} refusés.", file=sys.stderr)


@contextmanager
def _opened(path: Path | None) -> Iterator[TextIO]:
    """The file to write, whole or not at all; the standard output without one."""
    if path is None:
        yield sys.stdout
        return
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("w", encoding="utf-8") as out:
            yield out
        unfinished.replace(path)
    except OSError as error:
        raise HouseError(f"« {path} » ne peut pas être écrit : {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
