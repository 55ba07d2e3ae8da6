"""What one message or row is once it is read: plain values that every later step counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from egards.understanding.reading import Reading

#: Who wrote: a customer, us (to somebody), one of us to another, a machine of theirs, a machine of ours.
Side = Literal["customer", "ours", "internal", "automatic", "our_machine"]


@dataclass(frozen=True, slots=True)
class Word:
    """One message or row. ``ids`` are the messages it says it answers; ``at`` is aware, or None when unreadable.

    ``author`` is an address in lower case, or empty; ``names`` are the names to hide in what is shown. ``text`` is what
    was written this time. ``silences``: it tells its reader not to answer. ``reading`` is that of a customer's words,
    and ``is_row`` that it came in a table, where no answer can be seen.
    """

    side: Side
    key: str
    answers: tuple[str, ...] = ()
    at: datetime | None = None
    author: str = ""
    names: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    machine: str = ""
    silences: bool = False
    reading: Reading | None = None
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message or row that could not be read, and why (French, without a word of it)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Haul:
    """Everything found: ``found`` messages or rows = words + duplicates + refusals, whatever they hold.

    ``aside`` are files that hold no message (reason → how many). ``has_mail`` says that some came as mail, where
    answers could be seen; a table of opinions has none.
    """

    found: int
    words: tuple[Word, ...]
    duplicates: int
    refusals: tuple[Refusal, ...]
    aside: dict[str, int]
    has_mail: bool
