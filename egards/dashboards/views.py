"""The pulse: one page, and its figures as a file."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.core.clock import now
from egards.dashboards.export import as_csv
from egards.dashboards.page import page
from egards.dashboards.periods import PERIODS, USUAL, Period
from egards.dashboards.pulse import Pulse
from egards.dashboards.pulse import pulse as composed
from egards.dashboards.queries import where
from egards.measures.days import day_of


@require_safe
def pulse(request: MemberRequest) -> HttpResponse:
    """What customers write, what rises, how long they wait, what we promised them."""
    return render(
        request, "dashboards/pulse.html", page(_asked(request), now=now(), can_read=request.access.may("read words"))
    )


@require_safe
def pulse_export(request: MemberRequest) -> HttpResponse:
    """The same figures, for a spreadsheet."""
    asked = _asked(request)
    response = HttpResponse(as_csv(asked), content_type="text/csv; charset=utf-8")
    name = f"egards-pouls-{asked.period.since.isoformat()}-{asked.period.today.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _asked(request: MemberRequest) -> Pulse:
    code = request.GET.get("periode", "") or USUAL
    look = where(request.scope, request.GET.get("ou", ""))
    if code not in PERIODS or look is None:
        raise Http404
    at = now()
    return composed(look, Period(code, day_of(at)), now=at)
