"""What is said once after an act: sentences on the page, and toasts that undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from egards.conversations.queries.opened import Opened

_UNDO = "undo:"
_SHORT_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Toast:
    """A sentence with its undo (``egards/toast.html``)."""

    says: str
    seconds: int
    done: str
    undo_url: str
    counts: str = ""

    @property
    def undo_asked(self) -> str:
        """The address of the undo, ready to take the query of the page after it."""
        return f"{self.undo_url}{'&' if '?' in self.undo_url else '?'}"


def undoable(request: HttpRequest, sentence: str, undo_url: str) -> None:
    """Say that something was done, on the next page, with the way to undo it (POST)."""
    messages.success(request, sentence, extra_tags=_UNDO + undo_url)


def toasts_of(request: Any, found: Opened, at: datetime) -> tuple[Sequence[Any], Sequence[Toast]]:
    """Return what is said on the page, and the toasts: an answer of this member that is leaving, what may be undone."""
    said = list(messages.get_messages(request))
    toasts = [
        Toast(str(one), _SHORT_SECONDS, str(one), str(one.extra_tags).removeprefix(_UNDO))
        for one in said
        if str(one.extra_tags).startswith(_UNDO)
    ]
    leaving = found.leaving
    if leaving is not None and leaving.member_id == request.user.pk and leaving.leaves_at:
        toasts.append(_leaving(found, ceil((leaving.leaves_at - at).total_seconds())))
    return [one for one in said if not str(one.extra_tags).startswith(_UNDO)], toasts


def _leaving(found: Opened, seconds: int) -> Toast:
    undo = reverse("conversation_unsend", args=[found.conversation.pk])
    left = max(seconds, 1)
    return Toast(
        says=_("Leaves in %(n)s s.") % {"n": left},
        seconds=left,
        done=_("It is on its way."),
        undo_url=undo,
        counts=_("Leaves in {seconds} s."),
    )
