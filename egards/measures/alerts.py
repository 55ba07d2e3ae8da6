"""Themes that rise are told to those who manage the brand, once per rise.

The rule is that of the pulse (``themes.ThemeLine.is_rising``): more than luck explains, said by five people at least.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from egards.accounts.models import Brand, Member, Role
from egards.measures.days import day_of
from egards.measures.models import Alert
from egards.measures.queries import figures
from egards.measures.themes import ThemeLine, known_weeks, season_of_days, theme_lines
from egards.notifications.actions import notify
from egards.touchpoints.models import Touchpoint

#: The kind of notice that leads to an alert.
RISING: Final = "theme_rising"
#: Days without rising after which a rise is over: the next one is told anew.
QUIET_DAYS: Final = 7


def watch(*, at: datetime) -> list[Alert]:
    """Look at every brand, tell what began to rise, end what has been quiet; return the new alerts.

    Watching twice tells nothing twice.
    """
    today = day_of(at)
    found = []
    for brand in Brand.objects.order_by("name"):
        found += _watch_brand(brand, today=today, at=at)
    return found


@transaction.atomic
def _watch_brand(brand: Brand, *, today: date, at: datetime) -> list[Alert]:
    Brand.objects.select_for_update(of=("self",), no_key=True).get(pk=brand.pk)  # two watchers take turns
    going = {alert.theme: alert for alert in Alert.objects.filter(brand=brand, ended_on=None)}
    rising = {line.code: line for line in _lines(brand.pk, today) if line.is_rising and line.jump}
    Alert.objects.filter(brand=brand, ended_on=None, theme__in=rising).update(last_on=today)
    quiet = Alert.objects.filter(brand=brand, ended_on=None, last_on__lt=today - timedelta(days=QUIET_DAYS))
    quiet.exclude(theme__in=rising).update(ended_on=today)
    new = [_opened(brand, line, today=today, at=at) for code, line in rising.items() if code not in going]
    for alert in new:
        for member in _managers(brand):
            notify(member=member, kind=RISING, ref=alert.pk)
    return new


def _lines(brand_id: UUID, today: date) -> list[ThemeLine]:
    touchpoints = Touchpoint.objects.filter(brand_id=brand_id).values_list("pk", flat=True)
    counted = figures(list(touchpoints), place_id=None, today=today)
    weeks = known_weeks(counted.days, today)
    return theme_lines(counted.themes, weeks=weeks, season=season_of_days(counted.days, weeks=weeks))


def _opened(brand: Brand, line: ThemeLine, *, today: date, at: datetime) -> Alert:
    jump = line.jump
    assert jump is not None  # only those are kept
    return Alert.objects.create(
        brand=brand,
        theme=line.code,
        at=at,
        since=today - timedelta(days=jump.days - 1),
        days=jump.days,
        words=jump.count,
        usual=jump.usual,
        people=line.people_of_jump,
        last_on=today,
    )


def _managers(brand: Brand) -> list[Member]:
    """Who manages all of the brand, or the house."""
    holding = Role.objects.filter(Q(brand=brand) | Q(brand=None), name__in=("manager", "admin"), place=None)
    return list(Member.objects.filter(pk__in=holding.values("member_id"), is_active=True).order_by("pk"))
