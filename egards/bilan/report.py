"""The report as plain French text and lengths of bars: what both the page and the printed sheets are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in large: what it is, its value, its interval and n, what it means. ``tone`` is a role of the tokens."""

    name: str
    value: str
    doubt: str
    meaning: str
    tone: str = "ink"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, 0…1: its name and the words that say how much. ``role`` is what it is filled with."""

    role: str
    share: float
    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its name, n, what is told of it, and a bar (empty when n is too small to draw one: what is
    told takes its place).

    ``low`` and ``high`` (0…1) are the ends of the interval of the first segment.
    """

    name: str
    n: str
    told: str
    bar: tuple[Segment, ...] = ()
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """A section made of rows: its title, the sentence that says what it shows, its columns, its rows."""

    title: str
    sentence: str
    columns: tuple[str, str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """What unhappy people blame, how much, and one of their sentences (masked), when one could be shown."""

    name: str
    told: str
    quote: str
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Section:
    """A title and a few sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Two pages. Everything in it is text ready to be read."""

    title: str
    about: str
    lead: str
    figures: tuple[Figure, ...]
    tones: Table
    themes: Table
    waits: Table
    causes_title: str
    causes_sentence: str
    causes: tuple[Cause, ...]
    effort: Section
    unread: Section
    method: Section
    made: str
    no_quote: str = "Pas d’autre phrase à montrer ici sans risquer que l’on reconnaisse quelqu’un."
