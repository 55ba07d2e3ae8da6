"""A reading as a line of JSON; its schema is docs/lecture.schema.json."""

from __future__ import annotations

from typing import Any

from egards.understanding.engines.entities import Entity, mask
from egards.understanding.engines.polarity import Polarity
from egards.understanding.engines.verbatim import Verbatim
from egards.understanding.reading import Span, ThemeReading


def reading_as_json(row: int, text: str, read: Verbatim, version: str) -> dict[str, Any]:
    """Everything read of one text. Passages are shown with what is personal masked; places are those of ``text``."""
    return {
        "row": row,
        "language": read.language,
        "polarity": _polarity(read.polarity),
        "clauses": [
            {
                **_place(clause.span),
                "text": mask(text, read.entities, clause.span),
                "themes": list(clause.themes),
                "polarity": _polarity(clause.polarity),
            }
            for clause in read.clauses
        ],
        "themes": [_theme(theme) for theme in read.themes],
        "intent": {"main": read.intents.main, "probability": read.intents.probability},
        "intents": [
            {"intent": said.intent, "group": said.group, "probability": said.probability} for said in read.intents.said
        ],
        "urgency": read.urgency,
        "entities": [_entity(entity) for entity in read.entities],
        "sensitive": [{"kind": kind, **_place(span)} for kind, span in read.sensitive],
        "reasons": [
            {
                "code": reason.code,
                **_place(reason.span),
                "words": mask(text, read.entities, reason.span),
                "weight": round(reason.weight, 2),
            }
            for reason in read.reasons
        ],
        "version": version,
    }


def _polarity(polarity: Polarity) -> dict[str, Any]:
    return {"score": polarity.score, "label": polarity.label, "probability": polarity.probability}


def _theme(theme: ThemeReading) -> dict[str, Any]:
    return {"theme": theme.theme, "polarity": theme.polarity, "ambiguous": theme.ambiguous}


def _entity(entity: Entity) -> dict[str, Any]:
    return {"kind": entity.kind, **_place(entity.span), "masked": entity.masked}


def _place(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}
