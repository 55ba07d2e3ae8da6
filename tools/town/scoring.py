"""Compares what was shown with what is true. Pure: plain values in, plain values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, comb, inf, sqrt
from statistics import median


@dataclass(frozen=True, slots=True)
class Found:
    """How a search fares: found and right, found and wrong, missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Of what was found, how much is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """Of what there is, how much was found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


@dataclass(frozen=True, slots=True)
class Errors:
    """Differences between figures shown and true: how many are exact, how far the others are."""

    n: int
    exact: int
    middle: float
    worst: float


@dataclass(frozen=True, slots=True)
class Covered:
    """How often the truth lay within what was shown."""

    n: int
    inside: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1."""
        return self.inside / self.n if self.n else None


def pairs(labels: Sequence[tuple[Hashable, Hashable]]) -> Found:
    """Score who is who: each item with its true person and the one shown. Counts pairs of items."""
    both = sum(comb(n, 2) for n in Counter(labels).values())
    true = sum(comb(n, 2) for n in Counter(person for person, _shown in labels).values())
    shown = sum(comb(n, 2) for n in Counter(shown for _person, shown in labels).values())
    return Found(both, shown - both, true - both)


def confusion(labels: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    """Return true class → how often each class was shown for it."""
    found: dict[str, Counter[str]] = {}
    for true, shown in labels:
        found.setdefault(true, Counter())[shown] += 1
    return found


def class_scores(table: Mapping[str, Mapping[str, int]]) -> dict[str, Found]:
    """Return each class's score from a confusion."""
    names = {*table, *(shown for row in table.values() for shown in row)}
    scores = {}
    for name in sorted(names):
        right = table.get(name, {}).get(name, 0)
        shown = sum(row.get(name, 0) for row in table.values())
        scores[name] = Found(right, shown - right, sum(table.get(name, {}).values()) - right)
    return scores


def set_scores(labels: Iterable[tuple[Iterable[str], Iterable[str]]]) -> dict[str, Found]:
    """Score several labels per item: true set, shown set."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for true, shown in labels:
        a, b = set(true), set(shown)
        right.update(a & b)
        wrong.update(b - a)
        missed.update(a - b)
    return {name: Found(right[name], wrong[name], missed[name]) for name in sorted({*right, *wrong, *missed})}


def errors(values: Iterable[tuple[float, float]], *, exact_within: float = 0.0) -> Errors:
    """Return how far figures (true, shown) are from each other; ``exact_within`` is what rounding alone explains."""
    gaps = [abs(true - shown) for true, shown in values if true != shown or true != inf]
    if not gaps:
        return Errors(0, 0, 0.0, 0.0)
    return Errors(len(gaps), sum(gap <= exact_within for gap in gaps), median(gaps), max(gaps))


def coverage(shown: Iterable[tuple[float, float, float]]) -> Covered:
    """Return how often (low, true, high) holds its truth."""
    inside = [low <= true <= high for low, true, high in shown]
    return Covered(len(inside), sum(inside))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` of all do not pass; infinite when they would have to."""
    return sorted(values)[max(0, ceil(share * len(values) - 1e-9) - 1)] if values else inf


def wilson(some: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927)."""
    if not n:
        return 0.0, 1.0
    z = 1.959964
    p, spread = some / n, 1 + z * z / n
    centre, half = (p + z * z / (2 * n)) / spread, z / spread * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def delays(
    troubles: Mapping[str, tuple[int, int, frozenset[str]]], shown: Mapping[int, Iterable[str]], *, grace: int = 7
) -> tuple[dict[str, int | None], list[tuple[int, str]], int]:
    """Score what is said to rise: trouble → days until one of its themes was shown (None: never).

    ``troubles``: name → first day, last day, themes. ``shown``: day looked at → themes said to rise. Also returns the
    false alarms (day, theme), of no trouble at work in the ``grace`` days before, and how many days were looked at.
    """
    first: dict[str, int | None] = {}
    for name, (begins, ends, themes) in troubles.items():
        days = [day for day in sorted(shown) if begins <= day <= ends + grace and themes & set(shown[day])]
        first[name] = days[0] - begins if days else None
    false = [
        (day, theme)
        for day in sorted(shown)
        for theme in shown[day]
        if not any(begins <= day <= ends + grace and theme in themes for begins, ends, themes in troubles.values())
    ]
    return first, false, len(shown)


def matched(
    true: Iterable[Hashable], shown: Iterable[Hashable], key: Callable[[Hashable], Hashable] = lambda x: x
) -> Found:
    """Score a list found against a list that is: as many times as each is there."""
    a, b = Counter(map(key, true)), Counter(map(key, shown))
    right = sum((a & b).values())
    return Found(right, sum(b.values()) - right, sum(a.values()) - right)
