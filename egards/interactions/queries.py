"""Reads about what came in: the law of numbers, and words in scope."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum, Value

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
    there = {"touchpoint_id__in": ids}
    sums = Tally.objects.filter(**there).values_list("touchpoint_id", "status").annotate(total=Sum("n"))
    waiting = Waiting.objects.filter(**there).annotate(status=Value("waiting")).values_list("touchpoint_id", "status")
    figures: dict[UUID, dict[str, int]] = {touchpoint_id: {} for touchpoint_id in ids}
    # one statement sees one instant: in two, what is read in between would make the law look broken
    for touchpoint_id, status, total in sums.union(waiting.annotate(total=Count("pk")), all=True):
        figures[touchpoint_id][status] = total
    return {touchpoint_id: Law(**values) for touchpoint_id, values in figures.items()}


def whole_law(scope: Scope) -> Law:
    """Return the law's figures over all touchpoints in scope."""
    return sum(law_by_touchpoint(scope).values(), Law())


def recounted_law() -> Law:
    """Return the whole house's figures counted row by row, to check the appended counts against (slow, exact)."""
    arrived = Arrival.objects.annotate(status=Value("received")).values_list("status").annotate(total=Count("pk"))
    waiting = Waiting.objects.annotate(status=Value("waiting")).values_list("status").annotate(total=Count("pk"))
    ends = Outcome.objects.values_list("status").annotate(total=Count("pk"))
    refused = Tally.objects.filter(status="refused").values_list("status").annotate(total=Sum("n"))
    counted = dict(arrived.union(waiting, ends, refused, all=True))  # one statement sees one instant
    received = counted.pop("received", 0) + counted.get("refused", 0)
    return Law(received=received, **counted)
