"""Reads about touchpoints."""

from __future__ import annotations

from uuid import UUID

from egards.accounts.scope import Scope
from egards.touchpoints.models import Touchpoint


def touchpoint_ids(scope: Scope) -> list[UUID]:
    """Return the ids of the touchpoints that a scope may see: the fence of every word (``touchpoint_id = ANY``)."""
    return list(Touchpoint.objects.within(scope).values_list("id", flat=True))
