"""Measures what the twenty-two intents are worth and writes docs/understanding-intents.md.

Run: ``python -m egards.understanding.tests.measure_intents``. Judged on the development set of invented messages, which
no weight was learnt from, and on the corpus of each writer read by weights learnt without it.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score  # type: ignore[import-untyped]

from egards.understanding.engines.embedding import embed
from egards.understanding.engines.intent_model import OUT_OF_SCOPE, UNSURE, Kind
from egards.understanding.engines.intent_reader import IntentReader, IntentsRead
from egards.understanding.engines.plan import load_plan
from egards.understanding.engines.words import split
from egards.understanding.tests.intervals import share
from egards.understanding.tests.measure_reading import ROOT, commit
from egards.understanding.tests.messages import labels, messages
from tools.learn_intents import BLIND, Lesson, School, lessons_of

PAGE = ROOT / "docs" / "understanding-intents.md"
HALF_SEED = 20_261_123  # draws the half that was looked at while cues were first tried
_BINS = 10
KINDS: tuple[Kind, ...] = ("fine", "mass")
HEAD = """# Chiffres des intentions

Page écrite par `python -m egards.understanding.tests.measure_intents` ; ne pas la modifier à la main.

Commit {commit} · {day} · Python {python}, {machine}, {cores} cœurs. But : justesse ≥ 0,88, macro-F1 ≥ 0,85, moins
de 10 % de « unsure ». Ce que veulent dire ces lignes, et leurs réserves : `understanding.md`.
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a way of reading says of the development set: labels, forced and with « unsure », and probabilities."""

    name: str
    forced: list[str]
    said: list[str]
    sure: NDArray[np.float64]


def shipped(kind: Kind) -> tuple[Judged, list[IntentsRead]]:
    """The development set as ``egards read`` reads it."""
    texts = [message.text for message in messages()]
    reader = IntentReader(load_plan(), kind)
    parts = [split(text) for text in texts]
    meanings = reader.meanings(embed(texts)) if kind == "fine" else np.zeros((len(texts), 0))
    read = reader.read(parts, meanings)
    sure = np.array([one.probability for one in read])
    return Judged(f"`{kind}`, comme livré", reader.likeliest(parts, meanings), [one.main for one in read], sure), read


def learnt_from(school: School, chosen: NDArray[np.bool_], judged: NDArray[np.bool_], kind: Kind) -> list[str]:
    """The likeliest label of each judged lesson, by weights learnt from the chosen ones."""
    margins = school.margins(school.learn(chosen, kind), judged, kind)
    return [school.labels[place] for place in margins.argmax(axis=1)]


def table(truth: Sequence[str], rows: Sequence[tuple[str, Sequence[str], Sequence[str] | None]]) -> list[str]:
    """Accuracy, macro-F1 and halves, a line a way of reading. ``said`` None: it never says « unsure »."""
    half = np.zeros(len(truth), dtype=bool)
    half[np.random.default_rng(HALF_SEED).permutation(len(truth))[: len(truth) // 2]] = True
    lines = [
        "| Lecture | Justesse, réponse forcée | Macro-F1 | Moitié relue | Moitié non relue | « unsure » |",
        "|---|---|---|---|---|---|",
    ]
    for name, forced, said in rows:
        right = np.array([one == true for one, true in zip(forced, truth, strict=True)])
        macro = f1_score(list(truth), list(forced), average="macro", zero_division=0)
        unsure = "—" if said is None else f"{said.count(UNSURE) / len(said):.3f}"
        halves = f"{right[half].mean():.3f} | {right[~half].mean():.3f}"
        lines.append(f"| {name} | {share(int(right.sum()), len(right))} | {macro:.3f} | {halves} | {unsure} |")
    return [line.replace("0.", "0,") for line in lines]


def calibration(judged: Judged, truth: Sequence[str]) -> float:
    """The expected calibration error of the probability of the likeliest label, ten bins."""
    right = np.array([one == true for one, true in zip(judged.forced, truth, strict=True)])
    bins = np.minimum((judged.sure * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(right[bins == one].mean() - judged.sure[bins == one].mean()) * (bins == one).mean() for one in set(bins)
    ]
    return float(sum(gaps))


def several(read: Sequence[IntentsRead]) -> tuple[float, float, float]:
    """Precision and recall of all the intents said, main or not; recall of those that are not the main one."""
    agreed = labels("agreed")
    found = right = true = beside = beside_found = 0
    for message, one in zip(messages(), read, strict=True):
        label = agreed[message.id]
        said, held = {part.intent for part in one.said}, {label.main, *label.also} - {OUT_OF_SCOPE}
        found, right, true = found + len(said), right + len(said & held), true + len(held)
        beside, beside_found = beside + len(label.also), beside_found + len(said & set(label.also))
    return right / found, right / true, beside_found / beside


def development(school: School, sources: NDArray[np.str_]) -> list[str]:
    """The section on the development set: as shipped, then from the examples of the plan alone."""
    truth = [one.main for one in school.lessons if one.source == "dev"]
    judged = {kind: shipped(kind) for kind in KINDS}
    rows: list[tuple[str, Sequence[str], Sequence[str] | None]]
    rows = [(one.name, one.forced, one.said) for one, _ in judged.values()]
    for kind in KINDS:
        few = learnt_from(school, sources == "plan", sources == "dev", kind)
        rows.append((f"`{kind}`, les douze exemples du plan{' et les indices' * (kind == 'fine')}", few, None))
    lines = ["## Jeu de mise au point", "", *table(truth, rows), ""]
    for kind, (one, read) in judged.items():
        precision, recall, beside = several(read)
        said = (
            f"- `{kind}` : erreur de calibration {calibration(one, truth):.3f} ; de toutes les intentions dites, "
            f"précision {precision:.3f}, rappel {recall:.3f} (rappel des secondes seules : {beside:.3f})."
        )
        lines.append(said.replace("0.", "0,"))
    return lines


def strangers(school: School, sources: NDArray[np.str_]) -> list[str]:
    """The section on corpora whose writers saw nothing else, each read by weights learnt without it."""
    lines = ["## Un corpus lu par ce que les autres ont appris", "", "| Corpus | `fine` | `mass` |", "|---|---|---|"]
    for source in [source for source in BLIND if (sources == source).any()]:
        truth = [one.main for one in school.lessons if one.source == source]
        known = ~np.isin(sources, [source, "dev"])
        shares = []
        for kind in KINDS:
            read = learnt_from(school, known, sources == source, kind)
            shares.append(share(sum(a == b for a, b in zip(read, truth, strict=True)), len(truth)))
        lines.append(f"| {source} | {' | '.join(shares)} |")
    return lines


def main() -> int:
    """Measure and write the page; returns 0."""
    plan, agreed = load_plan(), labels("agreed")
    dev = [Lesson(m.text, agreed[m.id].main, frozenset([agreed[m.id].main]), "dev") for m in messages()]
    school = School(plan, [*lessons_of(plan), *dev])
    sources = np.array([one.source for one in school.lessons])
    head = HEAD.format(
        commit=commit(),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        python=platform.python_version(),
        machine=platform.machine(),
        cores=os.cpu_count(),
    )
    page = "\n".join([head, *development(school, sources), "", *strangers(school, sources), ""])
    PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
