"""Writes about hours: when people are there. Promises count in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.actions.errors import AccountError
from egards.accounts.actions.guards import check_keeps_brand
from egards.accounts.actions.journal import note
from egards.accounts.models import Brand, Hours, Member
from egards.accounts.rules import SUBDIVISIONS, faults_of_week

Week = Mapping[int, Sequence[tuple[time, time]]]


@transaction.atomic
def add_hours(*, brand: Brand, name: str, by: Member | None) -> Hours:
    """Make hours (Monday to Friday, 9 h to 18 h) to be changed. Raises ``AccountError`` when the name is taken."""
    check_keeps_brand(by, brand)
    if Hours.objects.filter(brand=brand, name=name).exists():
        raise AccountError(_("This brand already has hours of this name."), field="name")
    hours = Hours.objects.create(brand=brand, name=name)
    note(by=by, verb="hours added", subject="hours", subject_id=hours.pk)
    return hours


@transaction.atomic
def set_hours(
    *, hours: Hours, week: Week, zone: str, subdivision: str, closures: Iterable[date], by: Member | None
) -> Hours:
    """Say when people are there: ISO weekday → slots, end excluded. Raises ``AccountError`` with the first fault.

    Promises already made keep the date that was said.
    """
    check_keeps_brand(by, hours.brand)
    if faults := faults_of_week(week):
        raise AccountError(next(iter(faults.values())), field="week")
    if zone not in available_timezones():
        raise AccountError(_("This time zone is unknown."), field="zone")
    if subdivision not in SUBDIVISIONS:
        raise AccountError(_("This part of the country is unknown."), field="subdivision")
    hours.week = {
        str(day): [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in sorted(slots)]
        for day, slots in sorted(week.items())
        if slots
    }
    hours.zone, hours.subdivision, hours.closures = zone, subdivision, sorted(set(closures))
    hours.save(update_fields=["week", "zone", "subdivision", "closures"])
    note(by=by, verb="hours set", subject="hours", subject_id=hours.pk, closures=len(hours.closures))
    return hours
