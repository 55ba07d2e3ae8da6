"""Measures what the learner makes of public labelled texts and writes docs/understanding-learning.md.

Run: ``EGARDS_SHARED=… python -m egards.understanding.tests.measure_learning``. The published splits: learnt on train,
judged on test. The bar of CLINC is placed on its in-scope test texts, as the measure is defined; those of the aspects
on texts of their training part held out. None of these texts goes into what the project ships.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from egards.understanding.engines.embedding import embed
from egards.understanding.engines.learner import Scores, learn_one_of
from egards.understanding.tests import measure_aspects
from egards.understanding.tests.intervals import share
from egards.understanding.tests.measure_reading import ROOT, commit

PAGE = ROOT / "docs" / "understanding-learning.md"
IN_SCOPE_KEPT = 0.90


def banking(shared: Path) -> str:
    """The share of right answers among 77 intents, full supervision."""
    train, test = (_pairs(shared / "data/banking77-en" / f"{part}.csv") for part in ("train", "test"))
    learnt = learn_one_of([text for text, _ in train], [label for _, label in train])
    chosen = learnt.scores([text for text, _ in test]).argmax(axis=1)
    right = sum(learnt.labels[k] == label for k, (_, label) in zip(chosen, test, strict=True))
    return share(right, len(test))


def clinc(shared: Path) -> tuple[str, str]:
    """Right answers in scope without refusing; out-of-scope texts refused when 0.90 of the others are kept right."""
    data = json.loads((shared / "data/clinc150-en/data_full.json").read_text(encoding="utf-8"))
    learnt = learn_one_of([text for text, _ in data["train"]], [label for _, label in data["train"]])
    inside = learnt.scores([text for text, _ in data["test"]])
    right = np.array([learnt.labels[k] == row[1] for k, row in zip(inside.argmax(axis=1), data["test"], strict=True)])
    bar = _bar(inside, right)
    outside = learnt.scores([text for text, _ in data["oos_test"]]).max(axis=1)
    return share(int(right.sum()), len(right)), share(int((outside < bar).sum()), len(outside))


def _bar(inside: Scores, right: np.ndarray) -> float:
    """The score under which a text is refused, so that IN_SCOPE_KEPT of those in scope stay answered and right."""
    scores = np.sort(inside.max(axis=1)[right])
    return float(scores[max(0, len(scores) - int(np.ceil(IN_SCOPE_KEPT * len(inside))))])


def _pairs(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return [(row["text"], row["category"]) for row in csv.DictReader(source)]


_LOOKS = (
    "Le jeu d’essai des aspects a été regardé deux fois : le 23 novembre pour un premier apprentissage des entités, "
    "dont un réglage en a profité ; puis une fois, à la fin, pour celui-ci, dont tout a été choisi sur le jeu "
    "d’apprentissage (cinq plis) et le jeu de mise au point. « L’aspect donné » : son étiquette, et les mots qui le "
    "nomment quand il y en a.",
)


def main() -> int:
    """Measure and write the page; 1 when the references are not there."""
    where = os.environ.get("EGARDS_SHARED")
    if not where:
        sys.stderr.write("Mesure non faite : EGARDS_SHARED n’indique pas le dossier des références.\n")
        return 1
    started = time.perf_counter()
    embed([""])
    shared = Path(where)
    bank = banking(shared)
    inside, refused = clinc(shared)
    aspects = measure_aspects.rows(shared)
    page = [
        "# Chiffres de l’apprentissage",
        "",
        "Page écrite par `python -m egards.understanding.tests.measure_learning` ; ne pas la modifier à la main.",
        "",
        f"Commit {commit()} · {datetime.now(UTC):%Y-%m-%d} · Python {platform.python_version()}, {platform.machine()}, "
        f"{os.cpu_count()} cœurs · {time.perf_counter() - started:.0f} s en tout.",
        "",
        "| Mesure | Valeur et intervalle de Wilson à 95 % |",
        "|---|---|",
        f"| banking77, 77 intentions en anglais, tout l’apprentissage : justesse | {bank} |",
        f"| CLINC150, 150 intentions, sans refuser : justesse | {inside} |",
        f"| CLINC150, hors champ refusés quand 90 % des autres restent justes | {refused} |",
        *aspects,
        "",
        *_LOOKS,
        "",
    ]
    PAGE.write_text("\n".join(page), encoding="utf-8")
    sys.stdout.write("\n".join(page))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
