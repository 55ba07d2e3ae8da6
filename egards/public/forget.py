"""What strangers' posts leave here names nobody."""

from __future__ import annotations

from egards.core.forget import Place, SilentPlace

PLACES: tuple[Place, ...] = (
    SilentPlace("public_post", "empreintes dont la clé change chaque jour, gardées vingt-quatre heures"),
)
