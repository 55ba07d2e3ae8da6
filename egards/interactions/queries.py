"""Reads about what came in: the law of numbers, and words in scope."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from egards.accounts.scope import Scope
from egards.interactions.models import Arrival, Outcome, Tally, Waiting
from egards.touchpoints.models import Touchpoint

STATUSES = ("received", "stored", "duplicate", "quarantined", "refused")


@dataclass(frozen=True, slots=True)
class Law:
    """received = stored + duplicate + quarantined + refused + waiting, for one touchpoint or several."""

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    refused: int = 0
    waiting: int = 0

    @property
    def holds(self) -> bool:
        """Say whether every delivery received is accounted for, once."""
        return self.received == self.stored + self.duplicate + self.quarantined + self.refused + self.waiting

    def __add__(self, other: Law) -> Law:
        return Law(*(getattr(self, f) + getattr(other, f) for f in (*STATUSES, "waiting")))


def law_by_touchpoint(scope: Scope) -> dict[UUID, Law]:
    """Return the law's figures per touchpoint in scope: sums of appended counts, and the waiting list counted."""
    ids = list(Touchpoint.objects.within(scope).values_list("id", flat=True))
    sums = Tally.objects.filter(touchpoint_id__in=ids).values_list("touchpoint_id", "status").annotate(total=Sum("n"))
    waiting = Waiting.objects.filter(touchpoint_id__in=ids).values_list("touchpoint_id").annotate(total=Count("pk"))
    figures: dict[UUID, dict[str, int]] = {touchpoint_id: {} for touchpoint_id in ids}
    for touchpoint_id, status, total in sums:
        figures[touchpoint_id][status] = total
    for touchpoint_id, total in waiting:
        figures[touchpoint_id]["waiting"] = total
    return {touchpoint_id: Law(**values) for touchpoint_id, values in figures.items()}


def whole_law(scope: Scope) -> Law:
    """Return the law's figures over all touchpoints in scope."""
    return sum(law_by_touchpoint(scope).values(), Law())


def recounted_law() -> Law:
    """Return the whole house's figures counted row by row, to check the appended counts against (slow, exact)."""
    refused = Tally.objects.filter(status="refused").aggregate(total=Sum("n"))["total"] or 0
    ends = dict(Outcome.objects.values_list("status").annotate(total=Count("pk")))
    return Law(
        received=Arrival.objects.count() + refused,
        stored=ends.get("stored", 0),
        duplicate=ends.get("duplicate", 0),
        quarantined=ends.get("quarantined", 0),
        refused=refused,
        waiting=Waiting.objects.count(),
    )
