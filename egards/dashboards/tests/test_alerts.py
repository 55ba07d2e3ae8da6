"""A theme that rises is told once to those who manage the brand, and leads to the words behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from egards.accounts.actions import give_role, place_named
from egards.accounts.models import Member
from egards.dashboards.tests.town import NOW, words
from egards.measures.actions import count_touched
from egards.measures.alerts import QUIET_DAYS, watch
from egards.measures.models import Alert
from egards.notifications.models import Notice
from tests.cast import Cast, newcomer

pytestmark = pytest.mark.django_db


def nine_weeks(house: Cast) -> None:
    for days_ago in range(63):
        words(6, at=house.mailbox, days_ago=days_ago, polarity=1, theme="accueil")


def a_jump(house: Cast, n: int = 25) -> None:
    words(n, at=house.api, days_ago=0, polarity=-2, theme="delivery")
    count_touched()


def shown(member: Member) -> str:
    client = Client()
    client.force_login(member)
    page = client.get("/pour-vous/").content.decode()
    return page.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_rise_is_told_once_to_those_who_manage(house: Cast) -> None:
    nine_weeks(house)
    count_touched()
    assert watch(at=NOW) == []
    a_jump(house)
    (alert,) = watch(at=NOW)
    assert (alert.brand, alert.theme, alert.words, alert.people) == (house.lindelle, "delivery", 25, 25)
    assert watch(at=NOW) == []
    assert watch(at=NOW + timedelta(hours=1)) == []
    assert {notice.member for notice in Notice.objects.all()} == {house.bob, house.fatou}
    page = shown(house.bob)
    assert "« Livraison » monte chez Lindelle." in page
    assert "25 mots en 3 jours" in page
    assert "25 personnes" in page
    assert "/echanges/?theme=delivery&amp;du=2026-11-21" in page
    assert "monte chez" not in shown(house.alice)


def test_one_who_speaks_a_lot_is_no_rise(house: Cast) -> None:
    nine_weeks(house)
    count_touched()
    a_jump(house, 4)
    assert watch(at=NOW) == []


def test_once_read_it_is_not_told_again_and_a_later_rise_is(house: Cast) -> None:
    nine_weeks(house)
    a_jump(house)
    watch(at=NOW)
    Notice.objects.update(read_at=NOW)
    assert watch(at=NOW + timedelta(days=1)) == []
    assert not Notice.objects.filter(read_at=None).exists()
    Alert.objects.update(last_on=NOW.date() - timedelta(days=QUIET_DAYS + 1))
    watch(at=NOW + timedelta(days=40))
    assert Alert.objects.get().ended_on == (NOW + timedelta(days=40)).date()
    assert len(watch(at=NOW)) == 1  # of a house whose clock went back: a rise of its own
    assert Notice.objects.filter(read_at=None).count() == 2


def test_who_manages_a_place_or_another_brand_is_not_told(house: Cast) -> None:
    nantes = newcomer()
    give_role(
        member=nantes, name="manager", brand=house.lindelle, place=place_named(brand=house.lindelle, name="Nantes")
    )
    give_role(member=house.chloe, name="manager", brand=house.ormelle)
    nine_weeks(house)
    a_jump(house)
    watch(at=NOW)
    assert not Notice.objects.filter(member__in=(nantes, house.chloe)).exists()


def test_an_alert_of_another_brand_is_neither_shown_nor_counted(house: Cast) -> None:
    nine_weeks(house)
    a_jump(house)
    (alert,) = watch(at=NOW)
    give_role(member=house.chloe, name="manager", brand=house.ormelle)
    Notice.objects.create(member=house.chloe, kind="theme_rising", ref=alert.pk)
    assert "Livraison" not in shown(house.chloe)
    client = Client()
    client.force_login(house.bob)
    assert "1<span" in client.get("/pour-vous/compte/").content.decode()
    client.force_login(house.chloe)
    assert "1<span" not in client.get("/pour-vous/compte/").content.decode()
