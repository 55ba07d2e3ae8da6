"""Measures what the engines learn of aspects on public restaurant sentences; ``measure_learning`` writes the page.

Learnt on the training part alone; every setting was chosen on the training part (five folds) and the dev part. The
words that name an aspect are looked for in its text; « NULL », or words not found there, leave the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from egards.understanding.engines.aspects import learn_aspects, micro_f1
from egards.understanding.engines.lexicon import load_engine
from egards.understanding.engines.opinions import Aspect, learn_opinions
from egards.understanding.reading import Span
from egards.understanding.tests.intervals import share

GOAL_ENTITIES, GOAL_OPINIONS = 0.80, 0.85
NAMELESS = "NULL"
DRAWS = 2_000
_SEED = 20_261_124
# A Python literal in most lines; a term with an apostrophe of its own is not, in some.
_ASPECT = re.compile(
    r"\[\s*(?P<quote>['\"])(?P<term>.*?)(?P=quote),\s*['\"](?P<label>[a-z]+ [a-z&_/ ]+)['\"],"
    r"\s*['\"]?(?P<opinion>positive|negative|neutral)['\"]?\s*\]"
)

Sentence = tuple[str, list[tuple[Aspect, str]]]


def sentences(path: Path) -> list[Sentence]:
    """Each text with its aspects and what it thinks of each."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, _, told = line.partition("####")
        aspects = [(_aspect(text, one["term"], one["label"]), one["opinion"]) for one in _ASPECT.finditer(told)]
        found.append((text, aspects))
    return found


def _aspect(text: str, term: str, label: str) -> Aspect:
    at = text.lower().find(term.lower()) if term != NAMELESS else -1
    return Aspect(text, label, Span(at, at + len(term)) if at >= 0 else None)


def entities(train: Sequence[Sentence], judged: Sequence[Sentence]) -> tuple[float, float, float]:
    """Micro-F1 of what is spoken of (food, service…), and its 95 % interval over sentences drawn anew."""
    learnt = learn_aspects([text for text, _ in train], [_held(told) for _, told in train], load_engine())
    said = learnt.said([text for text, _ in judged])
    found = np.array([[label in one for label in learnt.labels] for one in said])
    truth = np.array([[label in _held(told) for label in learnt.labels] for _, told in judged])
    chance = np.random.default_rng(_SEED)
    draws = chance.integers(0, len(judged), (DRAWS, len(judged)))
    low, high = np.quantile([micro_f1(truth[draw], found[draw]) for draw in draws], [0.025, 0.975])
    return micro_f1(truth, found), float(low), float(high)


def _held(told: Sequence[tuple[Aspect, str]]) -> frozenset[str]:
    return frozenset(aspect.label.split()[0] for aspect, _ in told)


def opinions(train: Sequence[Sentence], judged: Sequence[Sentence]) -> dict[str, tuple[int, int]]:
    """How many opinions were right of how many: on all aspects, then by the true opinion."""
    taught = [one for _, told in train for one in told]
    learnt = learn_opinions([aspect for aspect, _ in taught], [opinion for _, opinion in taught], load_engine())
    cases = [one for _, told in judged for one in told]
    said = learnt.said([aspect for aspect, _ in cases])
    right = [(opinion, found == opinion) for (_, opinion), found in zip(cases, said, strict=True)]
    counts = {"": (sum(is_right for _, is_right in right), len(right))}
    for opinion in learnt.opinions:
        of_it = [is_right for true, is_right in right if true == opinion]
        counts[opinion] = sum(of_it), len(of_it)
    return counts


def rows(shared: Path) -> list[str]:
    """The lines of the table."""
    train, judged = (sentences(shared / "data/aspects-fr-restaurant" / f"{part}.txt") for part in ("train", "test"))
    found, low, high = entities(train, judged)
    counted = opinions(train, judged)
    verdict = "atteint" if found >= GOAL_ENTITIES else "manqué"
    told = f"{found:.3f} [{low:.3f} ; {high:.3f}] (n = {len(judged)} phrases, intervalle par tirages)"
    lines = [
        "| Aspects de restaurants en français, entités : micro-F1 (but ≥ 0,80 : "
        f"{verdict}) | {told.replace('0.', '0,')} |"
    ]
    right, total = counted.pop("")
    verdict = "atteint" if right / total >= GOAL_OPINIONS else "manqué"
    lines.append(f"| Polarité de chaque aspect, l’aspect donné (but ≥ 0,85 : {verdict}) | {share(right, total)} |")
    names = {"positive": "favorables", "negative": "défavorables", "neutral": "neutres"}
    lines += [f"| … dont les aspects {names[true]} | {share(*count)} |" for true, count in sorted(counted.items())]
    return lines
