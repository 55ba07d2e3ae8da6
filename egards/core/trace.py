"""« Suivez un mot »: the lines that every app adds to tell the whole way of one word.

An app with something to tell has a ``trace.py`` with ``trace_lines(interaction, scope) -> list[Line]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Line:
    """One thing that happened to a word, in a sentence people read, already translated.

    ``at`` is when, or None when it has no hour of its own. ``detail`` says more. ``ref`` is the row it speaks of.
    """

    at: datetime | None
    what: str
    detail: str = ""
    ref: UUID | None = None
