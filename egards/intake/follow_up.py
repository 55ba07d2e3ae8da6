"""Who reacts to what, on one page: when this, then that. Only live words get here; nothing follows from archives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from egards import jobnames
from egards.core.clock import now
from egards.core.models import Happening

#: kind of happening → jobs told of it, by name (a job may live on a higher floor).
WHEN: Mapping[str, Sequence[str]] = {
    "word recorded": (jobnames.SEND_WEBHOOKS,),
    "conversation opened": (jobnames.ACKNOWLEDGE,),
    "delivery sent": (jobnames.TELL_LEFT,),
    "delivery failed": (jobnames.TELL_FAILED,),
    "delivery withdrawn": (jobnames.TELL_WITHDRAWN,),
}

BATCH = 500


def follow_up() -> int:
    """Tell what happened since last time to those who react, in order; return how many happenings were followed."""
    followed = 0
    while taken := _follow_some():
        followed += taken
    return followed


@transaction.atomic
def _follow_some() -> int:
    waiting = Happening.objects.select_for_update(skip_locked=True).filter(followed_at=None).order_by("id")[:BATCH]
    happenings = list(waiting)
    by_kind: dict[str, list[UUID]] = {}
    for happening in happenings:
        by_kind.setdefault(happening.kind, []).append(happening.ref)
    for kind, refs in by_kind.items():
        for job in WHEN.get(kind, ()):
            app.configure_task(job).defer(kind=kind, refs=[str(ref) for ref in refs])
    Happening.objects.filter(pk__in=[h.pk for h in happenings]).update(followed_at=now())
    return len(happenings)
