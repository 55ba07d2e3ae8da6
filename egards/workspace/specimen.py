"""What the specimen sheet shows: examples of our own, in French like the words they stand for.

Contrasts are those of design/design.md, in light and in dark, on the ground that each colour is meant for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from egards.interactions.queries import Law


@dataclass(frozen=True, slots=True)
class Colour:
    """One role: its token, what it is for, and its contrast in light and in dark."""

    token: str
    use: str
    contrast: str


@dataclass(frozen=True, slots=True)
class PromiseExample:
    """One state of a promise chip."""

    tone: str
    icon: str
    words: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """One reading chip."""

    label: str
    polarity: int | None
    is_ambiguous: bool
    is_sure: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class CountedExample:
    """One line of the law of numbers."""

    name: str
    icon: str
    law: Law


COLOURS: Final = (
    Colour("ink", "le texte", "14,4 et 15,0"),
    Colour("ink-2", "ce qui accompagne", "6,9 et 9,2"),
    Colour("ink-3", "dates, aides, axes", "5,2 et 6,6"),
    Colour("accent", "liens, icônes, repère du clavier", "8,1 et 8,8"),
    Colour("accent-solid", "le seul bouton principal", "8,2 et 8,6"),
    Colour("late", "en retard, rompu, refusé", "6,8 et 7,9"),
    Colour("soon", "bientôt dû, une collègue est là", "6,8 et 9,4"),
    Colour("kept", "tenu, fait, prouvé", "6,9 et 9,0"),
    Colour("reading", "ce qui a été compris", "7,7 et 8,3"),
    Colour("note", "les notes internes, rien d’autre", "7,2 et 9,2"),
    Colour("line-strong", "le bord d’un champ", "3,8 et 4,2"),
    Colour("bg", "la page", ""),
    Colour("surface", "une feuille, un champ", ""),
    Colour("sunken", "la barre, les citations", ""),
    Colour("accent-soft", "nos propres mots", ""),
    Colour("note-soft", "le fond d’une note", ""),
)
SIZES: Final = (("12", "13", "14", "16"), ("16", "18", "22", "28", "36"))
PROMISES: Final = (
    PromiseExample("", "clock", "avant 18\u00a0h", "à tenir, plus de deux heures"),
    PromiseExample("soon", "clock", "reste 38\u00a0min", "moins de deux heures"),
    PromiseExample("late", "clock", "retard 12\u00a0min", "dépassée, encore due"),
    PromiseExample("kept", "check", "tenue à 9\u00a0h\u00a014", "tenue"),
    PromiseExample("late", "x", "non tenue", "dépassée, close"),
    PromiseExample("", "player-pause", "attend le client", "en pause, visible de lui"),
    PromiseExample("", "plus", "rien de promis", "à promettre avant de répondre"),
)
READINGS: Final = (
    ReadingExample("Pièce absente", -2, False, False, "lue par le moteur"),
    ReadingExample("Pièce absente", -2, False, True, "confirmée par une personne"),
    ReadingExample("Ironie probable", 0, True, False, "ambiguë, à relire"),
    ReadingExample("Conseil", 2, False, False, "contente de nous"),
)
COUNTED: Final = (
    CountedExample("E-mail", "mail", Law(812, stored=790, duplicate=12, quarantined=4, refused=3, waiting=3)),
    CountedExample("Page de contact", "forms", Law(318, stored=312, duplicate=5, refused=1)),
    CountedExample("Borne de Nantes", "building-store", Law(154, stored=149, duplicate=2, quarantined=3)),
)
