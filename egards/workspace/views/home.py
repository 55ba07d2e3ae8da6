"""The first page: the first one this member may open."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest

#: act → page, in the order in which one would rather begin a day.
FIRST_PAGES = (
    ("read conversations", "conversations"),
    ("read words", "words"),
    ("read customers", "customers"),
    ("read numbers", "pulse"),
)


@require_safe
def home(request: MemberRequest) -> HttpResponse:
    """Go to the first page this member may open; somebody without any role yet is welcomed and told whom to ask."""
    for act, page in FIRST_PAGES:
        if request.access.may(act):
            return redirect(page)
    return render(request, "workspace/welcome.html")
