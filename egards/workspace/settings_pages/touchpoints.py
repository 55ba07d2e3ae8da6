"""Touchpoints: where customers speak to us; opening one, describing it, closing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.models import Place
from egards.accounts.scope import Scope
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.kind import Kind
from egards.touchpoints.models import Mailbox, Touchpoint
from egards.touchpoints.registry import all_kinds
from egards.touchpoints.upkeep import close_touchpoint, describe_touchpoint, reopen_touchpoint
from egards.workspace.queries import icon_of
from egards.workspace.settings_pages.forms import BrandChoice, whole_brands

#: Kinds that open by themselves: with an import, or as a model to copy.
NOT_OFFERED = frozenset({"verbatims", "example"})
#: Kinds that a house begins with, in the order in which one would open them; then the others.
FIRST = ("form", "mail", "phone", "api")


class TouchpointForm(forms.Form):
    """What every touchpoint has; the settings of its kind follow in a form of their own."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As your colleagues call it.")
    )
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=gettext_lazy("Stands at"),
        required=False,
        empty_label=gettext_lazy("the whole brand"),
        help_text=gettext_lazy("Those who work at one place only see what comes in there."),
    )

    def __init__(self, *args: Any, scope: Scope, touchpoint: Touchpoint | None, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["place"]
        choice.queryset = Place.objects.within(scope).select_related("brand").order_by("brand__name", "name")
        if touchpoint is None:
            self.fields["brand"] = BrandChoice(whole_brands(scope))
        else:
            choice.queryset = choice.queryset.filter(brand=touchpoint.brand)
        if not choice.queryset.exists():
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        """A place belongs to the brand."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        place, brand = said.get("place"), said.get("brand")
        if place and brand and place.brand_id != brand.pk:
            self.add_error("place", _("This place belongs to another brand."))
        return said


@require_safe
def touchpoints(request: MemberRequest) -> HttpResponse:
    """Every touchpoint, and the kinds of which one may be opened."""
    known = Touchpoint.objects.within(request.scope).select_related("brand", "place")
    rows = [
        {"touchpoint": t, "icon": icon_of(t), "kind": label_of(t), "can_send": can_send(t)}
        for t in known.order_by("-is_open", "brand__name", "name")
    ]
    return render(request, "workspace/settings/touchpoints.html", {"rows": rows, "kinds": offered()})


@require_http_methods(["GET", "HEAD", "POST"])
def new_touchpoint(request: MemberRequest) -> HttpResponse:
    """Open a touchpoint of the kind that stands in the query."""
    kind = request.GET.get("sorte", "")
    found = next((k for k in offered() if k.kind == kind), None)
    if found is None:
        return redirect("settings_touchpoints")
    data = request.POST if request.method == "POST" else None
    form = TouchpointForm(data, scope=request.scope, touchpoint=None, initial={"name": str(found.label)})
    own = found.settings_form(data)
    if form.is_valid() and own.is_valid():
        said = form.cleaned_data
        made = open_touchpoint(
            brand=said["brand"], kind=kind, name=said["name"], place=said.get("place"), settings=storable_settings(own)
        )
        messages.success(request, _("%(name)s is open.") % {"name": made.name})
        return redirect("settings_sending" if can_send(made) else "settings_touchpoint", pk=made.pk)
    context = {"kind": found, "form": form, "own": own}
    return render(request, "workspace/settings/touchpoint_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Describe a touchpoint."""
    found = touchpoint_or_404(request, pk)
    data = request.POST if request.method == "POST" else None
    initial = {"name": found.name, "place": found.place_id}
    form = TouchpointForm(data, scope=request.scope, touchpoint=found, initial=initial)
    own = found.behaviour().settings_form(data, initial=found.settings)
    if form.is_valid() and own.is_valid():
        said = form.cleaned_data
        describe_touchpoint(
            touchpoint=found,
            name=said["name"],
            place=said.get("place"),
            settings=storable_settings(own),
            by=request.user,
        )
        messages.success(request, _("It is kept."))
        return redirect("settings_touchpoints")
    context = {
        "touchpoint": found, "icon": icon_of(found), "kind": label_of(found), "form": form, "own": own,
        "can_send": can_send(found), "has_mailbox": found.behaviour().has_mailbox, "mailbox": mailbox_of(found),
    }  # fmt: skip
    return render(request, "workspace/settings/touchpoint.html", context)


@require_POST
def opening(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Close an open touchpoint, or open a closed one again."""
    found = touchpoint_or_404(request, pk)
    if found.is_open:
        close_touchpoint(touchpoint=found, by=request.user)
        messages.success(request, _("%(name)s is closed: nothing more comes in there.") % {"name": found.name})
    else:
        reopen_touchpoint(touchpoint=found, by=request.user)
        messages.success(request, _("%(name)s is open again.") % {"name": found.name})
    return redirect("settings_touchpoint", pk=found.pk)


def offered() -> list[Kind]:
    """Return the kinds of which a member may open a touchpoint, the usual ones first."""
    kinds = all_kinds()
    first = [kinds[name] for name in FIRST if name in kinds]
    return [*first, *(k for name, k in sorted(kinds.items()) if name not in FIRST and name not in NOT_OFFERED)]


def can_send(touchpoint: Touchpoint) -> bool:
    """Say whether something may leave from a touchpoint of this kind."""
    kind = all_kinds().get(touchpoint.kind)
    return kind is not None and kind.can_send


def mailbox_of(touchpoint: Touchpoint) -> Mailbox | None:
    """Return the mailbox that a touchpoint reads, if any."""
    return Mailbox.objects.filter(touchpoint=touchpoint).first()


def label_of(touchpoint: Touchpoint) -> str:
    """Return the name of a touchpoint's kind; its code when it is no longer installed."""
    kind = all_kinds().get(touchpoint.kind)
    return str(kind.label) if kind else touchpoint.kind


def storable_settings(form: forms.Form) -> dict[str, Any]:
    """Return what was typed as the row keeps it: plain values of JSON."""
    return {
        k: v if isinstance(v, (str, int, float, bool, type(None))) else str(v) for k, v in form.cleaned_data.items()
    }


def touchpoint_or_404(request: MemberRequest, pk: UUID) -> Touchpoint:
    """Return a touchpoint of the scope whose kind is installed."""
    known = Touchpoint.objects.within(request.scope).filter(kind__in=all_kinds()).select_related("brand", "place")
    return get_object_or_404(known, pk=pk)
