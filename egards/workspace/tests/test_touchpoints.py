"""The law of numbers on screen, and reading again what was in quarantine."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from egards.accounts.models import JournalEntry
from egards.interactions.models import Interaction, Outcome, Tally
from egards.touchpoints.kinds.api import Api
from egards.workspace.tests.conftest import As
from tests.builders import posted, say
from tests.cast import Cast


def test_it_works(house: Cast, as_member: As) -> None:
    say(posted("Un"), posted("Un"), b"{", at=house.api)
    page = as_member(house.bob).get("/points-de-contact/")
    shown = page.content.decode().replace("\u202f:\u00a0", " : ")
    assert "Reçus : 3. Gardés : 1, en double : 1, en quarantaine : 1" in shown
    assert "Le compte y est." in shown
    assert page.context["whole"].holds


def test_before_the_first_touchpoint_the_page_says_what_to_do(house: Cast, as_member: As) -> None:
    for touchpoint in (house.api, house.mailbox, house.button):
        touchpoint.delete()
    assert (
        "Aucun point de contact n’est encore ouvert."
        in as_member(house.bob).get("/points-de-contact/").content.decode()
    )


def test_a_figure_that_does_not_add_up_is_shown(house: Cast, as_member: As) -> None:
    say(posted("Un"), at=house.api)
    tally = Tally.objects.get(status="stored")
    Tally.objects.create(touchpoint=house.api, hour=tally.hour, status="received", n=1)
    client = as_member(house.bob)
    everywhere = client.get("/points-de-contact/").content.decode()
    there = client.get(f"/points-de-contact/{house.api.pk}/").content.decode()
    assert "le compte n’y est pas" in everywhere
    assert "Les deux comptes diffèrent." in there


def test_a_touchpoint_is_counted_twice(house: Cast, as_member: As) -> None:
    say(posted("Un"), posted("Deux"), b"{", at=house.api)
    page = as_member(house.bob).get(f"/points-de-contact/{house.api.pk}/")
    assert page.context["law"] == page.context["again"]
    assert "Les deux comptes disent la même chose." in page.content.decode()


@pytest.mark.parametrize("address", ["/points-de-contact/", "/quarantaine/"])
def test_pages_ask_few_questions(
    house: Cast, as_member: As, django_assert_max_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    say(*[b"{%d" % n for n in range(30)], at=house.api)
    client = as_member(house.bob)
    with django_assert_max_num_queries(8):
        client.get(address)


def test_quarantine_says_why(house: Cast, as_member: As) -> None:
    say(b"{", at=house.api)
    shown = as_member(house.bob).get("/quarantaine/").content.decode()
    assert Outcome.objects.get().reason.split(":")[0] in shown.replace("&#x27;", "'")


def test_an_empty_quarantine_is_good_news(house: Cast, as_member: As) -> None:
    assert "Tout ce qui a été reçu a pu être lu." in as_member(house.bob).get("/quarantaine/").content.decode()


def test_after_a_fix_a_delivery_is_read_again(house: Cast, as_member: As, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Api, "parse", lambda self, raw, meta: [])
        say(posted("Un", id="1"), posted("Deux", id="2"), at=house.api)
    client = as_member(house.bob)
    first, _second = Outcome.objects.order_by("pk")
    client.post(f"/quarantaine/{first.pk}/relecture/")
    assert Interaction.objects.count() == 1
    answer = client.post("/quarantaine/relecture/", follow=True)
    assert "Tout ce qui a été reçu a pu être lu." in answer.content.decode()
    assert Interaction.objects.count() == 2
    assert JournalEntry.objects.filter(verb="arrival replayed", by=house.bob.pk).count() == 2


def test_what_still_cannot_be_read_stays_and_is_said_to(house: Cast, as_member: As) -> None:
    say(b"{", at=house.api)
    answer = as_member(house.bob).post("/quarantaine/relecture/", follow=True).content.decode()
    assert "encore dedans" in answer
    assert Outcome.objects.get().status == Outcome.Status.QUARANTINED


def test_the_bytes_in_quarantine_can_be_kept(house: Cast, as_member: As) -> None:
    say(b"\x00\xff{", at=house.api)
    held = Outcome.objects.get()
    response = as_member(house.bob).get(f"/quarantaine/{held.pk}/octets/")
    assert response.content == b"\x00\xff{"
    assert response["Content-Type"] == "application/octet-stream"
