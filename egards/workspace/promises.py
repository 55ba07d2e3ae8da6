"""Promises in words and signs, as the pages of a customer tell them: kept, not kept, still to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from egards.conversations.models import Promise
from egards.workspace.dossier_parts import Promised

#: status → the sign, its class, and the word beside it.
_SIGNS: Final[dict[str, tuple[str, str, str | LazyText]]] = {
    Promise.Status.KEPT: ("circle-check", "", pgettext_lazy("promise", "kept")),
    Promise.Status.LATE: ("circle-x", "no", pgettext_lazy("promise", "kept too late")),
    Promise.Status.BROKEN: ("circle-x", "no", pgettext_lazy("promise", "not kept")),
    Promise.Status.OPEN: ("hourglass", "todo", pgettext_lazy("promise", "to keep")),
    Promise.Status.PAUSED: ("player-pause", "todo", pgettext_lazy("promise", "waits for the customer")),
    Promise.Status.WITHDRAWN: ("x", "gone", pgettext_lazy("promise", "withdrawn")),
}
_WHAT: Final[dict[str, LazyText]] = {
    Promise.Kind.ANSWER: gettext_lazy("An answer"),
    Promise.Kind.CALL: gettext_lazy("A call"),
    Promise.Kind.OTHER: gettext_lazy("Something else"),
}


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """One promise: its sign, what, by when, and what became of it."""

    id: UUID
    conversation_id: UUID
    icon: str
    sign: str
    word: str
    what: str
    owner: str
    due_at: datetime | None
    settled_at: datetime | None


def promise_shown(promise: Promised) -> PromiseShown:
    """Return a promise as pages show it."""
    icon, sign, word = _SIGNS.get(promise.status, ("hourglass", "todo", promise.status))
    return PromiseShown(
        id=promise.id,
        conversation_id=promise.conversation_id,
        icon=icon,
        sign=sign,
        word=str(word),
        what=promise.what or str(_WHAT.get(promise.kind, promise.kind)),
        owner=promise.owner,
        due_at=promise.due_at,
        settled_at=promise.settled_at,
    )


def promises_in_words(promises: Iterable[Promised]) -> str:
    """Return « 4 kept, 1 not kept, 1 to keep »; what was kept too late was not kept in time. Nothing for none."""
    statuses = [promise.status for promise in promises]
    kept = statuses.count(Promise.Status.KEPT)
    broken = statuses.count(Promise.Status.BROKEN) + statuses.count(Promise.Status.LATE)
    waiting = statuses.count(Promise.Status.OPEN) + statuses.count(Promise.Status.PAUSED)
    said = [
        ngettext("%(n)s kept", "%(n)s kept", kept) % {"n": kept} if kept else "",
        ngettext("%(n)s not kept", "%(n)s not kept", broken) % {"n": broken} if broken else "",
        ngettext("%(n)s to keep", "%(n)s to keep", waiting) % {"n": waiting} if waiting else "",
    ]
    return ", ".join(filter(None, said))


def signs_in_words(promises: Sequence[PromiseShown]) -> str:
    """Return what a row of signs says to those who do not see it: « In order: kept, not kept, to keep »."""
    return _("In order: %(words)s") % {"words": ", ".join(promise.word for promise in promises)}
