"""The pulse: one page, and its figures as a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from egards import jobnames
from egards.accounts.http import MemberRequest
from egards.core.clock import now
from egards.core.jobs import ask_for
from egards.dashboards.export import as_csv
from egards.dashboards.page import page
from egards.dashboards.periods import PERIODS, USUAL, Period
from egards.dashboards.pulse import Pulse
from egards.dashboards.pulse import pulse as composed
from egards.dashboards.queries import where
from egards.dashboards.reading_quality import quality
from egards.measures.days import day_of
from egards.understanding.in_force import put_in_force
from egards.understanding.models import Version


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


@require_safe
def reading_quality(request: MemberRequest) -> HttpResponse:
    """How words are read, what members' corrections taught, and which version reads."""
    found = quality(request.scope, at=now())
    tables = [("themes", _("Themes"), found.themes), ("intents", _("Intentions"), found.intents)]
    context = {"quality": found, "tables": tables, "may_choose": _may_choose(request)}
    return render(request, "dashboards/reading_quality.html", context)


@require_POST
def reading_version(request: MemberRequest, number: int) -> HttpResponse:
    """Have a version read from now on; 0 is the engine as shipped."""
    if not _may_choose(request):
        return _refused(request)
    version = get_object_or_404(Version, number=number) if number else None
    put_in_force(version=version, by=request.user)
    said = _("From now on, version %(number)s reads. What was said is being read again.") % {"number": number}
    shipped = _("From now on, the engine reads as shipped. What was said is being read again.")
    messages.success(request, said if number else shipped)
    return redirect("reading_quality")


@require_POST
def reading_learn(request: MemberRequest) -> HttpResponse:
    """Have the next version learnt now."""
    if not _may_choose(request):
        return _refused(request)
    ask_for(jobnames.LEARN)
    messages.success(request, _("The next version is being learnt: it will be here in a moment."))
    return redirect("reading_quality")


def _may_choose(request: MemberRequest) -> bool:
    """One reading serves the whole house: who keeps all of it chooses."""
    return request.access.may("keep house") and request.access.scope("keep house").is_house


def _refused(request: MemberRequest) -> HttpResponse:
    messages.error(request, _("Only an administrator of the whole house chooses what reads."))
    return redirect("reading_quality")


def _asked(request: MemberRequest) -> Pulse:
    code = request.GET.get("periode", "") or USUAL
    look = where(request.scope, request.GET.get("ou", ""))
    if code not in PERIODS or look is None:
        raise Http404
    at = now()
    return composed(look, Period(code, day_of(at)), now=at)
