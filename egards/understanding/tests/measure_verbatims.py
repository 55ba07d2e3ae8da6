"""Measures ``egards read``: sign from the score, calibration, speed, load and memory, against the goals of its issue.

``measure_reading`` runs it and writes the page. Stars and labels are never given to the engine. A seed draws two rows
in three, in another order: ``--adapt`` learns from those texts, none labelled, and reads the same, as the command does.
"""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from egards.understanding.engines.adapted import learn_alone
from egards.understanding.engines.plan import load_plan
from egards.understanding.engines.polarity import Numbers
from egards.understanding.engines.verbatim import FirstPass, Mode, VerbatimReader
from egards.understanding.reading import Text
from egards.understanding.tests.intervals import share
from egards.understanding.verbatim_json import reading_as_json

SEEDS = (1, 2, 3, 4, 5)
TUNED_ROWS = 3_000
LEAST_LENGTH, MOST_LENGTH = 280, 420
GOALS = {"fine": 0.90, "fine+adapt": 0.92}
GOAL_SPEED: dict[Mode, int] = {"fine": 150, "mass": 3_000}
GOAL_LOAD, GOAL_MEMORY = 3.0, 500
_BINS = 10
_AT_ONCE = 512
_PASSES = 3
_POLARITY = re.compile(r",\s*'?(positive|negative|neutral)'?\s*\]")
_COMMAND = "import sys; from egards.cli.main import main; sys.exit(main())"
_NAMES = {
    "mass": "`--mode mass`, comme livré",
    "fine": "`--mode fine`, comme livré",
    "mass+adapt": "`--mode mass --adapt`",
    "fine+adapt": "`--mode fine --adapt`",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A text of the file and its true sign; 0 when it has none (3 stars, both signs): read, learnt from, not judged."""

    sign: int
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How many signs were right of how many; ``silent``: score 0, counted as wrong. ``error``: of calibration."""

    right: int
    total: int
    silent: int
    error: float

    @property
    def accuracy(self) -> float:
        """The part of right signs."""
        return self.right / self.total


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of reading one file: on all its rows, and on each draw."""

    whole: Judged
    draws: tuple[Judged, ...]


def insurer_reviews(shared: Path) -> list[Case]:
    """The reviews after those that tuned the lexicon; 3 stars have no sign."""
    with (shared / "data/reviews-fr-auto/reviews.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))[TUNED_ROWS:]
    return [Case(int(np.sign(int(row["stars"]) - 3)), row["text"]) for row in rows]


def restaurant_sentences(shared: Path) -> list[Case]:
    """Sentences of another trade, learning and test parts together: neither ever served here."""
    found = []
    for part in ("train", "test"):
        told = (shared / f"data/aspects-fr-restaurant/{part}.txt").read_text(encoding="utf-8")
        for line in told.splitlines():
            text, _, aspects = line.partition("####")
            signs = set(_POLARITY.findall(aspects))
            found.append(Case((signs == {"positive"}) - (signs == {"negative"}), text))
    return found


def judge(signs: Sequence[int], scores: Numbers, sure: Numbers) -> Judged:
    """Forced choice from the score's sign; calibration error over ten bins from ½ to 1, silent texts left out."""
    judged = np.array(signs) != 0
    truth, said, sure = np.array(signs)[judged], np.sign(scores[judged]), sure[judged]
    right, spoken = said == truth, said != 0
    bins = np.minimum(((sure - 0.5) * 2 * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(sure[inside].mean() - right[inside].mean())) * int(inside.sum())
        for inside in ((bins == number) & spoken for number in range(_BINS))
        if inside.any()
    ]
    return Judged(int(right.sum()), len(truth), int((~spoken).sum()), sum(gaps) / max(1, int(spoken.sum())))


def measure(reader: VerbatimReader, cases: Sequence[Case]) -> dict[str, Measured]:
    """As shipped, then with what the file teaches; by name (mode, mode+adapt)."""
    taught = reader.first_pass([Text(case.text) for case in cases])
    rows = [np.arange(len(cases))]
    rows += [np.random.default_rng(seed).permutation(len(cases))[: 2 * len(cases) // 3] for seed in SEEDS]
    found = {}
    for adapts in (False, True):
        judged = [_judged(reader, [cases[int(i)] for i in chosen], taught.at(chosen), adapts=adapts) for chosen in rows]
        found[f"{reader.mode}+adapt" if adapts else reader.mode] = Measured(judged[0], tuple(judged[1:]))
    return found


def _judged(reader: VerbatimReader, cases: Sequence[Case], taught: FirstPass, *, adapts: bool) -> Judged:
    """What the command does with these rows as its file."""
    reader.learner = learn_alone([case.text for case in cases], taught.odds) if adapts else None
    read = []
    for start in range(0, len(cases), _AT_ONCE):
        batch = [Text(case.text) for case in cases[start : start + _AT_ONCE]]
        read += [one.polarity for one in reader.read(batch, taught=taught.at(slice(start, start + _AT_ONCE)))]
    reader.learner = None
    scores, sure = np.array([one.score for one in read]), np.array([one.probability for one in read])
    return judge([case.sign for case in cases], scores, sure)


def speeds(reader: VerbatimReader, texts: Sequence[str]) -> tuple[int, int]:
    """Texts per second of processor time from the text to its line of JSON: first pass, best pass."""
    spent = []
    for _ in range(_PASSES):
        started = time.process_time()
        for start in range(0, len(texts), _AT_ONCE):
            batch = texts[start : start + _AT_ONCE]
            for row, read in enumerate(reader.read([Text(text) for text in batch])):
                json.dumps(reading_as_json(row, batch[row], read, reader.version), ensure_ascii=False)
        spent.append(time.process_time() - started)
    return round(len(texts) / spent[0]), round(len(texts) / min(spent))


def command_cost(texts: Sequence[str], *options: str) -> tuple[float, float, int]:
    """The whole command in its own process: seconds of processor, seconds of clock, peak of memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "textes.jsonl"
        source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
        command = [sys.executable, "-c", _COMMAND, "read", str(source), "-o", f"{folder}/lu.jsonl", *options]
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode:
            raise RuntimeError(f"egards read {' '.join(options)}: {process.returncode}")
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return spent, time.perf_counter() - started, used.ru_maxrss // 1024


def section(shared: Path) -> list[str]:
    """The Markdown of the page: the two files, then speed, load and memory."""
    readers = {mode: VerbatimReader(load_plan(), mode) for mode in GOAL_SPEED}
    reviews, restaurants = insurer_reviews(shared), restaurant_sentences(shared)
    page = ["## `egards read` : le signe de tous les textes", "", *_NOTES, ""]
    for title, cases in (("Avis d’assurés", reviews), ("Restaurants", restaurants)):
        found = {name: one for reader in readers.values() for name, one in measure(reader, cases).items()}
        page += _table(f"{title} ({len(cases)} textes au fichier)", found, goals=GOALS if cases is reviews else {})
    usual = [case.text for case in reviews if LEAST_LENGTH <= len(case.text) <= MOST_LENGTH]
    return [*page, *_costs(readers, usual)]


_NOTES = (
    "Choix forcé : le signe du score, sur tous les textes qui ont un signe vrai ; un score nul compte comme faux. "
    "Cinq tirages (graines 1 à 5) de deux textes sur trois, mêlés : moyenne, du plus bas au plus haut. "
    "`--adapt` apprend du tirage lui-même, sans étiquette, 3 étoiles comprises, et lit les mêmes textes, "
    "comme la commande. "
    "Son élève n’a pas de hasard à lui : seuls les textes tirés changent. Les tirages se recouvrent : "
    "l’incertitude sur d’autres avis est dans l’intervalle de Wilson du fichier entier, non dans leur étendue.",
    "",
    "À savoir : ces avis ne sont pas un examen intact. La force de la pente (`SLOPE_STRENGTH`, "
    "`tools/learn_polarity.py`) a été "
    "choisie une fois en voyant leur calibration ; aucun texte ni étoile n’entre dans les poids. L’examen est sur "
    "d’autres produits et d’autres métiers.",
    "",
    "`--adapt` n’aide pas partout : il tient les deux côtés du fichier pour à peu près égaux et apprend mal de phrases "
    "courtes ou presque toutes favorables. Comparez les lignes des deux métiers avant de vous y fier.",
)


def _table(title: str, found: dict[str, Measured], *, goals: dict[str, float]) -> list[str]:
    lines = [f"### {title}", "", "| Lecture | Cinq tirages | Fichier entier, Wilson à 95 % | Score nul |"]
    lines[-1] += " Erreur de calibration | But |"
    lines.append("|---|---|---|---|---|---|")
    for name, one in found.items():
        draws = [draw.accuracy for draw in one.draws]
        mean, errors = sum(draws) / len(draws), [draw.error for draw in one.draws]
        goal = "—" if name not in goals else _verdict(f"≥ {goals[name]:.2f}", hit=mean >= goals[name])
        row = (
            f"| {_NAMES[name]} | {mean:.3f} ({min(draws):.3f} à {max(draws):.3f}) | "
            f"{share(one.whole.right, one.whole.total)} | {one.whole.silent} | "
            f"{sum(errors) / len(errors):.3f} ({min(errors):.3f} à {max(errors):.3f}) | {goal} |"
        )
        lines.append(row.replace(".", ","))
    return [*lines, ""]


def _costs(readers: dict[Mode, VerbatimReader], texts: Sequence[str]) -> list[str]:
    mean = sum(map(len, texts)) / len(texts)
    lines = [f"### Débit, chargement, mémoire ({len(texts)} avis de {mean:.0f} caractères en moyenne)", ""]
    lines += [
        f"Un cœur, un fil de calcul ; charge de la machine au début : {os.getloadavg()[0]:.1f}. ".replace(".", ",", 1)
    ]
    lines[-1] += "Au-dessus de 1, ces chiffres sont ceux d’une machine occupée : à refaire au calme."
    lines += ["", "| Mesure | Valeur | But |", "|---|---|---|"]
    for mode, reader in readers.items():
        first, best = speeds(reader, texts)
        goal = _verdict(f"≥ {GOAL_SPEED[mode]}", hit=best >= GOAL_SPEED[mode])
        lines.append(
            f"| `{mode}`, du texte à la ligne de JSON, textes par seconde de processeur | "
            f"{best} (première passe {first}) | {goal} |"
        )
    loads = [command_cost(texts[:1]) for _ in range(_PASSES)]
    spent, clock = min(load[0] for load in loads), min(load[1] for load in loads)
    goal = _verdict("≤ 3 s", hit=clock <= GOAL_LOAD)
    value = f"{clock:.1f} s à l’horloge, {spent:.1f} s de processeur".replace(".", ",")
    lines.append(f"| `fine`, la commande entière sur un seul texte (meilleure de {_PASSES}) | {value} | {goal} |")
    for options in ((), ("--adapt",)):
        peak = command_cost(texts, *options)[2]
        goal = _verdict("≤ 500 Mo", hit=peak <= GOAL_MEMORY)
        name = f"fine {' '.join(options)}".rstrip()
        lines.append(f"| `{name}`, mémoire au plus (le processus qui mesure y compte) | {peak} Mo | {goal} |")
    return [*lines, ""]


def _verdict(goal: str, *, hit: bool) -> str:
    return f"{goal} : {'atteint' if hit else 'manqué'}"
