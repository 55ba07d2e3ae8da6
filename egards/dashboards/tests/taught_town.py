"""A house that calls its after-sales desk « les Acacias », which no plan knows, and a member who says so."""

from __future__ import annotations

from egards.accounts.models import Member
from egards.interactions.models import Interaction
from egards.touchpoints.models import Touchpoint
from egards.understanding.correcting import correct_reading, said_of
from egards.understanding.models import Reading
from egards.understanding.rules import Say
from tests.builders import posted, say

_WHERE = ["l’entrée", "le salon", "la cuisine", "la chambre", "le bureau", "la cave", "le garage", "le couloir"]


def about_the_desk(n: int, *, at: Touchpoint, begins: str = "Passage") -> list[Interaction]:
    """``n`` customers speak of the desk."""
    texts = [f"{begins} aux Acacias pour {_WHERE[i % 8]}, le {i // 8 + 2}" for i in range(n)]
    return say(*[posted(text, id=f"{begins}{i}") for i, text in enumerate(texts)], at=at)


def about_curtains(n: int, *, at: Touchpoint) -> list[Interaction]:
    """``n`` customers speak of something else."""
    texts = [f"Un rideau pour {_WHERE[i % 8]}, le {i // 8 + 2}" for i in range(n)]
    return say(*[posted(text, id=f"rideau{i}") for i, text in enumerate(texts)], at=at)


def taught_by(member: Member, n: int, *, at: Touchpoint) -> list[Interaction]:
    """``n`` words about the desk, each corrected; and others that nobody looks at."""
    about_curtains(30, at=at)
    found = about_the_desk(n, at=at)
    for word in found:
        reading = Reading.objects.get(content_id=word.pk, is_current=True)
        before = said_of(reading)
        themes = tuple(sorted({*before.themes, "aftersales"}))
        correct_reading(reading=reading, say=Say(before.tone, themes, before.intents), by=member)
    return found
