"""Touchpoints and the law of numbers; what is in quarantine, and reading it again."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.scope import ScopedQuerySet
from egards.core.french import number
from egards.intake.actions import replay
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Arrival, Outcome
from egards.interactions.queries import Law, law_by_touchpoint
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.registry import all_kinds
from egards.workspace.downloads import download
from egards.workspace.paging import PER_PAGE
from egards.workspace.queries import icon_of, recounted, touchpoints_in

#: As many arrivals are read again in one go as a person can wait for.
MOST_REPLAYED = 500


@require_safe
def touchpoints(request: MemberRequest) -> HttpResponse:
    """What each touchpoint received, and what became of it."""
    known = touchpoints_in(request.scope)
    laws = law_by_touchpoint(request.scope)
    rows = [{"touchpoint": t, "icon": icon_of(t), "law": laws.get(t.pk, Law())} for t in known.values()]
    return render(request, "workspace/touchpoints.html", {"rows": rows, "whole": sum(laws.values(), Law())})


@require_safe
def touchpoint(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One touchpoint: its figures, counted twice."""
    found = get_object_or_404(Touchpoint.objects.within(request.scope).select_related("brand", "place"), pk=pk)
    kind = all_kinds().get(found.kind)
    law, again = law_by_touchpoint(request.scope).get(found.pk, Law()), recounted(found)
    context = {
        "touchpoint": found,
        "icon": icon_of(found),
        "kind": kind.label if kind else found.kind,
        "law": law,
        "again": again,
        "agrees": law == again,
    }
    return render(request, "workspace/touchpoint.html", context)


@require_safe
def quarantine(request: MemberRequest) -> HttpResponse:
    """What could not be read, and why."""
    held = _held(request).select_related("touchpoint__brand", "arrival__batch", "arrival__blob")
    if after := request.GET.get("apres"):
        held = held.filter(arrival_id__lt=_uuid_or_404(after))
    found = list(held.order_by("-arrival_id")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    context = {
        "rows": [{"outcome": o, "arrival": o.arrival, "icon": icon_of(o.touchpoint)} for o in shown],
        "last": shown[-1].pk if len(found) > PER_PAGE else None,
        "is_first": not after,
    }
    return render(request, "workspace/quarantine.html", context)


@require_POST
def arrival_replay(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Read one delivery again."""
    held = get_object_or_404(_held(request), pk=pk)
    _say(request, replay(arrival_ids=[held.pk], by=request.user))
    return redirect("quarantine")


@require_POST
def quarantine_replay(request: MemberRequest) -> HttpResponse:
    """Read again everything in quarantine, oldest first, as much as one can wait for."""
    ids = list(_held(request).order_by("arrival_id").values_list("arrival_id", flat=True)[:MOST_REPLAYED])
    _say(request, replay(arrival_ids=ids, by=request.user))
    return redirect("quarantine")


@require_safe
def arrival_bytes(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The bytes of one delivery, as they came."""
    arrival = get_object_or_404(Arrival.objects.within(request.scope).select_related("blob"), pk=pk)
    return download(read_bytes(arrival.blob), name=f"egards-{arrival.pk}.bin")


def _held(request: MemberRequest) -> ScopedQuerySet[Outcome]:
    return Outcome.objects.within(request.scope).filter(status=Outcome.Status.QUARANTINED)


def _say(request: MemberRequest, became: Counter[str]) -> None:
    good = became[Outcome.Status.STORED] + became[Outcome.Status.DUPLICATE]
    held = became[Outcome.Status.QUARANTINED]
    said = _("Read again: %(good)s out of quarantine, %(held)s still in it.")
    sentence = said % {"good": number(good), "held": number(held)}
    (messages.warning if held else messages.success)(request, sentence)


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
