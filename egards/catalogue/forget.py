"""What the catalogue may have to forget: nothing."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

PLACES: tuple[Place, ...] = (
    SilentPlace("catalogue_product", "ce que vendent les marques"),
    SilentPlace("catalogue_journeystep", "les étapes du parcours"),
)
