"""Writes about places and teams."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.actions.brands import slug_of
from egards.accounts.actions.errors import AccountError
from egards.accounts.actions.guards import check_keeps_brand
from egards.accounts.actions.journal import note
from egards.accounts.models import Brand, Hours, Member, Place, Team


def place_named(*, brand: Brand, name: str) -> Place:
    """Return the place of that name within the brand, made if it is new."""
    return Place.objects.get_or_create(brand=brand, slug=slug_of(name), defaults={"name": name})[0]


@transaction.atomic
def add_place(*, brand: Brand, name: str, by: Member | None) -> Place:
    """Open a place. Raises ``AccountError`` when the brand has one of that name."""
    check_keeps_brand(by, brand)
    if Place.objects.filter(brand=brand, slug=slug_of(name)).exists():
        raise AccountError(_("This brand already has a place of this name."), field="name")
    place = Place.objects.create(brand=brand, name=name, slug=slug_of(name))
    note(by=by, verb="place added", subject="place", subject_id=place.pk)
    return place


@transaction.atomic
def update_place(
    *, place: Place, name: str, phone: str, postal_address: str, hours: Hours | None, by: Member | None
) -> Place:
    """Change how customers know and find a place. Its short name in addresses stays."""
    check_keeps_brand(by, place.brand)
    _check_hours(place.brand, hours)
    place.name, place.phone, place.postal_address, place.hours = name, phone, postal_address, hours
    place.save(update_fields=["name", "phone", "postal_address", "hours"])
    note(by=by, verb="place changed", subject="place", subject_id=place.pk)
    return place


@transaction.atomic
def add_team(*, brand: Brand, name: str, by: Member | None) -> Team:
    """Make a team; the first of a brand is given what nobody else is. Raises ``AccountError`` on a taken name."""
    check_keeps_brand(by, brand)
    if Team.objects.filter(brand=brand, name=name).exists():
        raise AccountError(_("This brand already has a team of this name."), field="name")
    team = Team.objects.create(brand=brand, name=name)
    note(by=by, verb="team added", subject="team", subject_id=team.pk)
    if brand.default_team_id is None:
        brand.default_team = team
        brand.save(update_fields=["default_team"])
    return team


@transaction.atomic
def update_team(*, team: Team, name: str, phone: str, hours: Hours | None, by: Member | None) -> Team:
    """Change a team's name, direct line and hours. Raises ``AccountError``."""
    check_keeps_brand(by, team.brand)
    _check_hours(team.brand, hours)
    if Team.objects.filter(brand=team.brand, name=name).exclude(pk=team.pk).exists():
        raise AccountError(_("This brand already has a team of this name."), field="name")
    team.name, team.phone, team.hours = name, phone, hours
    team.save(update_fields=["name", "phone", "hours"])
    note(by=by, verb="team changed", subject="team", subject_id=team.pk)
    return team


def _check_hours(brand: Brand, hours: Hours | None) -> None:
    if hours is not None and hours.brand_id != brand.pk:
        raise AccountError(_("These hours belong to another brand."), field="hours")
