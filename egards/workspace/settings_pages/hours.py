"""Hours: when people are there. Promises are counted in them, so the page proves what it understood."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from egards.accounts.actions import AccountError, add_hours, choose_hours, set_hours
from egards.accounts.http import MemberRequest
from egards.accounts.models import Hours
from egards.core.clock import now
from egards.core.french import deadline, hour
from egards.core.working_hours import NeverOpen, closes_at, next_opening
from egards.workspace.settings_pages.forms import NameForm, put_error
from egards.workspace.settings_pages.week import WeekForm, next_holidays, week_in_words


@require_http_methods(["GET", "HEAD", "POST"])
def all_hours(request: MemberRequest) -> HttpResponse:
    """The hours of every brand, and new ones."""
    form = NameForm(request.POST if request.method == "POST" else None, scope=request.scope)
    if form.is_valid():
        brand = form.cleaned_data["brand"]
        try:
            made = add_hours(brand=brand, name=form.cleaned_data["name"], by=request.user)
            if brand.hours_id is None:
                choose_hours(brand=brand, hours=made, phone_hours=brand.phone_hours, by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            return redirect("settings_hours", pk=made.pk)
    rows = [
        {"hours": hours, "week": week_in_words(hours.calendar())}
        for hours in Hours.objects.within(request.scope).select_related("brand").order_by("brand__name", "name")
    ]
    return render(request, "workspace/settings/hours_all.html", {"rows": rows, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def one_hours(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a week, and read back what it means."""
    found = get_object_or_404(Hours.objects.within(request.scope).select_related("brand"), pk=pk)
    form = WeekForm(request.POST if request.method == "POST" else None, hours=found)
    if form.is_valid():
        said = form.cleaned_data
        try:
            set_hours(
                hours=found, week=said["week"], zone=said["zone"], subdivision=said["subdivision"],
                closures=said["closures"], by=request.user,
            )  # fmt: skip
        except AccountError as error:
            put_error(form, error)
        else:
            messages.success(
                request, _("These hours count from now on. What was already promised stays as it was said.")
            )
            return redirect("settings_hours", pk=found.pk)
    context = {
        "hours": found,
        "form": form,
        "week": week_in_words(found.calendar()),
        "open_now": _open_now(found),
        "holidays": next_holidays(found, today=timezone.localdate()),
    }
    return render(request, "workspace/settings/hours.html", context)


def _open_now(hours: Hours) -> str:
    calendar, at = hours.calendar(), now()
    if closes := closes_at(calendar, at):
        return _("Open now, until %(hour)s.") % {"hour": hour(timezone.localtime(closes))}
    try:
        opens = timezone.localtime(next_opening(calendar, at))
    except NeverOpen:
        return _("These hours never open: nothing can be promised in them.")
    return _("Closed now. Next opening: %(moment)s.") % {"moment": deadline(opens, now=timezone.localtime(at))}
