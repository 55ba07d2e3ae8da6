"""Figures hold numbers; people are counted by what is left of an id, which nothing else bears."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

PLACES: tuple[Place, ...] = (
    SilentPlace("measures_dayfigure", "des nombres par jour"),
    SilentPlace("measures_themefigure", "des nombres par jour ; 32 bits d’identifiants pour compter chacun une fois"),
    SilentPlace("measures_alert", "un thème et des nombres"),
    SilentPlace("measures_touchedday", "un point de contact et une date"),
)
