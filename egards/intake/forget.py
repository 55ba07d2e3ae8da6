"""What the intake may have to forget: it keeps nothing of its own (what waits is ``interactions_waiting``)."""

from __future__ import annotations

from egards.core.forget import Place

PLACES: tuple[Place, ...] = ()
