"""The first page of a new house, steps four and five: asked of its first member, now signed in."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from egards.accounts.actions import AccountError, add_hours, choose_hours, facts_of, set_hours, update_brand
from egards.accounts.http import MemberRequest
from egards.accounts.models import Brand, Hours, Member
from egards.interactions.models import Interaction, Waiting
from egards.touchpoints.models import Touchpoint
from egards.workspace.beginning.first_page import CUSTOMER_SERVICE
from egards.workspace.beginning.forms import MediatorForm, focused
from egards.workspace.beginning.steps import steps_at
from egards.workspace.settings_pages.brands import contact_address
from egards.workspace.settings_pages.forms import put_error
from egards.workspace.settings_pages.sending import is_configured


@require_http_methods(["GET", "HEAD", "POST"])
def mediator_and_hours(request: MemberRequest) -> HttpResponse:
    """Step four: the mediator, and the hours in which promises count: the usual ones are kept by one click."""
    brand = _brand_or_404(request)
    hours = brand.hours or Hours(brand=brand)
    data = request.POST if request.method == "POST" else None
    form = MediatorForm(data, hours=hours, initial={"mediator": brand.mediator})
    if form.is_valid():
        try:
            _keep(form, brand, request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            return redirect("first_done")
    context = {"form": focused(form, ("mediator",)), "steps": steps_at(4), "brand": brand}
    return render(request, "workspace/beginning/hours.html", context)


@require_safe
def done(request: MemberRequest) -> HttpResponse:
    """Step five: what exists now, a first test, and what comes next."""
    brand = _brand_or_404(request)
    box = Touchpoint.objects.filter(brand=brand, kind="mail").order_by("pk").first()
    context = {
        "steps": steps_at(5),
        "brand": brand,
        "contact": contact_address(brand),
        "is_here_only": urlsplit(settings.EGARDS_URL).hostname in ("localhost", "127.0.0.1", "::1"),
        "box": box if box and is_configured(box) else None,
        "words": Interaction.objects.within(request.scope).count(),
        "waiting": Waiting.objects.count(),
    }
    return render(request, "workspace/beginning/done.html", context)


@transaction.atomic
def _keep(form: MediatorForm, brand: Brand, by: Member) -> None:
    said = form.cleaned_data
    update_brand(brand=brand, facts=replace(facts_of(brand), mediator=said["mediator"]), by=by)
    hours = brand.hours
    if hours is None:
        hours = add_hours(brand=brand, name=CUSTOMER_SERVICE, by=by)
        choose_hours(brand=brand, hours=hours, phone_hours=brand.phone_hours, by=by)
    set_hours(
        hours=hours, week=said["week"], zone=said["zone"], subdivision=said["subdivision"],
        closures=hours.closures, by=by,
    )  # fmt: skip


def _brand_or_404(request: MemberRequest) -> Brand:
    brand = Brand.objects.within(request.scope).select_related("hours").order_by("pk").first()
    if brand is None:
        raise Http404
    return brand
