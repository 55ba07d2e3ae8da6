"""A brand: how customers know it and reach it, what it promises."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from egards.accounts.actions import (
    AccountError,
    BrandFacts,
    add_brand,
    choose_hours,
    choose_team,
    offer_calls,
    promise_answers,
    reopen_within,
    update_brand,
)
from egards.accounts.http import MemberRequest
from egards.accounts.models import Brand, Member
from egards.workspace.settings_pages.brand_forms import BrandForm, NewBrandForm, minutes
from egards.workspace.settings_pages.forms import put_error


@require_http_methods(["GET", "HEAD", "POST"])
def brand(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a brand."""
    found = get_object_or_404(Brand.objects.within(request.scope), pk=pk)
    form = BrandForm(request.POST if request.method == "POST" else None, brand=found)
    if form.is_valid():
        try:
            _keep(form, found, request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            messages.success(request, _("It is kept. Customers’ pages say it from now on."))
            return redirect("settings_brand", pk=found.pk)
    context = {"brand": found, "form": form, "contact": contact_address(found)}
    return render(request, "workspace/settings/brand.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_brand(request: MemberRequest) -> HttpResponse:
    """Open a brand: only who keeps the whole house."""
    form = NewBrandForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = add_brand(facts=BrandFacts(name=form.cleaned_data["name"]), by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            messages.success(request, _("%(name)s is open. Say how customers reach it.") % {"name": made.name})
            return redirect("settings_brand", pk=made.pk)
    return render(request, "workspace/settings/brand_new.html", {"form": form, "may": request.scope.is_house})


def contact_address(brand: Brand) -> str:
    """Return where a brand's contact page is, as it is given to customers; the short one when there is one brand."""
    alone = not Brand.objects.exclude(pk=brand.pk).exists()
    return settings.EGARDS_URL + (reverse("contact") if alone else reverse("contact_of", args=[brand.slug]))


@transaction.atomic
def _keep(form: BrandForm, brand: Brand, by: Member) -> None:
    said = form.cleaned_data
    update_brand(brand=brand, facts=form.facts(), by=by)
    promise_answers(
        brand=brand,
        within_minutes=minutes(said["answer_hours"]),
        first_within_minutes=minutes(said["first_answer_hours"]),
        by=by,
    )
    reopen_within(brand=brand, days=said["reopened_within_days"], by=by)
    offer_calls(brand=brand, slot_minutes=said["call_slot_minutes"], calls_per_slot=said["calls_per_slot"], by=by)
    choose_hours(brand=brand, hours=said["hours"], phone_hours=said["phone_hours"], by=by)
    choose_team(brand=brand, team=said["default_team"], by=by)
