"""Places that customers visit, and teams that answer together."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from egards.accounts.actions import (
    AccountError,
    add_place,
    add_team,
    put_in_team,
    update_place,
    update_team,
)
from egards.accounts.http import MemberRequest
from egards.accounts.models import Brand, Hours, Member, Place, Role, Team
from egards.workspace.settings_pages.forms import NameForm, PhoneField, hours_of, long_text, put_error


class _OpenForm(forms.Form):
    """What a place and a team have in common."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    phone = PhoneField(label=gettext_lazy("Direct line"), required=False)
    hours = forms.ModelChoiceField(
        Hours.objects.none(),
        label=gettext_lazy("Hours"),
        required=False,
        empty_label=gettext_lazy("those of the brand"),
    )

    def __init__(self, *args: Any, brand: Brand, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["hours"]
        choice.queryset = hours_of(brand)


class PlaceForm(_OpenForm):
    """A place."""

    postal_address = long_text(label=gettext_lazy("Postal address"))


class TeamForm(_OpenForm):
    """A team, and which roles of the brand stand in it."""

    members = forms.ModelMultipleChoiceField(
        Role.objects.none(),
        label=gettext_lazy("Who is in it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One stands in one team at a time."),
    )

    def __init__(self, *args: Any, team: Team, **options: Any) -> None:
        brand = team.brand
        super().__init__(*args, brand=brand, **options)
        choice: Any = self.fields["members"]
        choice.queryset = (
            Role.objects.filter(brand=brand, member__is_active=True)
            .select_related("member", "team", "place")
            .order_by("member__sort_key")
        )
        choice.label_from_instance = partial(_role_in_words, here=team)


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: MemberRequest) -> HttpResponse:
    """The places of every brand, and a new one."""
    form = NameForm(request.POST if request.method == "POST" else None, scope=request.scope)
    if form.is_valid():
        try:
            made = add_place(brand=form.cleaned_data["brand"], name=form.cleaned_data["name"], by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            return redirect("settings_place", pk=made.pk)
    known = Place.objects.within(request.scope).select_related("brand").order_by("brand__name", "name")
    return render(request, "workspace/settings/places.html", {"places": known, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a place."""
    found = get_object_or_404(Place.objects.within(request.scope).select_related("brand"), pk=pk)
    initial = {name: getattr(found, name) for name in ("name", "phone", "postal_address")} | {"hours": found.hours_id}
    form = PlaceForm(request.POST if request.method == "POST" else None, brand=found.brand, initial=initial)
    if form.is_valid():
        try:
            update_place(place=found, **form.cleaned_data, by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            messages.success(request, _("It is kept."))
            return redirect("settings_places")
    return render(request, "workspace/settings/place.html", {"place": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: MemberRequest) -> HttpResponse:
    """The teams of every brand, and a new one."""
    form = NameForm(request.POST if request.method == "POST" else None, scope=request.scope)
    if form.is_valid():
        try:
            made = add_team(brand=form.cleaned_data["brand"], name=form.cleaned_data["name"], by=request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            return redirect("settings_team", pk=made.pk)
    people = Count("members__member", filter=Q(members__member__is_active=True), distinct=True)
    known = Team.objects.within(request.scope).select_related("brand").annotate(n=people)
    context = {"teams": known.order_by("brand__name", "name"), "form": form}
    return render(request, "workspace/settings/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a team and who is in it."""
    found = get_object_or_404(Team.objects.within(request.scope).select_related("brand"), pk=pk)
    inside = list(found.members.values_list("pk", flat=True))
    initial = {"name": found.name, "phone": found.phone, "hours": found.hours_id, "members": inside}
    form = TeamForm(request.POST if request.method == "POST" else None, team=found, initial=initial)
    if form.is_valid():
        try:
            _keep_team(form, found, request.user)
        except AccountError as error:
            put_error(form, error)
        else:
            messages.success(request, _("It is kept."))
            return redirect("settings_teams")
    return render(request, "workspace/settings/team.html", {"team": found, "form": form})


@transaction.atomic
def _keep_team(form: TeamForm, team: Team, by: Member) -> None:
    said = form.cleaned_data
    update_team(team=team, name=said["name"], phone=said["phone"], hours=said["hours"], by=by)
    chosen = set(said["members"])
    for role in Role.objects.filter(Q(team=team) | Q(pk__in=[r.pk for r in chosen])).select_related("brand"):
        if (role in chosen) != (role.team_id == team.pk):
            put_in_team(role=role, team=team if role in chosen else None, by=by)


def _role_in_words(role: Role, *, here: Team) -> str:
    words = [role.member.name, role.get_name_display(), *([role.place.name] if role.place else [])]
    if role.team and role.team_id != here.pk:
        words.append(_("now in %(team)s") % {"team": role.team.name})
    return ", ".join(words)
