"""What was understood of a person's words: codes that point into words; without the words they say too much."""

from __future__ import annotations

from collections.abc import Sequence

from egards.core.forget import ErasablePlace, Person, Place, SilentPlace
from egards.understanding.models import Correction, Reading


def erase_readings(person: Person) -> int:
    """Empty the spans and reasons of readings. Polarity and theme slugs stay: they say nothing of whom."""
    readings = Reading.objects.filter(content_id__in=person.interaction_ids)
    return readings.exclude(themes=[], reasons=[]).update(themes=[], reasons=[])


def export_readings(person: Person) -> Sequence[dict[str, object]]:
    """Give every reading of the person's words, whoever or whatever made it."""
    rows = Reading.objects.filter(content_id__in=person.interaction_ids).order_by("id")
    return [
        {
            "interaction": str(r.content_id),
            "at": r.at.isoformat(),
            "engine": f"{r.engine} {r.version}",
            "is_current": r.is_current,
            "language": r.language,
            "polarity": r.polarity,
            "is_ambiguous": r.is_ambiguous,
            "margin": r.margin,
            "urgency": r.urgency,
            "intents": list(r.intents),
            "themes": r.themes or [{"theme": slug} for slug in r.theme_slugs],
            "reasons": r.reasons,
        }
        for r in rows.iterator()
    ]


def erase_corrections(person: Person) -> int:
    """Empty what members said of the person's words; that they said something, and when, stays theirs."""
    rows = Correction.objects.filter(content_id__in=person.interaction_ids)
    return rows.exclude(before={}, after={}).update(before={}, after={})


def export_corrections(person: Person) -> Sequence[dict[str, object]]:
    """Give every correction of a reading of the person's words; who made it is not the person's."""
    rows = Correction.objects.filter(content_id__in=person.interaction_ids).order_by("id")
    return [
        {
            "interaction": str(row.content_id),
            "at": row.at.isoformat(),
            "before": row.before,
            "after": row.after,
            "undone_at": row.undone_at and row.undone_at.isoformat(),
        }
        for row in rows.iterator()
    ]


PLACES: tuple[Place, ...] = (
    ErasablePlace("understanding_reading", erase_readings, export_readings, "Ce que nous en avons compris"),
    ErasablePlace(
        "understanding_correction", erase_corrections, export_corrections, "Ce que nous avons corrigé de notre lecture"
    ),
    SilentPlace("understanding_version", "poids de mots que plusieurs paroles partagent, jamais d’une seule"),
    SilentPlace("understanding_inforce", "quelle version lit, depuis quand, choisie par qui des nôtres"),
)
