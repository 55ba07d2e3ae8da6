"""Who reacts to what is one page (``intake/follow_up.py``); this is how apps say that something happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from egards.core.clock import now
from egards.core.models import Happening

#: What was followed is kept this long, for « Suivez un mot » and for whoever asks why.
KEPT = timedelta(days=30)


def happened(kind: str, refs: Iterable[UUID]) -> None:
    """Write, in the caller's transaction, that ``kind`` happened to each of the rows ``refs``."""
    Happening.objects.bulk_create(Happening(kind=kind, ref=ref) for ref in refs)


def sweep_followed() -> int:
    """Drop what was followed long ago; return how many. What still waits stays, whatever its age."""
    return Happening.objects.filter(followed_at__lt=now() - KEPT).delete()[0]
