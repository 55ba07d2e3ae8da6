"""How words are read: what corrections taught, told with its counts; the version that reads is chosen in one click."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from egards.accounts.actions import give_role
from egards.accounts.models import Member
from egards.dashboards.tests.conftest import Opens
from egards.dashboards.tests.taught_town import about_the_desk, taught_by
from egards.dashboards.tests.town import words
from egards.understanding.in_force import version_in_force
from egards.understanding.models import InForce, Reading, Version
from egards.understanding.reread import reread_all
from egards.understanding.teaching import learn_version
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PAGE = "/pouls/lecture/"


def posts(member: Member, address: str) -> int:
    client = Client()
    client.force_login(member)
    return client.post(address).status_code


def test_a_house_that_corrected_nothing_is_told_how_to_begin(opens: Opens, house: Cast) -> None:
    page = opens(house.bob, PAGE)
    assert "Le moteur lit tel que livré" in page
    assert "Encore 20 corrections" in page
    assert "0 sur 0" not in page


def test_what_was_learnt_is_told_with_its_counts(opens: Opens, house: Cast) -> None:
    taught_by(house.alice, 24, at=house.api)
    assert learn_version() == version_in_force()
    page = opens(house.bob, PAGE)
    assert "La version 1 lit depuis" in page
    assert "24 corrections, relues par dixièmes" in page
    assert "0 sur 24" in page  # the theme of the desk, as shipped
    assert "24 sur 24" in page
    assert "100 %" in page
    assert "86 à 100 %" in page  # Wilson, 24 of 24
    assert "d’elle-même" in page
    assert "La faire lire" not in page  # who manages looks; who keeps the house chooses


def test_coverage_and_confirmations_are_those_of_the_scope(opens: Opens, house: Cast) -> None:
    words(30, at=house.api, days_ago=2, theme="delivery")
    words(10, at=house.api, days_ago=2)
    words(50, at=house.api, days_ago=40)
    page = opens(house.bob, PAGE)
    assert "30 sur 40" in page
    assert "75 %" in page


def test_back_to_the_engine_as_shipped_in_one_click(opens: Opens, house: Cast) -> None:
    taught_by(house.alice, 24, at=house.api)
    learn_version()
    (word,) = about_the_desk(1, at=house.api, begins="Encore une visite")
    assert Reading.objects.get(content_id=word.pk, is_current=True).theme_slugs == ["aftersales"]
    assert "La faire lire" in opens(house.fatou, PAGE)
    assert posts(house.fatou, reverse("reading_version", args=[0])) == 302
    assert version_in_force() is None
    assert InForce.objects.first().by == house.fatou  # type: ignore[union-attr]
    reread_all()
    assert Reading.objects.get(content_id=word.pk, is_current=True).theme_slugs == []
    assert "choisie par Fatou" in opens(house.fatou, PAGE)
    assert posts(house.fatou, reverse("reading_version", args=[1])) == 302
    assert version_in_force() == Version.objects.get()
    assert posts(house.fatou, reverse("reading_version", args=[7])) == 404


def test_only_who_keeps_the_whole_house_chooses(house: Cast) -> None:
    for member in (house.alice, house.bob):
        assert posts(member, reverse("reading_version", args=[0])) == 404
        assert posts(member, reverse("reading_learn")) == 404
    client = Client()
    client.force_login(house.fatou)
    assert client.get(reverse("reading_version", args=[0])).status_code == 405


def test_an_administrator_of_one_brand_is_told_who_chooses(house: Cast) -> None:
    taught_by(house.alice, 24, at=house.api)
    version = learn_version()
    give_role(member=house.bob, name="admin", brand=house.lindelle)
    client = Client()
    client.force_login(house.bob)
    for address in (reverse("reading_version", args=[0]), reverse("reading_learn")):
        answer = client.post(address, follow=True).content.decode()
        assert "Seul un administrateur de toute la maison" in answer
    assert version_in_force() == version


def test_learning_is_asked_for_when_enough_is_new(opens: Opens, house: Cast) -> None:
    taught_by(house.alice, 24, at=house.api)
    assert "Apprendre des nouvelles corrections" in opens(house.fatou, PAGE)
    assert posts(house.fatou, reverse("reading_learn")) == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'understanding.learn'")
        assert cursor.fetchone() == (1,)


def test_the_page_asks_the_same_whatever_there_is(opens: Opens, house: Cast) -> None:
    taught_by(house.alice, 24, at=house.api)
    learn_version()
    opens(house.bob, PAGE)
    client = Client()
    client.force_login(house.bob)
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE)
    assert len(asked) <= 11
