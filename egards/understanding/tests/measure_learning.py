"""Measures what the learner makes of public labelled texts and writes docs/understanding-learning.md.

Run: ``EGARDS_SHARED=… python -m egards.understanding.tests.measure_learning``. The published splits: learnt on train,
judged on test. The bar of CLINC is placed on its in-scope test texts, as the measure is defined; the bar of the aspects
was chosen on their dev part. None of these texts goes into what the project ships.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from egards.understanding.engines.embedding import embed
from egards.understanding.engines.learner import Scores, learn_any_of, learn_one_of
from egards.understanding.tests.intervals import share
from egards.understanding.tests.measure_reading import ROOT, commit

PAGE = ROOT / "docs" / "understanding-learning.md"
IN_SCOPE_KEPT = 0.90
SURE_ENOUGH = 0.40  # probability from which an aspect is said: the best of five on the dev part
_ENTITY = re.compile(r",\s*['\"]([a-z]+) [a-z&_/ ]+['\"],\s*['\"]?(?:positive|negative|neutral)['\"]?\s*\]")


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


def aspects(shared: Path) -> tuple[float, int]:
    """Micro-F1 of the entities said of a sentence (food, service…), and the sentences judged."""
    train, test = (_sentences(shared / "data/aspects-fr-restaurant" / f"{part}.txt") for part in ("train", "test"))
    learnt = learn_any_of([text for text, _ in train], [held for _, held in train])
    said = learnt.probabilities([text for text, _ in test]) >= SURE_ENOUGH
    true = np.array([[label in held for label in learnt.labels] for _, held in test])
    return float(2 * (said & true).sum() / (said.sum() + true.sum())), len(test)


def _bar(inside: Scores, right: np.ndarray) -> float:
    """The score under which a text is refused, so that IN_SCOPE_KEPT of those in scope stay answered and right."""
    scores = np.sort(inside.max(axis=1)[right])
    return float(scores[max(0, len(scores) - int(np.ceil(IN_SCOPE_KEPT * len(inside))))])


def _pairs(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return [(row["text"], row["category"]) for row in csv.DictReader(source)]


def _sentences(path: Path) -> list[tuple[str, frozenset[str]]]:
    lines = (line.partition("####") for line in path.read_text(encoding="utf-8").splitlines())
    return [(text, frozenset(_ENTITY.findall(held))) for text, _, held in lines]


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
    found, judged = aspects(shared)
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
        f"| Aspects de restaurants en français, entités : micro-F1 (n = {judged} phrases, sans intervalle) | "
        f"{found:.3f} |".replace("0.", "0,"),
        "",
    ]
    PAGE.write_text("\n".join(page), encoding="utf-8")
    sys.stdout.write("\n".join(page))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
