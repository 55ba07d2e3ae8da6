"""Customers: their list, one of them, joining and separating by hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.scope import Scope
from egards.conversations.actions.following import split_customer, undo_customer_split
from egards.core.clock import now
from egards.customers.actions import (
    CannotJoin,
    confirm_identity,
    decide_resemblance,
    merge_customers,
    reopen_resemblance,
    undo_merge,
    withdraw_confirmation,
)
from egards.customers.models import Customer, Merge, Resemblance, Split
from egards.interactions.models import Handle
from egards.workspace.customer_pane import hold_in_words, preferences
from egards.workspace.dossier import Dossier, dossier_of
from egards.workspace.fence import used_here
from egards.workspace.paging import cursor_of, next_address
from egards.workspace.people import customer_lines, family_of, known_of
from egards.workspace.promises import promise_shown, promises_in_words
from egards.workspace.search import LONGEST_QUERY, customers_found
from egards.workspace.story import timeline

_JOINED = gettext_lazy("Joined. Nothing was moved: it can be undone, exactly, at any time.")
_TOLD_APART = gettext_lazy("Noted: they are two people. They will not be proposed again.")


@require_safe
def customers(request: MemberRequest) -> HttpResponse:
    """Customers in French alphabetical order; by exact address or by name when one is asked for."""
    wanted = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    exact = customers_found(wanted, request.scope, most=1) if wanted and _is_address(wanted) else []
    if exact:
        return redirect("customer", pk=exact[0].pk)
    is_named = request.GET.get("noms") != "sans"
    after = _uuid(request.GET.get("apres", ""))
    lines, last = customer_lines(request.scope, wanted=wanted, is_named=is_named, after=after)
    context = {"lines": lines, "last": last, "wanted": wanted, "is_named": is_named, "is_first": after is None}
    return render(request, "workspace/customers.html", context)


@require_safe
def customer(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One customer: what proves who they are, what happened with them, what was promised, who may be the same."""
    moment = now()
    talks = request.access.scope("read conversations") if request.access.may("read conversations") else None
    found = dossier_of(pk, people=request.scope, talks=talks, at=moment)
    if found is None:
        raise Http404
    if found.customer.merged_into_id:
        return redirect("customer", pk=found.customer.merged_into_id)
    story = timeline(found.family, request.scope, promises=found.promises, notes=found.notes, before=cursor_of(request))
    context = {
        "customer": found.customer,
        "dossier": found,
        "known": found.known,
        "moments": story.rows,
        "next": next_address(request, story),
        "is_first": not request.GET.get("avant"),
        "may_join": request.access.may("join customers"),
        "holds": [hold_in_words(hold, moment) for hold in found.holds],
        "preferences": preferences(found.agreed, found.refused),
        "promises": [promise_shown(promise) for promise in reversed(found.promises)],
        "promises_words": promises_in_words(found.promises),
        "is_claimed_only": bool(found.known) and not any(known.is_strong for known in found.known),
    }
    return render(request, "workspace/customer.html", context | _others(request, found))


def _others(request: MemberRequest, found: Dossier) -> dict[str, object]:
    """Who was asked for, to be joined."""
    wanted = " ".join(request.GET.get("reunir", "").split())[:LONGEST_QUERY]
    people = customers_found(wanted, request.scope) if wanted else []
    return {"wanted": wanted, "found": [person for person in people if person.pk not in found.family]}


