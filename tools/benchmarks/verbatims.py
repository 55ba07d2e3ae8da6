"""A hundred thousand verbatims through the product's own import, read in mass as they come in."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.houses import Builder, figures_of
from tests.pictures import law_of

LENGTH = 350
_LONGEST, _HALF = 160, 45  # of a sentence, in characters
_SEED = 20_261_124
_ENDS = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class VerbatimImport:
    """One import: how many were offered, kept, left unread, their mean length, and the seconds on the clock."""

    offered: int
    kept: int
    unread: int
    mean_length: float
    seconds: float
    law_holds: bool


def write_verbatims(path: Path, sources: Sequence[str], count: int) -> float:
    """Write a table of ``count`` texts of about 350 characters, no two alike, made of sentences of real ones drawn
    anew (seeded); return their mean length."""
    sentences = [sentence for text in sources for sentence in _ENDS.split(text.replace("\n", " ")) if sentence]
    chance = np.random.default_rng(_SEED)
    drawn, at, total = chance.integers(0, len(sentences), 64 * 1024), 0, 0
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["id", "date", "note", "texte"])
        for number in range(count):
            text = ""
            while len(text) < LENGTH - _HALF:
                if at == len(drawn):
                    drawn, at = chance.integers(0, len(sentences), len(drawn)), 0
                text += (" " if text else "") + sentences[drawn[at]][:_LONGEST]
                at += 1
            total += len(text)
            day = f"2026-{1 + number % 10:02d}-{1 + number // 10 % 28:02d}"
            table.writerow([f"v{number}", day, 1 + number % 5, text])
    return total / count


def import_verbatims(builder: Builder, folder: Path, sources: Sequence[str], count: int) -> VerbatimImport:
    """Import the table into a new empty house by `egards import`, and check the law and the readings."""
    table = folder / "verbatims" / "verbatims.csv"
    table.parent.mkdir(exist_ok=True)
    mean = write_verbatims(table, sources, count)
    house = builder.build("verbatims")
    began = time.perf_counter()
    done = house.egards("import", table)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise AssertionError(f"egards import a fini par {done.returncode} :\n{done.stderr[-2000:]}")
    figures = figures_of(done.stdout)
    unread = house.ask(
        "SELECT count(*) FROM interactions_content c LEFT JOIN understanding_reading r"
        " ON r.content_id = c.interaction_id AND r.is_current WHERE r.id IS NULL AND c.text <> ''"
    )
    return VerbatimImport(
        offered=figures["présentés"],
        kept=figures["gardés"],
        unread=int(unread[0][0]),
        mean_length=mean,
        seconds=seconds,
        law_holds=law_of(house).holds,
    )
