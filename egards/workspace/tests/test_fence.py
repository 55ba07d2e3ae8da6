"""A member bound to one brand never sees another's, whatever the address."""

from __future__ import annotations

import re

import pytest

from egards.accounts.actions import give_role
from egards.conversations.models import Conversation
from egards.customers.actions import merge_customers, split_handle
from egards.customers.models import Customer, Identity, Merge, Split
from egards.interactions.models import Arrival, Attachment, Interaction
from egards.workspace.tests.conftest import As
from egards.workspace.tests.test_words import LETTER
from tests.builders import posted, say
from tests.cast import Cast

LINDELLE_WORDS = "Le buffet est rayé"


@pytest.fixture
def addresses(house: Cast) -> dict[str, str]:
    """One address of every page about a row of Lindelle's, by route; POST ones too."""
    (word,) = say(LETTER, at=house.mailbox)
    say(posted(LINDELLE_WORDS, email="rene@client.example", name="René Aubin"), b"{", at=house.api)
    odile, rene = Customer.objects.order_by("id")
    merge = merge_customers(kept=odile, joined=rene, by=house.alice)
    split = split_handle(customer=odile, handle=Identity.objects.filter(customer=odile).get().handle, by=house.alice)
    rows: dict[str, object] = {
        "/echanges/{}/": word.pk, "/echanges/{}/suivi/": word.pk, "/echanges/{}/html/": word.pk,
        "/echanges/{}/octets/": word.pk, "/pieces/{}/": Attachment.objects.get().pk, "/clients/{}/": odile.pk,
        "/points-de-contact/{}/": house.mailbox.pk,
        "/quarantaine/{}/octets/": Arrival.objects.get(outcome__status="quarantined").pk,
        "POST /clients/{}/reunions/": odile.pk, "POST /clients/{}/separations/": odile.pk,
        "POST /reunions/{}/annulation/": merge.pk, "POST /separations/{}/annulation/": split.pk,
        "POST /quarantaine/{}/relecture/": Arrival.objects.get(outcome__status="quarantined").pk,
    }  # fmt: skip
    return {route: route.format(pk) for route, pk in rows.items()}


def test_nothing_of_another_brand_is_found_by_its_address(
    house: Cast, as_member: As, addresses: dict[str, str]
) -> None:
    house.chloe.roles.update(name="manager")
    client = as_member(house.chloe)
    asked = {
        "other": str(Customer.objects.order_by("id").values_list("pk", flat=True)[0]),
        "handle": str(Identity.objects.order_by("id").values_list("handle_id", flat=True)[0]),
    }
    answers = {
        route: client.post(address.removeprefix("POST "), asked) if route.startswith("POST") else client.get(address)
        for route, address in addresses.items()
    }
    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(addresses, 404)


def test_nothing_of_another_brand_is_in_a_list(house: Cast, as_member: As, addresses: dict[str, str]) -> None:
    house.chloe.roles.update(name="manager")
    client = as_member(house.chloe)
    lists = (
        "/echanges/",
        "/clients/",
        "/recherche/?q=buffet",
        "/recherche/?q=rené",
        "/points-de-contact/",
        "/quarantaine/",
    )
    shown = "".join(client.get(address).content.decode() for address in lists)
    assert LINDELLE_WORDS not in shown
    assert "René" not in shown
    assert "rene@client.example" not in client.get(
        "/clients/?q=rene@client.example", follow=True
    ).content.decode().replace('value="rene@client.example"', "").replace("«\u202frene@client.example\u202f»", "")
    assert "Courriel" not in shown


def test_of_a_customer_of_both_brands_one_sees_what_ones_own_brand_heard(house: Cast, as_member: As) -> None:
    say(posted("Chez Lindelle.", email="odile@client.example", phone="06 12 34 56 78", name="Odile"), at=house.api)
    say(posted("Chez Ormelle.", email="odile@client.example", name="Odile"), at=house.ormelle_api)
    odile = Customer.objects.get()
    shown = as_member(house.chloe).get(f"/clients/{odile.pk}/").content.decode()
    assert "Chez Ormelle." in shown
    assert "Chez Lindelle." not in shown
    assert "06\xa012\xa034\xa056\xa078" not in shown
    found = as_member(house.chloe).get("/recherche/?q=06 12 34 56 78").content.decode()
    assert "Odile" not in found


def test_two_customers_are_not_joined_across_the_fence(house: Cast, as_member: As) -> None:
    say(posted("Ici.", email="odile@client.example"), at=house.api)
    say(posted("Là.", email="lea@client.example"), at=house.ormelle_api)
    odile, lea = Customer.objects.order_by("id")
    answer = as_member(house.alice).post(f"/clients/{odile.pk}/reunions/", {"other": str(lea.pk)})
    assert answer.status_code == 404
    assert not Merge.objects.exists()


def test_who_serves_two_brands_tells_them_apart(house: Cast, as_member: As) -> None:
    say(posted("Chez Lindelle, la commode.", email="odile@client.example"), at=house.api)
    say(posted("Chez Ormelle, la commode.", email="lea@client.example"), at=house.ormelle_api)
    for brand in (house.lindelle, house.ormelle):
        give_role(member=house.bob, name="manager", brand=brand)
    talk = Conversation.objects.get(brand=house.ormelle)
    pages = ("/conversations/?vue=all", f"/conversations/{talk.pk}/", "/echanges/", "/recherche/?q=commode")
    for member in (house.bob, house.fatou):
        shown = [as_member(member).get(address).content.decode() for address in pages]
        assert all(re.search(r"(>|, )Ormelle</span>", page) for page in shown), member.name
    alone = [as_member(house.chloe).get(address).content.decode() for address in pages]
    assert not any(re.search(r"(>|, )Ormelle</span>", page) for page in alone), "one brand needs no name"


def test_an_adviser_neither_replays_nor_counts(house: Cast, as_member: As, addresses: dict[str, str]) -> None:
    client = as_member(house.alice)
    assert client.get("/quarantaine/").status_code == 404
    assert client.get("/points-de-contact/").status_code == 404
    assert client.post("/quarantaine/relecture/").status_code == 404


def test_a_store_reads_customers_but_does_not_join_them(house: Cast, as_member: As) -> None:
    say(posted("Un.", email="a@client.example"), posted("Deux.", email="b@client.example"), at=house.api)
    one, two = Customer.objects.order_by("id")
    house.alice.roles.update(name="store")
    client = as_member(house.alice)
    assert "Réunir" not in client.get(f"/clients/{one.pk}/").content.decode()
    assert client.post(f"/clients/{one.pk}/reunions/", {"other": str(two.pk)}).status_code == 404
    assert not Split.objects.exists()


def test_a_stranger_is_sent_to_the_door(house: Cast, client: object, addresses: dict[str, str]) -> None:
    from_outside = [client.get(address) for route, address in addresses.items() if not route.startswith("POST")]  # type: ignore[attr-defined]
    assert {answer.status_code for answer in from_outside} == {302}
    assert all(answer["Location"].startswith("/compte/login/") for answer in from_outside)
    assert Interaction.objects.count() == 2
