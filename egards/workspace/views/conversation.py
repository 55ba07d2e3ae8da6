"""One conversation between its queue and its customer; its parts alone when the page asks for them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.conversations.queries.opened import Opened, PromiseRow
from egards.conversations.queries.thread import MOST_OF_ALL, MOST_TURNS, opened
from egards.conversations.queries.views import ZONE
from egards.core.clock import now
from egards.core.french import deadline, duration
from egards.customers.models import Customer
from egards.workspace.composing import aside, composer, running_in_words
from egards.workspace.customer_pane import pane
from egards.workspace.queue_lines import customer_name
from egards.workspace.thread_shown import promise_words, thread
from egards.workspace.toasts import toasts_of
from egards.workspace.views.queue import people_of, queue_context

#: Parts of the page that are asked for alone: id of the element → template.
_PARTS = {"conversation": "swap", "client": "customer"}


@require_safe
def conversation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The three panes; or the conversation's alone, with the customer's beside it when another one is opened."""
    most = MOST_OF_ALL if "tout" in request.GET else MOST_TURNS
    found = opened(pk, member=request.user, scope=request.scope, people=people_of(request), most=most)
    if found is None:
        raise Http404
    part = _PARTS.get(request.headers.get("HX-Target", "")) if request.headers.get("HX-Request") else None
    if part == "customer":
        return render(request, "workspace/conversations/customer.html", {"pane": _pane(request, found)})
    context = conversation_context(request, found) | {"is_another": part == "swap" and _is_another(request, pk)}
    if part is None:
        context |= queue_context(request, selected=pk, own=found.views)
    return render(request, f"workspace/conversations/{part or 'page'}.html", context)


def conversation_context(request: MemberRequest, found: Opened) -> dict[str, Any]:
    """Return what the middle pane shows."""
    at = now()
    row = found.conversation
    person = row.customer and (row.customer.merged_into or row.customer)
    name = customer_name(str(person) if person else None, may_name=found.may_name)
    to_keep = [promise for promise in found.promises if promise.is_running and promise.id not in found.written_for]
    leading = running_in_words(to_keep, at)
    shown, toasts = toasts_of(request, found, at)
    return {
        "found": found,
        "talk": row,
        "name": name,
        "customer": _customer(found),
        "thread": thread(found, at=at, customer=name),
        "promised": _promised(leading, at),
        "unsent": _unsent(found, at),
        "sees_outgoing": request.access.may("see outgoing"),
        "leading": leading,
        "running": [(promise, promise_words(promise)) for promise in to_keep],
        "composer": composer(found, member=request.user, at=at, customer=name),
        "aside": aside(found, at),
        "may_answer": _may(request, row, "answer customers"),
        "may_note": _may(request, row, "note conversations"),
        "here": request.GET.urlencode(),
        "says": shown,
        "toasts": toasts,
        "is_whole": "tout" in request.GET,
    }


def _in_sentence(promise: PromiseRow) -> str:
    """What was promised, after a colon: « un appel »; the member's own words stay as they wrote them."""
    words = promise_words(promise)
    return words if promise.what else words[:1].lower() + words[1:]


def _may(request: MemberRequest, row: Any, act: str) -> bool:
    """Whether the member may do it at this conversation's touchpoint (its brand and place stand on the row)."""
    if not request.access.may(act):
        return False
    scope = request.access.scope(act)
    touchpoint = row.touchpoint
    return scope.is_house or touchpoint.brand_id in scope.brands or touchpoint.place_id in scope.places


def _customer(found: Opened) -> Customer | None:
    """The customer who may be named, after joins; None for others."""
    customer = found.conversation.customer
    return (customer.merged_into or customer) if customer and found.may_name else None


def _pane(request: MemberRequest, found: Opened) -> Any:
    customer = found.conversation.customer
    return pane(
        customer=customer, scope=request.scope, access=request.access, now=now(), conversation_id=found.conversation.pk
    )


def _is_another(request: MemberRequest, pk: UUID) -> bool:
    """Whether the page that asks shows another conversation, or none."""
    return str(pk) not in request.headers.get("HX-Current-URL", "")


def _unsent(found: Opened, at: datetime) -> dict[str, str] | None:
    """The line that says that an answer stands ready and has not left, and by when it should have."""
    if found.unsent is None or found.unsent.sent is None:
        return None
    leading = running_in_words([promise for promise in found.promises if promise.id in found.written_for], at)
    said = {"words": _("Answer written, waiting to leave."), "tone": "soon", "left": ""}
    said |= {"state": "retenus" if found.unsent.sent.state == "held" else "attente"}
    if leading is None or leading.due_at is None:
        return said
    when = deadline(leading.due_at.astimezone(ZONE), now=at.astimezone(ZONE))
    if leading.due_at < at:
        return said | {"tone": "late", "left": _("It was promised before %(when)s.") % {"when": when}}
    return said | {"left": _("It is promised before %(when)s.") % {"when": when}}


def _promised(leading: PromiseRow | None, at: datetime) -> dict[str, str] | None:
    """The line above the thread: what was promised next, by whom, by when, and how long is left."""
    if leading is None or leading.due_at is None:
        return None
    left = (leading.due_at - at).total_seconds()
    when = deadline(leading.due_at.astimezone(ZONE), now=at.astimezone(ZONE))
    said = {"what": _in_sentence(leading), "who": leading.owner, "when": when}
    words = (
        _("Promised: %(what)s from %(who)s before %(when)s.")
        if leading.owner
        else _("Promised: %(what)s before %(when)s.")
    )
    return {
        "words": words % said,
        "left": (_("%(time)s left.") if left >= 0 else _("%(time)s late.")) % {"time": duration(left)},
        "due": leading.due_at.isoformat(),
        "icon": "phone-call" if leading.kind == "call" else "flag",
        "tone": "late" if left < 0 else "soon",
    }
