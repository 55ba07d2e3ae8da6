"""Measures the engine on public French texts and writes docs/understanding-figures.md.

Run: ``EGARDS_SHARED=… python -m egards.understanding.tests.measure_reading`` (``make test-understanding``).
The reviews' first 3,000 rows served to tune the lexicon; the figures come from the last 3,000 only. Stars are never
given to the engine. Not collected by pytest: it measures, it does not judge.
"""

from __future__ import annotations

import csv
import os
import platform
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from egards.understanding.engines.lexicon import LexiconEngine, load_engine
from egards.understanding.reading import Reading, Text
from egards.understanding.tests import measure_verbatims
from egards.understanding.tests.intervals import share

ROOT = Path(__file__).resolve().parents[3]
FIGURES = ROOT / "docs" / "understanding-figures.md"
TUNED_ROWS = 3_000
MAIL_LENGTH = 2_800
_POLARITY = re.compile(r",\s*'?(positive|negative|neutral)'?\s*\]")


@dataclass(slots=True)
class Tally:
    """Outcomes by true class: right, wrong, ambiguous, silent (nothing polar found)."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, truth: int, reading: Reading) -> None:
        """Count one reading against the true sign (+1 or −1)."""
        if reading.ambiguous:
            outcome = "ambiguous"
        elif reading.polarity == 0:
            outcome = "silent"
        else:
            outcome = "right" if reading.polarity * truth > 0 else "wrong"
        self.counts["+" if truth > 0 else "-", outcome] += 1

    def of(self, *outcomes: str, signs: str = "+-") -> int:
        """How many of these outcomes, in one class or in both."""
        return sum(self.counts[sign, outcome] for sign in signs for outcome in outcomes)


def reviews(shared: Path) -> list[tuple[int, str]]:
    """Stars and text of the reviews kept for the exam."""
    with (shared / "data/reviews-fr-auto/reviews.csv").open(encoding="utf-8", newline="") as source:
        return [(int(row["stars"]), row["text"]) for row in csv.DictReader(source)][TUNED_ROWS:]


def restaurant(shared: Path) -> Iterator[tuple[int, str]]:
    """Sentences of another trade whose aspects all have one sign."""
    for line in (shared / "data/aspects-fr-restaurant/test.txt").read_text(encoding="utf-8").splitlines():
        text, _, aspects = line.partition("####")
        signs = set(_POLARITY.findall(aspects))
        if signs == {"positive"} or signs == {"negative"}:
            yield (1 if "positive" in signs else -1), text


def tally(engine: LexiconEngine, cases: list[tuple[int, str]]) -> Tally:
    """Read texts and count outcomes by class."""
    counted = Tally()
    for (truth, _), reading in zip(cases, engine.read([Text(text) for _, text in cases]), strict=True):
        counted.add(truth, reading)
    return counted


def speed(engine: LexiconEngine, texts: list[Text]) -> int:
    """Texts per second of processor time, one core, the better of three passes."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        engine.read(texts)
        best = min(best, time.process_time() - started)
    return round(len(texts) / best)


def mails(texts: list[str]) -> list[Text]:
    """Mail-sized texts made of whole reviews: denser in opinion than a true mail, so the hardest case."""
    made, current = [], ""
    for text in texts:
        current += text + "\n"
        if len(current) >= MAIL_LENGTH:
            made.append(Text(f"Bonjour,\n\n{current}\nCordialement", subject="Re: ma commande"))
            current = ""
    return made


def lines(title: str, counted: Tally) -> list[str]:
    """A Markdown section for one set."""
    decided, everything = counted.of("right", "wrong"), counted.of("right", "wrong", "ambiguous", "silent")
    section = [f"## {title}", "", "| Mesure | Valeur et intervalle de Wilson à 95 % |", "|---|---|"]
    section.append(f"| Justesse du signe, textes tranchés | {share(counted.of('right'), decided)} |")
    section.append(f"| Couverture (textes tranchés) | {share(decided, everything)} |")
    section.append(f"| Déclarés ambigus | {share(counted.of('ambiguous'), everything)} |")
    section.append(f"| Sans mot d’opinion | {share(counted.of('silent'), everything)} |")
    for sign, name in (("-", "défavorables"), ("+", "favorables")):
        right, wrong = counted.of("right", signs=sign), counted.of("wrong", signs=sign)
        section.append(f"| Justesse sur les {name} tranchés | {share(right, right + wrong)} |")
    return [*section, ""]


def commit() -> str:
    """The commit measured, and whether files had changed since."""
    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if head.returncode:
        return "(aucun commit encore)"
    changed = subprocess.run(
        ["git", "status", "--porcelain", "egards/understanding"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return head.stdout.strip() + (" + modifications" if changed.stdout.strip() else "")


def main() -> int:
    """Measure and write the page; 1 when the references are not there."""
    shared = os.environ.get("EGARDS_SHARED")
    if not shared:
        sys.stderr.write("Mesure non faite : EGARDS_SHARED n’indique pas le dossier des références.\n")
        return 1
    engine = load_engine()
    rows = reviews(Path(shared))
    starred = tally(engine, [(1 if stars > 3 else -1, text) for stars, text in rows if stars != 3])
    other_trade = tally(engine, list(restaurant(Path(shared))))
    review_speed = speed(engine, [Text(text) for _, text in rows])
    mail_speed = speed(engine, mails([text for _, text in rows]))
    page = [
        "# Chiffres de la lecture",
        "",
        "Page écrite par `make test-understanding` ; ne pas la modifier à la main. Méthode : `docs/understanding.md`.",
        "",
        f"Moteur {engine.name} {engine.version} · commit {commit()} · {datetime.now(UTC):%Y-%m-%d} · "
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cœurs.",
        "",
        *lines("Avis d’assurés (1–2 contre 4–5 étoiles, étoiles cachées au moteur, 3 000 dernières lignes)", starred),
        *lines("Autre métier : restaurants (phrases à signe unique, jamais regardées)", other_trade),
        "## Débit (un cœur, temps processeur, meilleure de trois passes)",
        "",
        f"- Avis (environ 300 caractères) : {review_speed} par seconde.",
        "- Courriels faits d’avis mis bout à bout (environ 2 900 caractères, que de l’opinion : le pire cas) : "
        f"{mail_speed} par seconde.",
        "",
        *measure_verbatims.section(Path(shared)),
    ]
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text("\n".join(page), encoding="utf-8")
    sys.stdout.write("\n".join(page))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
