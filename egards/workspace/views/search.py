"""Search, over words and customers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.workspace.paging import Page, cursor_of, next_address
from egards.workspace.queries import touchpoints_in
from egards.workspace.search import LONGEST_QUERY, Found, customers_found, words_found


@require_safe
def search(request: MemberRequest) -> HttpResponse:
    """What was said, and who is called so or writes from there."""
    wanted = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]
    before = cursor_of(request)
    page: Page[Found] = Page([])
    people = []
    if wanted:
        page = words_found(wanted, touchpoints_in(request.scope), before=before)
        if before is None and request.access.may("read customers"):
            people = customers_found(wanted, request.access.scope("read customers"))
    context = {
        "wanted": wanted,
        "found": page.rows,
        "next": next_address(request, page),
        "is_first": before is None,
        "people": people,
        "may_customers": request.access.may("read customers"),
    }
    return render(request, "workspace/search.html", context)
