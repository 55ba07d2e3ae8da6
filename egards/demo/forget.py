"""What the demo may have to forget: nothing, nobody in it is real."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

PLACES: tuple[Place, ...] = (
    SilentPlace("demo_townhere", "une graine et des dates ; personne n’y est réel"),
    SilentPlace("demo_told", "clés du récit de la ville et nombres de pas"),
)
