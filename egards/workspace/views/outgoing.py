"""What leaves the house: what waits, what is held back and why, what could not leave, what left."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.scope import ScopedQuerySet
from egards.core.clock import now
from egards.core.french import number
from egards.core.house_mark import is_shown_as_demo
from egards.interactions.models import Delivery
from egards.interactions.sending import RELEASED_WITHIN, OutboxError, hold_reason, release, withdraw
from egards.interactions.wording import shown_handle, state_in_words
from egards.touchpoints.models import Touchpoint
from egards.workspace.paging import PER_PAGE
from egards.workspace.queries import icon_of

State = Delivery.State

#: States as they stand in addresses.
STATES = {
    "retenus": State.HELD,
    "attente": State.WAITING,
    "echecs": State.FAILED,
    "partis": State.SENT,
    "retires": State.WITHDRAWN,
}
#: Counted at the top: the others only grow.
_COUNTED = (State.HELD, State.WAITING, State.FAILED)
#: As many letters are let go in one click as a person can wait for.
MOST_RELEASED = 200
#: What opens a customer's follow-up page is theirs alone, also when their letter is read here.
_KEY = re.compile(r"(?<![a-z2-7])[a-z2-7]{52}(?![a-z2-7])")


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery as the list shows it."""

    delivery: Delivery
    icon: str
    to: str
    state: str
    text: str
    reason: str
    may_leave: bool
    may_be_withdrawn: bool


@require_safe
def outgoing(request: MemberRequest) -> HttpResponse:
    """What leaves, newest first, perhaps in one state only."""
    only = request.GET.get("etat", "")
    if only and only not in STATES:
        raise Http404
    there = Delivery.objects.within(request.scope)
    counts = _counts(there)
    found = there.filter(state=STATES[only]) if only else there
    after = request.GET.get("apres", "")
    if after:
        found = found.filter(pk__lt=get_object_or_404(there, pk=_uuid_or_404(after)).pk)
    rows = list(_with_words(found).order_by("-pk")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    context = {
        "rows": [_row(delivery) for delivery in shown],
        "last": shown[-1].pk if len(rows) > PER_PAGE else None,
        "is_first": not after,
        "only": only,
        "tabs": [(code, state.label, counts[state], code == only) for code, state in STATES.items()],
        "held": counts[State.HELD],
        "unproved": _unproved(request),
        "keeps_house": request.access.may("keep house"),
    }
    return render(request, "workspace/outgoing.html", context)


@require_POST
def outgoing_release(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let one held letter leave."""
    delivery = get_object_or_404(Delivery.objects.within(request.scope), pk=pk)
    try:
        release(delivery=delivery, by=request.user)
    except OutboxError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It leaves now."))
    return redirect("outgoing")


@require_POST
def outgoing_release_all(request: MemberRequest) -> HttpResponse:
    """Let leave, oldest first, every held letter that may."""
    held = Delivery.objects.within(request.scope).filter(state=State.HELD)
    left = 0
    for delivery in held.order_by("pk")[:MOST_RELEASED]:
        try:
            release(delivery=delivery, by=request.user)
            left += 1
        except OutboxError:
            continue  # the list says why beside each
    messages.success(request, _("Leaving now: %(n)s.") % {"n": number(left)})
    return redirect("outgoing")


@require_POST
def outgoing_withdraw(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Never send one letter."""
    delivery = get_object_or_404(Delivery.objects.within(request.scope), pk=pk)
    try:
        withdraw(delivery=delivery, by=request.user)
    except OutboxError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It will not be sent."))
    return redirect("outgoing")


def _counts(there: ScopedQuerySet[Delivery]) -> Counter[str]:
    counted = there.filter(state__in=_COUNTED).order_by().values_list("state").annotate(n=Count("pk"))
    return Counter(dict(counted))


def _with_words(found: ScopedQuerySet[Delivery]) -> ScopedQuerySet[Delivery]:
    words = found.select_related("touchpoint__brand", "handle", "interaction__content", "letter")
    return words.defer("interaction__content__search", "interaction__content__html", "letter__html")


def _row(delivery: Delivery) -> Row:
    letter = getattr(delivery, "letter", None)
    is_held = delivery.state == State.HELD
    reason = hold_reason(delivery) if is_held else ""
    is_fresh = now() - delivery.made_at <= RELEASED_WITHIN
    if is_held and not is_fresh:
        reason = reason or _("More than seven days old: write to the customer again.")
    return Row(
        delivery=delivery,
        icon=icon_of(delivery.touchpoint),
        to=shown_handle(delivery.handle),
        state=state_in_words(delivery.state, delivery.provider_id),
        text=_KEY.sub("…", letter.text if letter else delivery.interaction.content.text),
        reason=reason or delivery.error,
        may_leave=is_held and not reason,
        may_be_withdrawn=delivery.state in (State.HELD, State.WAITING),
    )


def _unproved(request: MemberRequest) -> list[Touchpoint]:
    """Touchpoints that could send and whose address nobody has proved. A demo proves none: its banner says why."""
    if is_shown_as_demo():
        return []
    there = Touchpoint.objects.within(request.scope).filter(is_open=True).select_related("brand")
    return [t for t in there.order_by("brand__name", "name", "id") if t.behaviour().can_send and not t.is_proved]


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
