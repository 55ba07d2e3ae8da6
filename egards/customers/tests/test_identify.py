"""Whom a word is from: one person one customer, two people never glued together."""

from __future__ import annotations

from uuid import UUID

import pytest

from egards.customers.models import Customer, Identity, Resemblance, TimelineEntry
from egards.interactions.models import Handle, Interaction
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db


def customer_of(word: Interaction) -> UUID:
    return TimelineEntry.objects.get(ref=word.pk).customer_id


def test_it_works() -> None:
    first, second = say(
        posted("un", email="odile@client.example", name="Odile Marchand"),
        posted("deux", email="odile@client.example"),
        at=api_touchpoint(),
    )
    assert customer_of(first) == customer_of(second)
    assert Customer.objects.get().name == "Odile Marchand"


def test_a_word_without_author_has_no_customer() -> None:
    say(posted("anonyme"), at=api_touchpoint())
    assert not Customer.objects.exists()


def test_a_known_phone_learns_its_address() -> None:
    touchpoint = api_touchpoint()
    (call,) = say(posted("par téléphone", phone="02 61 91 04 12"), at=touchpoint)
    (mail,) = say(posted("par écrit", phone="0261910412", email="odile@client.example"), at=touchpoint)
    assert customer_of(call) == customer_of(mail)


def test_two_addresses_on_one_phone_are_two_people_who_resemble() -> None:
    odile, paul = say(
        posted("un", email="odile@client.example", phone="0261910412"),
        posted("deux", email="paul@client.example", phone="0261910412"),
        at=api_touchpoint(),
    )
    assert customer_of(odile) != customer_of(paul)
    assert Resemblance.objects.count() == 1


def test_a_phone_seen_with_more_than_five_people_links_nobody() -> None:
    touchpoint = api_touchpoint()
    for n in range(6):
        say(posted(f"mot {n}", email=f"personne{n}@client.example", phone="0261910412"), at=touchpoint)
    assert Handle.objects.get(kind="phone").is_shared
    before = Resemblance.objects.count()
    say(posted("mot 7", email="personne7@client.example", phone="0261910412"), at=touchpoint)
    (alone,) = say(posted("mot 8", loyalty="7204118", phone="0261910412"), at=touchpoint)
    say(posted("mot 9", phone="0261910412"), at=touchpoint)
    assert Resemblance.objects.count() == before
    assert Customer.objects.count() == 8
    assert Identity.objects.get(handle__kind="loyalty").customer_id == customer_of(alone)


def test_one_batch_or_many_give_the_same_customers() -> None:
    words = [posted(f"mot {n}", email=f"p{n % 3}@client.example") for n in range(9)]
    say(*words, at=api_touchpoint())
    assert Customer.objects.count() == 3
    assert TimelineEntry.objects.filter(kind="word").count() == 9
