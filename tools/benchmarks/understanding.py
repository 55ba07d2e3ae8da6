"""`make bench-understanding`: how fast and how right verbatims are read, beside other ways; writes its page.

Reviews of insurers (EGARDS_SHARED): the first 3,000 rows tune or teach the rivals, the last 3,000 judge everyone; stars
are never given to our engine. `ARGS="--verbatims 5000 --no-rivals"` tries on less, and writes under var/bench instead.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from egards.understanding.engines.adapted import learn_alone
from egards.understanding.engines.plan import load_plan
from egards.understanding.engines.verbatim import FirstPass, Mode, VerbatimReader
from egards.understanding.reading import Text
from egards.understanding.tests.measure_verbatims import TUNED_ROWS, command_cost
from egards.understanding.verbatim_json import reading_as_json
from tests.houses import houses, lasting_server
from tools.benchmarks.report import commit, machine
from tools.benchmarks.rivals import RIVALS, NoRivals, Rival, install_rivals, run_rival
from tools.benchmarks.understanding_page import Costs, Found, Ours, written
from tools.benchmarks.verbatims import VerbatimImport, import_verbatims

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "bench"
PAGE = ROOT / "docs" / "benchmarks-understanding.md"
VERBATIMS = 100_000
LEAST_LENGTH, MOST_LENGTH = 280, 420
_AT_ONCE = 512
_LOADS = 3
LEAST_PASSES, LEAST_SECONDS = 3, 5.0  # of the same texts: the best pass counts


@dataclass(frozen=True)
class Reviews:
    """The texts: labelled ones to teach rivals, labelled ones to judge, all those to be read, those of usual length."""

    train: list[tuple[str, bool]]
    judged: list[tuple[str, bool]]
    read: list[str]
    usual: list[str]


def main(words: Sequence[str]) -> int:
    """Measure and write the page; 1 when the references are not there."""
    options = arguments(words)
    shared = os.environ.get("EGARDS_SHARED")
    if not shared:
        print("make bench-understanding : EGARDS_SHARED n’indique pas le dossier des références.", file=sys.stderr)
        return 1
    WORK.mkdir(parents=True, exist_ok=True)
    reviews = reviews_of(Path(shared))
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=WORK))
    folder.chmod(0o711)  # ours: the server's account crosses it when root measures
    found = Found(
        machine(),
        commit(),
        datetime.now(UTC).date().isoformat(),
        os.getloadavg()[0],
        judged=len(reviews.judged),
        taught=len(reviews.train),
    )
    try:
        found.costs = costs(reviews)  # first: a process born of a fat one weighs as much
        found.imported = imported(folder, reviews, options.verbatims)
        found.ours = ours(reviews)
        if options.no_rivals:
            found.why_no_rivals = "--no-rivals"
        else:
            found.rivals, found.why_no_rivals = rivals(folder, reviews)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    is_whole = options.verbatims == VERBATIMS and len(found.rivals) == len(RIVALS)
    page = PAGE if is_whole else WORK / PAGE.name
    text = written(found)
    page.write_text(text, encoding="utf-8")
    print(f"\n{text}\nÉcrit dans {page.relative_to(ROOT)}.")
    return 0


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="make bench-understanding", description=__doc__)
    parser.add_argument("--verbatims", type=int, default=VERBATIMS, metavar="N", help="verbatims à importer")
    parser.add_argument("--no-rivals", action="store_true", help="sans les concurrents, qu’il faut installer")
    return parser.parse_args(words)


def reviews_of(shared: Path) -> Reviews:
    """The reviews, split as every figure of the reading is; 3 stars have no side."""
    with (shared / "data/reviews-fr-auto/reviews.csv").open(encoding="utf-8", newline="") as source:
        rows = [(row["text"], int(row["stars"])) for row in csv.DictReader(source)]
    sided = [
        [(text, stars > 3) for text, stars in half if stars != 3] for half in (rows[:TUNED_ROWS], rows[TUNED_ROWS:])
    ]
    read = [text for text, _ in rows[TUNED_ROWS:]]
    return Reviews(sided[0], sided[1], read, [text for text in read if LEAST_LENGTH <= len(text) <= MOST_LENGTH])


def imported(folder: Path, reviews: Reviews, count: int) -> VerbatimImport:
    """A table through the product's import, on a server of its own."""
    print(f"Import de {count} verbatims…", flush=True)
    with lasting_server(folder / "server") as server, houses(folder / "houses", server, "bench") as builder:
        return import_verbatims(builder, folder, reviews.read, count)


def ours(reviews: Reviews) -> list[Ours]:
    """Both modes, as shipped and with what the file teaches."""
    found = []
    modes: tuple[Mode, ...] = ("mass", "fine")
    for mode in modes:
        print(f"`{mode}`…", flush=True)
        reader = VerbatimReader(load_plan(), mode)
        spent = [_seconds(reader, reviews.usual)]
        while len(spent) < LEAST_PASSES or sum(spent) < LEAST_SECONDS:
            spent.append(_seconds(reader, reviews.usual))
        found.append(Ours(mode, *_right(reader, reviews), round(len(reviews.usual) / min(spent))))
        began = time.process_time()
        taught = reader.first_pass([Text(text) for text in reviews.read])
        reader.learner = learn_alone(reviews.read, taught.odds)
        _seconds(reader, reviews.read, taught)
        rate = round(len(reviews.read) / (time.process_time() - began))
        found.append(Ours(f"{mode} --adapt", *_right(reader, reviews), rate))
    return found


def _seconds(reader: VerbatimReader, texts: Sequence[str], taught: FirstPass | None = None) -> float:
    """Seconds of processor from texts to their lines of JSON."""
    began = time.process_time()
    for start in range(0, len(texts), _AT_ONCE):
        batch = texts[start : start + _AT_ONCE]
        said = None if taught is None else taught.at(slice(start, start + _AT_ONCE))
        for row, read in enumerate(reader.read([Text(text) for text in batch], taught=said)):
            json.dumps(reading_as_json(start + row, batch[row], read, reader.version), ensure_ascii=False)
    return time.process_time() - began


def _right(reader: VerbatimReader, reviews: Reviews) -> tuple[int, int]:
    """Right signs of the score, of how many; a score of 0 is wrong."""
    right = 0
    for start in range(0, len(reviews.judged), _AT_ONCE):
        batch = reviews.judged[start : start + _AT_ONCE]
        read = reader.read([Text(text) for text, _ in batch])
        right += sum(one.polarity.score * (1 if good else -1) > 0 for one, (_, good) in zip(read, batch, strict=True))
    return right, len(reviews.judged)


def costs(reviews: Reviews) -> Costs:
    """The whole command on one text, and its memory on texts enough to weigh."""
    print("Chargement et mémoire…", flush=True)
    loads = [command_cost(reviews.usual[:1])[1] for _ in range(_LOADS)]
    return Costs(min(loads), command_cost(reviews.usual)[2], command_cost(reviews.read, "--adapt")[2])


def rivals(folder: Path, reviews: Reviews) -> tuple[dict[str, Rival], str]:
    """Each rival that runs, and why others did not."""
    found: dict[str, Rival] = {}
    whys = []
    try:
        print("Installation des concurrents…", flush=True)
        python = install_rivals(WORK)
    except NoRivals as problem:
        return found, str(problem)
    for name in RIVALS:
        print(f"{name}…", flush=True)
        try:
            found[name] = run_rival(
                name, python, folder, train=reviews.train, judged=reviews.judged, usual=reviews.usual
            )
        except NoRivals as problem:
            whys.append(str(problem))
    return found, " ".join(whys)
