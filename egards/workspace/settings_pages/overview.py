"""The first page of the settings: what is set, what is missing, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.models import Brand, Hours, Place, Team
from egards.accounts.scope import Scope
from egards.conversations.models import SavedReply
from egards.core.french import duration
from egards.touchpoints.models import Touchpoint
from egards.workspace.settings_pages.members import members_in
from egards.workspace.settings_pages.touchpoints import can_send
from egards.workspace.settings_pages.week import week_in_words


@dataclass(frozen=True)
class Card:
    """One subject: what stands, and what is missing (empty when nothing is)."""

    title: str
    url: str
    icon: str
    says: str
    missing: str = ""


@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """Every subject of the settings, what is missing first to the eye."""
    scope = request.scope
    brands = list(Brand.objects.within(scope).select_related("hours").order_by("name"))
    cards = [
        *(card for brand in brands for card in _of_brand(brand)),
        _members(scope),
        _teams(scope),
        _places(scope),
        _touchpoints(scope),
        _replies(scope),
    ]
    missing = [card for card in cards if card.missing]
    return render(request, "workspace/settings/overview.html", {"cards": cards, "missing": len(missing)})


def _of_brand(brand: Brand) -> Iterator[Card]:
    asked = {
        _("the telephone"): brand.phone,
        _("the e-mail address"): brand.email,
        _("the postal address"): brand.postal_address,
        _("the mediator"): brand.mediator,
        _("the legal notice"): brand.legal_notice,
        _("what you do with what customers write"): brand.privacy_notice,
    }
    absent = [name for name, value in asked.items() if not value]
    yield Card(
        brand.name,
        reverse("settings_brand", kwargs={"pk": brand.pk}),
        "building-store",
        ", ".join(filter(None, (brand.phone, brand.email))) or _("Customers cannot reach you yet."),
        _("Missing: %(list)s.") % {"list": ", ".join(absent)} if absent else "",
    )
    hours = brand.hours
    promised = {"usual": duration(brand.answer_minutes * 60), "first": duration(brand.first_answer_minutes * 60)}
    says = _("A person answers within %(usual)s of open time, %(first)s the very first time.") % promised
    yield Card(
        _("Hours (%(brand)s)") % {"brand": brand.name},
        reverse("settings_hours", kwargs={"pk": hours.pk}) if hours else reverse("settings_hours_all"),
        "clock",
        " ".join([*(f"{line.capitalize()}." for line in week_in_words((hours or Hours()).calendar())), says]),
        "" if hours else _("No hours are chosen: promises count from Monday to Friday, 9 to 18."),
    )


def _members(scope: Scope) -> Card:
    known = [member for member in members_in(scope) if member.is_active]
    waiting = sum(1 for member in known if not member.has_usable_password())
    says = ngettext("%(n)s person works here.", "%(n)s people work here.", len(known)) % {"n": len(known)}
    invited = ngettext(
        "%(n)s person has not yet taken their link.", "%(n)s people have not yet taken their link.", waiting
    )
    return Card(_("Members"), reverse("settings_members"), "users", says, invited % {"n": waiting} if waiting else "")


def _teams(scope: Scope) -> Card:
    teams = Team.objects.within(scope).annotate(n=Count("members"))
    empty = [team.name for team in teams if not team.n]
    says = ngettext("%(n)s team.", "%(n)s teams.", len(teams)) % {"n": len(teams)} if teams else _("No team.")
    missing = _("Nobody is in: %(list)s.") % {"list": ", ".join(empty)} if empty else ""
    if not teams:
        missing = _("Without a team, what nobody takes belongs to nobody.")
    return Card(_("Teams"), reverse("settings_teams"), "users", says, missing)


def _places(scope: Scope) -> Card:
    n = Place.objects.within(scope).count()
    says = ngettext("%(n)s place.", "%(n)s places.", n) % {"n": n} if n else _("No place: everything is one house.")
    return Card(_("Places"), reverse("settings_places"), "map-pin", says)


def _touchpoints(scope: Scope) -> Card:
    known = list(Touchpoint.objects.within(scope).filter(is_open=True))
    says = ngettext("%(n)s touchpoint is open.", "%(n)s touchpoints are open.", len(known)) % {"n": len(known)}
    senders = [t for t in known if can_send(t)]
    proved = [t.proved_address for t in senders if t.is_proved]
    if proved:
        says += " " + _("Answers leave from %(list)s.") % {"list": ", ".join(proved)}
    missing = "" if proved else _("No sending address is proved: nothing leaves.")
    return Card(
        _("Touchpoints"), reverse("settings_touchpoints"), "plug", says if known else _("None is open."), missing
    )


def _replies(scope: Scope) -> Card:
    n = SavedReply.objects.within(scope).count()
    says = ngettext("%(n)s reply ready.", "%(n)s replies ready.", n) % {"n": n} if n else _("No reply is ready yet.")
    return Card(_("Saved replies"), reverse("saved_replies"), "bolt", says)
