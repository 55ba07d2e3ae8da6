"""Objects read by a question that is put together once are those that ``select_related`` reads."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from egards.accounts.models import Brand, Hours, Team
from egards.core.questions import Records

_BRAND = "stands for a brand"


@pytest.mark.django_db
def test_records_are_what_select_related_reads(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    brand = Brand.objects.create(name="Aurige", slug="aurige")
    hours = Hours.objects.create(
        brand=brand, name="Du matin", week={"1": [["08:00", "12:00"]]}, closures=["2026-08-14"]
    )
    Team.objects.create(brand=brand, name="Avec horaires", hours=hours)
    Team.objects.create(brand=brand, name="Sans horaires")
    asked = Records.of(Team.objects.filter(brand__name=_BRAND).order_by("name"), "brand", "brand__hours", "hours")
    expected = list(Team.objects.select_related("brand__hours", "hours").order_by("name"))
    with django_assert_num_queries(1):
        found = asked.ask({_BRAND: "Aurige"})
        assert [_all_of(team) for team in found] == [_all_of(team) for team in expected]
    assert asked.ask({_BRAND: "ailleurs"}) == []


def _all_of(team: Team) -> list[object]:
    """Every value of a team and of what hangs on it, as Python has it."""
    objects = (team, team.brand, team.brand.hours, team.hours)
    return [
        [(column.attname, getattr(one, column.attname)) for column in one._meta.concrete_fields] if one else None
        for one in objects
    ]
