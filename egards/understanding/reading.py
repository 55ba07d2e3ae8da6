"""What was understood of a verbatim: plain values, no Django, no database.

What a reading holds by the dozen is a named tuple, made three times as fast as a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Intent = Literal["question", "complaint", "praise", "suggestion", "leaving", "urgent", "sensitive"]
Urgency = Literal["none", "soon", "now"]


@dataclass(frozen=True, slots=True)
class Text:
    """One verbatim to read. ``score`` is on 0..1 when a score came with it (0 worst, 1 best)."""

    text: str
    subject: str = ""
    score: float | None = None


class Span(NamedTuple):
    """Where a reason stands: character offsets into ``Text.text`` (start included, end excluded)."""

    start: int
    end: int


class Reason(NamedTuple):
    """Why the engine says so: ``code`` names the rule or lexicon entry, ``span`` the words, ``weight`` its push."""

    code: str
    span: Span
    weight: float = 0.0


class ThemeReading(NamedTuple):
    """A theme of the plan found in the text, with its own polarity (−2..+2)."""

    theme: str
    polarity: int
    ambiguous: bool = False
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one engine understood of one verbatim.

    ``language`` is ISO 639-1 or "und". ``polarity`` −2..+2; ``ambiguous`` says that the engine would not swear
    to it (irony, contradiction with the score, mixed clauses). ``margin`` 0..1 is its confidence.
    """

    language: str
    polarity: int
    ambiguous: bool
    margin: float
    themes: tuple[ThemeReading, ...]
    intents: tuple[Intent, ...]
    urgency: Urgency
    reasons: tuple[Reason, ...]
    engine: str
    version: str


class Engine(Protocol):
    """An engine reads a whole batch at once and never raises on a text."""

    name: str
    version: str

    def read(self, texts: list[Text]) -> list[Reading]:
        """One reading per text, in order."""
        ...
