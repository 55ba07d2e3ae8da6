"""Who reacts to what is one page (``intake/follow_up.py``); this is how apps say that something happened."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from egards.core.models import Happening


def happened(kind: str, refs: Iterable[UUID]) -> None:
    """Write, in the caller's transaction, that ``kind`` happened to each of the rows ``refs``."""
    Happening.objects.bulk_create(Happening(kind=kind, ref=ref) for ref in refs)
