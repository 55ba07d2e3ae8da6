"""The specimen sheet: every component, with the real styles and the real tags, so that a change is seen at once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.interactions.queries import Law
from egards.workspace.specimen import COLOURS, COUNTED, PROMISES, READINGS, SIZES


@require_safe
def specimen(request: MemberRequest) -> HttpResponse:
    """Everything that the pages are made of. It shows no word of anybody: its examples are ours."""
    context = {
        "colours": COLOURS,
        "sizes": SIZES,
        "promises": PROMISES,
        "readings": READINGS,
        "counted": COUNTED,
        "whole": sum((line.law for line in COUNTED), Law()),
    }
    return render(request, "workspace/specimen.html", context)