@require_POST
def customer_merge(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say that this customer and another are one person."""
    kept = get_object_or_404(Customer.objects.within(request.scope), pk=pk)
    joined = get_object_or_404(Customer.objects.within(request.scope), pk=_uuid_or_404(request.POST.get("other", "")))
    try:
        merge_customers(kept=kept, joined=joined, by=request.user)
    except CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(_JOINED))
    return redirect("customer", pk=kept.pk)


@require_POST
def customer_split(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take an address, and the words it wrote, away from this customer."""
    person = get_object_or_404(Customer.objects.within(request.scope), pk=pk)
    handle = _handle_of(request, person)
    try:
        split = split_customer(customer=person, handle=handle, by=request.user)
    except CannotJoin as refusal:
        messages.error(request, str(refusal))
        return redirect("customer", pk=person.pk)
    messages.success(request, _("Separated. The words of that address went with it; it can be undone, exactly."))
    return redirect("customer", pk=_first_seen(request.scope, person.pk, split.made_id))


@require_POST
def merge_undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take two customers apart again."""
    merge = get_object_or_404(Merge.objects.select_related("kept"), pk=pk)
    _must_see(request.scope, merge.kept_id, merge.joined_id)
    try:
        undo_merge(merge=merge, by=request.user)
    except CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undone. They are two customers again, as before."))
    return redirect("customer", pk=merge.kept_id)


@require_POST
def split_undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give an address and its words back."""
    split = get_object_or_404(Split.objects.select_related("source"), pk=pk)
    back_to = _first_seen(request.scope, split.source_id, split.made_id)
    try:
        undo_customer_split(split=split, by=request.user)
    except CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undone. The address and its words are back."))
        back_to = split.source_id
    return redirect("customer", pk=back_to)


@require_POST
def customer_confirm(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Confirm that an address is this customer’s; with ``retirer``, take that back."""
    person = get_object_or_404(Customer.objects.within(request.scope), pk=pk)
    handle = _handle_of(request, person)
    try:
        if request.POST.get("retirer"):
            withdraw_confirmation(customer=person, handle=handle, by=request.user)
            sentence = _("The confirmation is taken back.")
        else:
            confirm_identity(customer=person, handle=handle, by=request.user)
            sentence = _("Confirmed, in your name.")
    except CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect("customer", pk=person.pk)


@require_POST
def resemblance_decide(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say whether two customers are one person (``verdict`` is ``une`` or ``deux``), or take back that they are two."""
    rows = Resemblance.objects.filter(used_here(request.scope)).select_related("customer", "other")
    resemblance = get_object_or_404(rows, pk=pk)
    _must_see(request.scope, resemblance.customer_id, resemblance.other_id)
    verdict = request.POST.get("verdict", "")
    if verdict not in ("une", "deux", "rouvrir"):
        raise Http404
    try:
        if verdict == "rouvrir":
            reopen_resemblance(resemblance=resemblance, by=request.user)
            sentence = _("Undone. They may be the same person again.")
        else:
            decide_resemblance(resemblance=resemblance, by=request.user, are_same=verdict == "une")
            sentence = str(_JOINED if verdict == "une" else _TOLD_APART)
    except CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    sides = [resemblance.customer.root_id, resemblance.other.root_id]
    return redirect("customer", pk=next((pk for pk in sides if str(pk) == request.POST.get("depuis")), sides[0]))


def _handle_of(request: MemberRequest, person: Customer) -> Handle:
    """The address posted, when it is one of this customer’s that the member may see."""
    handle_id = _uuid_or_404(request.POST.get("handle", ""))
    if handle_id not in {known.handle_id for known in known_of(family_of(person), request.scope)}:
        raise Http404
    return Handle.objects.get(pk=handle_id)


def _must_see(scope: Scope, *ids: UUID) -> None:
    """Both sides of a move must be in scope; otherwise it does not exist."""
    if Customer.objects.within(scope).filter(pk__in=ids).count() != len(set(ids)):
        raise Http404


def _first_seen(scope: Scope, *ids: UUID) -> UUID:
    """Return the first of a separation's two sides that is in scope: one may have been left without a word."""
    seen = set(Customer.objects.within(scope).filter(pk__in=ids).values_list("pk", flat=True))
    if not seen:
        raise Http404
    return next(pk for pk in ids if pk in seen)


def _is_address(wanted: str) -> bool:
    return "@" in wanted or sum(c.isdigit() for c in wanted) >= 6


def _uuid(text: str) -> UUID | None:
    return _uuid_or_404(text) if text else None


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
