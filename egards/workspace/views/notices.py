"""« Pour vous »: what calls a member, and having seen it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from egards.accounts.http import MemberRequest
from egards.notifications.actions import mark_read
from egards.workspace.notices import calls, calls_count


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: MemberRequest) -> HttpResponse:
    """What calls this member, newest first. A POST says it was seen: what calls to one conversation, or everything."""
    if request.method != "POST":
        return render(request, "workspace/notices.html", {"calls": calls(request.user, request.access)})
    mark_read(member=request.user, ref=_ref(request))
    return redirect("notices")


@require_safe
def notices_count(request: MemberRequest) -> HttpResponse:
    """How many they are, for the navigation: live."""
    return render(request, "workspace/notices_count.html", {"calls_count": calls_count(request.user, request.access)})


def _ref(request: MemberRequest) -> UUID | None:
    value = request.POST.get("ref", "")
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise Http404 from error
