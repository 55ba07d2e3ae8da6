"""Who else is there: told by screens, passed on, never stored."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from egards.accounts.http import MemberRequest
from egards.conversations.models import Conversation
from egards.core.presence import READS, STATES, Sighting, tell

_SCREEN = re.compile(r"[0-9a-f]{8,32}")


@require_POST
def presence(request: MemberRequest) -> HttpResponse:
    """Pass on that this member reads, answers or leaves a conversation (``conversation``, ``state``, ``screen``)."""
    state, screen = request.POST.get("state", READS), request.POST.get("screen", "0" * 8)
    if state not in STATES or not _SCREEN.fullmatch(screen):
        raise Http404
    pk = _uuid(request.POST.get("conversation", ""))
    conversation = get_object_or_404(Conversation.objects.within(request.scope).only("touchpoint_id"), pk=pk)
    sighting = Sighting(
        what=str(conversation.pk),
        fence=str(conversation.touchpoint_id),
        member=str(request.user.pk),
        name=request.user.name,
        screen=screen,
        state=state,
    )
    tell(sighting)
    return HttpResponse(status=204)


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise Http404 from error
