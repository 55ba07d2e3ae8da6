"""What the touchpoints floor may have to forget: nothing."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

PLACES: tuple[Place, ...] = (
    SilentPlace("touchpoints_touchpoint", "réglages des points de contact, écrits par des membres"),
)
