"""Customers: their list, one of them, joining and separating by hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.scope import Scope
from egards.customers.actions import CannotJoin, merge_customers, split_handle, undo_merge, undo_split
from egards.customers.models import Customer, Merge, Split
from egards.interactions.models import Handle
from egards.workspace.paging import cursor_of, next_address
from egards.workspace.people import alike, customer_lines, family_of, known_of, moves, timeline
from egards.workspace.queries import touchpoints_in
from egards.workspace.search import LONGEST_QUERY, customers_found


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
    """One customer: what proves who they are, what they said, who may be the same person."""
    person = get_object_or_404(Customer.objects.within(request.scope).select_related("merged_into"), pk=pk)
    if person.merged_into_id:
        return redirect("customer", pk=person.merged_into_id)
    family = family_of(person)
    page = timeline(family, touchpoints_in(request.scope), before=cursor_of(request))
    context = {
        "customer": person,
        "known": known_of(person, request.scope),
        "moments": page.rows,
        "next": next_address(request, page),
        "is_first": not request.GET.get("avant"),
        "may_join": request.access.may("join customers"),
    }
    return render(request, "workspace/customer.html", context | _joining(request, person, family))


def _joining(request: MemberRequest, person: Customer, family: list[UUID]) -> dict[str, object]:
    """Who may be the same person, who was asked for, and what was joined or separated before."""
    wanted = " ".join(request.GET.get("reunir", "").split())[:LONGEST_QUERY]
    found = [c for c in customers_found(wanted, request.scope) if c.pk not in family] if wanted else []
    return {
        "alike": alike(family, request.scope),
        "moves": moves(family, request.scope),
        "wanted": wanted,
        "found": found,
    }


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
        messages.success(request, _("Joined. Nothing was moved: it can be undone, exactly, at any time."))
    return redirect("customer", pk=kept.pk)


@require_POST
def customer_split(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take an address, and the words it wrote, away from this customer."""
    person = get_object_or_404(Customer.objects.within(request.scope), pk=pk)
    shown = {known.handle_id for known in known_of(person, request.scope)}
    handle_id = _uuid_or_404(request.POST.get("handle", ""))
    if handle_id not in shown:
        raise Http404
    try:
        split = split_handle(customer=person, handle=Handle.objects.get(pk=handle_id), by=request.user)
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
        undo_split(split=split, by=request.user)
    except CannotJoin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undone. The address and its words are back."))
        back_to = split.source_id
    return redirect("customer", pk=back_to)


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
