"""Reading verbatims: the pure engines do the work, this writes what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from psycopg.types.json import Jsonb

from egards.core.clock import now
from egards.core.copy import copy_rows
from egards.core.ids import new_id
from egards.interactions.models import Content
from egards.understanding.engines.lexicon import load_engine
from egards.understanding.models import Reading as ReadingRow
from egards.understanding.reading import Engine, Text, ThemeReading
from egards.understanding.reading import Reading as ReadingValue


@dataclass(frozen=True, slots=True)
class ReadWord:
    """What was understood of a verbatim, and where it stands."""

    interaction_id: UUID
    touchpoint_id: UUID
    reading: ReadingValue


@cache
def mass_engine() -> Engine:
    """Return the engine that reads everything at once, built once per process."""
    return load_engine()


def text_of(content: Content) -> Text:
    """Return a verbatim as engines read it; its interaction is read with it."""
    word = content.interaction
    return Text(content.text, content.subject, score_on_unit(word.score, word.scale_low, word.scale_high))


def score_on_unit(score: float | None, low: float | None, high: float | None) -> float | None:
    """Return a score on 0..1 (0 worst), or None when there is none or its scale is unknown."""
    if score is None or low is None or high is None or high <= low:
        return None
    return (score - low) / (high - low)


def write_readings(*, readings: Sequence[ReadWord]) -> None:
    """Write readings as the current ones of verbatims that have none, in the caller's transaction."""
    at = now()
    copy_rows(
        ReadingRow,
        (
            *("id", "content", "touchpoint_id", "engine", "version", "is_current", "at", "language", "polarity"),
            *("is_ambiguous", "margin", "urgency", "intents", "theme_slugs", "themes", "reasons"),
        ),
        [
            (
                *(new_id(), word.interaction_id, word.touchpoint_id, r.engine, r.version, True, at),
                *(r.language, r.polarity, r.ambiguous, r.margin, r.urgency, list(r.intents)),
                *([t.theme for t in r.themes], Jsonb([_theme(t) for t in r.themes]), Jsonb(_reasons(r))),
            )
            for word in readings
            for r in (word.reading,)
        ],
    )


def _theme(theme: ThemeReading) -> dict[str, object]:
    spans = [[s.start, s.end] for s in theme.spans]
    return {"theme": theme.theme, "polarity": theme.polarity, "ambiguous": theme.ambiguous, "spans": spans}


def _reasons(reading: ReadingValue) -> list[list[object]]:
    return [[r.code, r.span.start, r.span.end, round(r.weight, 2)] for r in reading.reasons]
