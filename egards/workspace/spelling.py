"""« Vouliez-vous « lichen » ? »: the nearest words that customers wrote lately. Pure: texts in, a suggestion out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from egards.core.text import plain

_WORD = re.compile(r"[^\W\d_]{3,24}", re.UNICODE)
#: Shorter words have too many neighbours to guess from.
SHORTEST = 4
MOST_WORDS = 4


def suggestion(typed: str, texts: Iterable[str]) -> str:
    """Return what was typed with its unknown words replaced by the nearest known ones; empty when nothing is near.

    ``texts`` are what the reader may read: nothing is suggested from elsewhere. A word is near at one mistake
    (two from eight letters on): a letter too many, missing, wrong, or two that changed places.
    """
    words = _WORD.findall(typed)
    if not 0 < len(words) <= MOST_WORDS:
        return ""
    known = _known(texts)
    replaced, is_changed = typed, False
    for word in words:
        bare = plain(word)
        if len(bare) < SHORTEST or bare in known:
            continue
        near = _nearest(bare, known)
        if near is None:
            return ""
        replaced, is_changed = replaced.replace(word, near, 1), True
    return replaced if is_changed else ""


def _known(texts: Iterable[str]) -> dict[str, Counter[str]]:
    """Plain word → how it was written, and how often."""
    known: dict[str, Counter[str]] = {}
    for text in texts:
        for word in _WORD.findall(text):
            known.setdefault(plain(word), Counter())[word.lower()] += 1
    return known


def _nearest(bare: str, known: dict[str, Counter[str]]) -> str | None:
    limit = 1 if len(bare) < 8 else 2
    best: tuple[int, int, str] | None = None
    for candidate, written in known.items():
        if abs(len(candidate) - len(bare)) > limit or len(set(bare) ^ set(candidate)) > 2 * limit:
            continue
        mistakes = distance(bare, candidate, limit)
        if mistakes is None:
            continue
        word, times = written.most_common(1)[0]
        rank = (mistakes, -times, word)
        best = rank if best is None or rank < best else best
    return best[2] if best else None


def distance(one: str, other: str, limit: int) -> int | None:
    """Return how many mistakes part two words (Damerau, adjacent letters may change places); None beyond ``limit``."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, sign in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= limit else None
