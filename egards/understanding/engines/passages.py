"""A text cut where its polarity may turn: at the end of a sentence, at « mais », and between praise and blame.

A comma alone does not cut (« rapide, efficace, aimable » is one opinion); it does between « nul » and « adorable ».
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from egards.understanding.engines.clauses import Balance, Hit, Scan
from egards.understanding.engines.polarity import margin
from egards.understanding.engines.words import HARD, NO_BREAK
from egards.understanding.reading import Span


class Passage(NamedTuple):
    """One clause: its place, its themes, and what its words weigh."""

    span: Span
    themes: tuple[str, ...]
    margin: float


def passages_of(scan: Scan, parts: list[str], unbroken: Sequence[Span] = ()) -> tuple[Passage, ...]:
    """The clauses of a text that was scanned, in its order: one, whole, in a language that was not scanned, or without
    a word (« 👍 »); none when it is blank. Nothing is cut inside an ``unbroken`` place, such as an address."""
    count = len(scan.tokens.words)
    if 2 * count != len(parts) or not any(parts[::2]):
        whole = "".join(parts)
        span = Span(len(whole) - len(whole.lstrip()), len(whole.rstrip()))
        return (Passage(span, tuple(scan.theme_places), margin(scan.balance)),) if span.start < span.end else ()
    themes = sorted(
        (place, rank, theme) for rank, (theme, places) in enumerate(scan.theme_places.items()) for place in places
    )
    starts = list(accumulate(map(len, parts), initial=0))
    inside = _cuts(scan, count)
    if unbroken:
        inside = [cut for cut in inside if not any(s.start < starts[2 * cut] < s.end for s in unbroken)]
    bounds = [0, *inside, count]
    found = [_passage(scan, parts, starts, themes, low, high) for low, high in pairwise(bounds)]
    return tuple(passage for passage in found if passage is not None)


def _cuts(scan: Scan, count: int) -> list[int]:
    """Numbers of the words that begin a clause, after the first."""
    levels = scan.tokens.levels
    cuts = set()
    at = levels.find(HARD, 0, count - 1)
    while at >= 0:
        cuts.add(at + 1)
        at = levels.find(HARD, at + 1, count - 1)
    cuts.update(turn for turn in scan.turns if 0 < turn < count)
    hits = sorted(hit for hit in scan.hits if hit.weight)
    for before, after in pairwise(hits):
        if before.weight * after.weight < 0 and not any(before.last < cut <= after.first for cut in cuts):
            soft = [i + 1 for i in range(before.last, after.first) if levels[i] != NO_BREAK]
            cuts.update(soft[-1:])
    return sorted(cuts)


def _passage(
    scan: Scan, parts: list[str], starts: list[int], themes: list[tuple[int, int, str]], low: int, high: int
) -> Passage | None:
    while low < high and not parts[2 * low]:
        low += 1
    while high > low and not parts[2 * high - 2]:
        high -= 1
    if low == high:
        return None
    named = dict.fromkeys([theme for place, _, theme in themes if low <= place < high])
    span = Span(starts[2 * low], starts[2 * high - 1])
    return Passage(span, tuple(named), margin(_balance(scan.hits, low, high)))


def _balance(hits: list[Hit], low: int, high: int) -> Balance:
    balance = Balance()
    for hit in hits:
        if low <= hit.first < high:
            balance.push(hit.weight)
    return balance
