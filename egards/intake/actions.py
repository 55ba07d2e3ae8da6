"""Writes about what came in: replaying what was in quarantine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from egards.accounts.actions import note
from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.copy import copy_rows
from egards.intake.pipeline import load, process
from egards.intake.waiting import slices
from egards.interactions.doors import tally
from egards.interactions.models import Arrival, Outcome, Waiting


def replay(*, arrival_ids: Sequence[UUID], by: Member | None = None) -> Counter[str]:
    """Read again arrivals that are in quarantine, after a fix; return what became of them. Others are left alone."""
    taken = _put_back(arrival_ids)
    for arrival_id in taken:
        note(by=by, verb="arrival replayed", subject="arrival", subject_id=arrival_id)
    return sum((process(load(some)) for some in slices(taken)), Counter())


@transaction.atomic
def _put_back(arrival_ids: Sequence[UUID]) -> list[UUID]:
    held = Outcome.objects.select_for_update().filter(pk__in=arrival_ids, status=Outcome.Status.QUARANTINED)
    taken = list(held.order_by("pk").values_list("pk", flat=True))
    per_touchpoint = Outcome.objects.filter(pk__in=taken).values_list("touchpoint_id").annotate(n=Count("pk"))
    for touchpoint_id, n in list(per_touchpoint):
        tally(touchpoint_id=touchpoint_id, counts={"quarantined": -n}, at=now())
    rows = Arrival.objects.filter(pk__in=taken).values_list("pk", "touchpoint_id", "mode")
    Outcome.objects.filter(pk__in=taken).delete()
    copy_rows(Waiting, ("arrival", "touchpoint_id", "mode"), list(rows))
    return taken
