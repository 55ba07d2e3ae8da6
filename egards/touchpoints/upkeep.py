"""Writes about touchpoints that are there already: their name, their settings, closing and opening again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from egards.accounts.actions import note
from egards.accounts.models import Member, Place
from egards.touchpoints.models import Touchpoint


@transaction.atomic
def describe_touchpoint(
    *, touchpoint: Touchpoint, name: str, place: Place | None, settings: Mapping[str, Any], by: Member | None
) -> Touchpoint:
    """Change a touchpoint's name, place and the settings of its kind. How it sends is changed elsewhere.

    The caller has checked the settings with the kind's form.
    """
    touchpoint = Touchpoint.objects.select_for_update().get(pk=touchpoint.pk)
    touchpoint.name, touchpoint.place, touchpoint.settings = name, place, touchpoint.settings | dict(settings)
    touchpoint.save(update_fields=["name", "place", "settings"])
    note(by=by, verb="touchpoint changed", subject="touchpoint", subject_id=touchpoint.pk)
    return touchpoint


@transaction.atomic
def close_touchpoint(*, touchpoint: Touchpoint, by: Member | None) -> Touchpoint:
    """Take nothing more there; what was said stays. May be opened again."""
    return _set_open(touchpoint, False, by)


@transaction.atomic
def reopen_touchpoint(*, touchpoint: Touchpoint, by: Member | None) -> Touchpoint:
    """Listen there again."""
    return _set_open(touchpoint, True, by)


def _set_open(touchpoint: Touchpoint, is_open: bool, by: Member | None) -> Touchpoint:
    touchpoint.is_open = is_open
    touchpoint.save(update_fields=["is_open"])
    verb = "touchpoint opened" if is_open else "touchpoint closed"
    note(by=by, verb=verb, subject="touchpoint", subject_id=touchpoint.pk)
    return touchpoint
