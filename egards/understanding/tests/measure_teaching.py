"""Measures what corrections teach on public reviews and writes docs/teaching-figures.md.

Run: ``EGARDS_SHARED=… python -m egards.understanding.tests.measure_teaching``. Somebody corrects the tone of reviews by
their stars: four corrections in five are of wrong readings, one confirms a right one, as people do. The lessons are
then judged on reviews that nobody looked at. The texts are not kept.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from egards.understanding.engines.lexicon import load_engine
from egards.understanding.engines.taught import Example, say_of, words_of
from egards.understanding.engines.taught_learner import learn
from egards.understanding.reading import Text
from egards.understanding.rules import Tone
from egards.understanding.tests.measure_reading import ROOT, commit, reviews

PAGE = ROOT / "docs" / "teaching-figures.md"
SIZES = (20, 50, 200, 800)
SEEDS = range(5)
_LOOKED_AT, _SUPPOSED = 1_800, 500


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of tones right on reviews not looked at, one by seed."""

    corrections: int
    shipped: Sequence[float]
    taught: Sequence[float]


def measure(shared: Path) -> list[Found]:
    """Teach by so many corrections, five times each."""
    cases = [(stars, Text(text)) for stars, text in reviews(shared) if stars != 3]
    said = [say_of(reading) for reading in load_engine().read([text for _stars, text in cases])]
    examples = [
        Example(words_of(text), before, replace(before, tone=_tone(stars)))
        for (stars, text), before in zip(cases, said, strict=True)
    ]
    return [_taught_by(examples, n) for n in SIZES]


def _taught_by(examples: Sequence[Example], n: int) -> Found:
    shipped, taught = [], []
    for seed in SEEDS:
        order = list(examples)
        random.Random(seed).shuffle(order)
        seen, aside = order[:_LOOKED_AT], order[_LOOKED_AT:]
        wrong = [one for one in seen if one.before != one.said][: n * 4 // 5]
        right = [one for one in seen if one.before == one.said][: n - len(wrong)]
        chosen = {id(one) for one in (*wrong, *right)}
        rest = [replace(one, said=one.before, weight=0.1) for one in seen if id(one) not in chosen][:_SUPPOSED]
        lessons = learn([*wrong, *right, *rest])
        shipped.append(mean(one.before.tone == one.said.tone for one in aside))
        taught.append(mean(lessons.say(one.words, one.before).tone == one.said.tone for one in aside))
    return Found(n, shipped, taught)


def _tone(stars: int) -> Tone:
    return "negative" if stars <= 2 else "positive"


def _row(found: Found) -> str:
    return f"| {found.corrections} | {_spread(found.shipped)} | {_spread(found.taught)} |"


def _spread(shares: Sequence[float]) -> str:
    return f"{mean(shares):.3f} ({min(shares):.3f} à {max(shares):.3f})"


def written(found: Sequence[Found]) -> str:
    """The page, in French."""
    rows = "\n".join(_row(one) for one in found)
    return _PAGE.format(commit=commit(), day=datetime.now(UTC).date().isoformat(), cores=os.cpu_count(), rows=rows)


_PAGE = """# Mesures : ce que les corrections apprennent

Page écrite par `make test-teaching`, qui la refait. Commit `{commit}`, {day}, {cores} cœurs.

Des avis français publics de 1, 2, 4 ou 5 étoiles ; le ton juste est celui des étoiles. Quelqu’un en corrige une
part (quatre fois sur cinq une lecture fausse, sinon il confirme) ; la lecture est jugée sur des avis que personne n’a
regardés. « Ambigu » et « neutre » comptent comme faux. Cinq tirages : moyenne, du pire au meilleur.

| corrections | ton juste, tel que livré | ton juste, avec ce qui fut appris |
|---|---|---|
{rows}

Ce sont des avis d’un seul genre, où corriger un ton en apprend beaucoup d’autres ; une maison qui reçoit de tout
apprend moins vite. Les corrections d’une maison se mesurent sur [sa propre page](utiliser/lecture.md).
"""


def main() -> int:
    """Measure and write the page; refuse without the reviews."""
    shared = os.environ.get("EGARDS_SHARED")
    if not shared:
        sys.exit("EGARDS_SHARED ne dit pas où sont les avis.")
    PAGE.write_text(written(measure(Path(shared))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
