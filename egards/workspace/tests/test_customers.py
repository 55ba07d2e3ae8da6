"""Customers: their list, one of them, joining and separating by hand, and taking it back."""

from __future__ import annotations

from pytest_django import DjangoAssertNumQueries

from egards.customers.models import Customer, Identity, Merge, Resemblance, Split
from egards.workspace.tests.conftest import As
from tests.builders import posted, say
from tests.cast import Cast


def two_people(house: Cast) -> tuple[Customer, Customer]:
    """Odile by mail, Odile by another mail."""
    say(
        posted("Premier mot.", email="odile@client.example", name="Odile Marchand"),
        posted("Second mot.", email="o.marchand@travail.example", name="O. Marchand"),
        at=house.api,
    )
    odile, other = Customer.objects.order_by("id")
    return odile, other


def test_it_works(house: Cast, as_member: As) -> None:
    odile, _other = two_people(house)
    shown = as_member(house.alice).get(f"/clients/{odile.pk}/").content.decode()
    assert "Odile Marchand" in shown
    assert "odile@client.example" in shown
    assert "déclaré" in shown
    assert "Premier mot." in shown
    assert "Second mot." not in shown


def test_customers_stand_in_french_order(house: Cast, as_member: As) -> None:
    names = ("Zoé", "Élise", "Adèle", "Eva", "éloi")
    say(
        *[posted("Mot.", email=f"{i}@client.example", name=name, id=str(i)) for i, name in enumerate(names)],
        at=house.api,
    )
    lines = as_member(house.alice).get("/clients/").context["lines"]
    assert [line.customer.name for line in lines] == ["Adèle", "Élise", "éloi", "Eva", "Zoé"]


def test_the_list_goes_on_without_a_name_in_its_address(house: Cast, as_member: As) -> None:
    words = [posted(f"{i}", email=f"{i}@client.example", name=f"Client {i:02}", id=str(i)) for i in range(55)]
    say(*words, at=house.api)
    client = as_member(house.alice)
    seen, address = [], "/clients/"
    for _page in range(3):
        context = client.get(address).context
        seen += [line.customer.name for line in context["lines"]]
        address = f"/clients/?apres={context['last']}"
    assert seen == [f"Client {i:02}" for i in range(55)]
    assert address.endswith("None")


def test_lists_ask_few_questions(
    house: Cast, as_member: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    words = [posted(f"{i}", email=f"{i}@client.example", name=f"Client {i:02}", id=str(i)) for i in range(55)]
    say(*words, at=house.api)
    client = as_member(house.alice)
    with django_assert_max_num_queries(8):
        client.get("/clients/")
    with django_assert_max_num_queries(8):
        client.get("/clients/?noms=sans")


def test_one_customer_asks_few_questions(
    house: Cast, as_member: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    say(*[posted(f"Mot {i}", email="odile@client.example", id=str(i)) for i in range(55)], at=house.api)
    odile = Customer.objects.get()
    client = as_member(house.alice)
    with django_assert_max_num_queries(8):
        first = client.get(f"/clients/{odile.pk}/")
    second = client.get(f"/clients/{odile.pk}/{first.context['next']}")
    assert len(first.context["moments"]) == len(second.context["moments"]) == 25


def test_a_customer_is_found_by_name_and_by_whole_address(house: Cast, as_member: As) -> None:
    odile, other = two_people(house)
    client = as_member(house.alice)
    by_name = client.get("/clients/?q=ODILE").context["lines"]
    assert [line.customer for line in by_name] == [odile]
    by_address = client.get("/clients/?q=O.Marchand@Travail.example")
    assert by_address["Location"] == f"/clients/{other.pk}/"
    assert "Personne pour" in client.get("/clients/?q=marchand@travail.example").content.decode()


def test_those_without_a_name_are_listed_apart(house: Cast, as_member: As) -> None:
    say(posted("slt", phone="06 12 34 56 78"), at=house.api)
    client = as_member(house.alice)
    assert "Personne n’a encore donné son nom." in client.get("/clients/").content.decode()
    assert "06\xa012\xa034\xa056\xa078" in client.get("/clients/?noms=sans").content.decode()


def test_two_customers_are_joined_then_taken_apart_as_before(house: Cast, as_member: As) -> None:
    odile, other = two_people(house)
    client = as_member(house.alice)
    joined = client.post(f"/clients/{odile.pk}/reunions/", {"other": str(other.pk)}, follow=True).content.decode()
    assert "C’est réuni." in joined
    assert "Second mot." in joined
    assert client.get(f"/clients/{other.pk}/")["Location"] == f"/clients/{odile.pk}/"
    merge = Merge.objects.get()
    assert merge.by == house.alice.pk
    undone = client.post(f"/reunions/{merge.pk}/annulation/", follow=True).content.decode()
    assert "C’est annulé." in undone
    assert "Second mot." not in undone
    assert client.get(f"/clients/{other.pk}/").status_code == 200


def test_what_cannot_be_joined_is_refused_in_a_sentence(house: Cast, as_member: As) -> None:
    odile, _other = two_people(house)
    answer = as_member(house.alice).post(f"/clients/{odile.pk}/reunions/", {"other": str(odile.pk)}, follow=True)
    assert "C’est déjà le même client." in answer.content.decode()
    assert not Merge.objects.exists()


def test_an_address_is_separated_then_given_back(house: Cast, as_member: As) -> None:
    say(posted("Ensemble.", email="odile@client.example", phone="06 12 34 56 78", name="Odile"), at=house.api)
    say(posted("Par téléphone.", phone="06 12 34 56 78"), at=house.api)
    odile = Customer.objects.get()
    phone = Identity.objects.get(handle__kind="phone")
    client = as_member(house.alice)
    answer = client.post(f"/clients/{odile.pk}/separations/", {"handle": str(phone.handle_id)}, follow=True)
    assert "C’est séparé." in answer.content.decode()
    split = Split.objects.get()
    assert "Par téléphone." in client.get(f"/clients/{split.made_id}/").content.decode()
    answer = client.post(f"/separations/{split.pk}/annulation/", follow=True)
    assert answer.context["customer"] == odile
    assert "Par téléphone." in answer.content.decode()


def test_an_address_of_somebody_else_cannot_be_separated(house: Cast, as_member: As) -> None:
    odile, other = two_people(house)
    handle = Identity.objects.get(customer=other).handle_id
    answer = as_member(house.alice).post(f"/clients/{odile.pk}/separations/", {"handle": str(handle)})
    assert answer.status_code == 404


def test_who_may_be_the_same_person_is_proposed_with_the_reason(house: Cast, as_member: As) -> None:
    say(posted("Un.", email="odile@client.example", phone="06 12 34 56 78", name="Odile"), at=house.api)
    say(posted("Deux.", email="o@travail.example", phone="06 12 34 56 78", name="O. M."), at=house.api)
    odile = Customer.objects.get(name="Odile")
    shown = as_member(house.alice).get(f"/clients/{odile.pk}/").content.decode()
    assert "Peut-être la même personne" in shown
    assert "ont écrit avec 06\xa012\xa034\xa056\xa078" in shown


def test_another_customer_is_looked_for_to_be_joined(house: Cast, as_member: As) -> None:
    odile, other = two_people(house)
    found = as_member(house.alice).get(f"/clients/{odile.pk}/?reunir=marchand").context["found"]
    assert found == [other]


def test_opening_a_page_joins_nobody(house: Cast, as_member: As) -> None:
    odile, other = two_people(house)
    assert as_member(house.alice).get(f"/clients/{odile.pk}/reunions/?other={other.pk}").status_code == 405
    assert not Merge.objects.exists()


def two_alike(house: Cast) -> Resemblance:
    """Odile, and somebody who writes from elsewhere with her telephone number."""
    say(posted("Un.", email="odile@client.example", phone="06 12 34 56 78", name="Odile"), at=house.api)
    say(posted("Deux.", email="o@travail.example", phone="06 12 34 56 78", name="O. M."), at=house.api)
    return Resemblance.objects.get()


def test_they_are_said_to_be_one_person_and_that_is_undone(house: Cast, as_member: As) -> None:
    alike, client = two_alike(house), as_member(house.alice)
    joined = client.post(f"/ressemblances/{alike.pk}/", {"verdict": "une"}, follow=True).content.decode()
    assert "C’est réuni." in joined
    assert "Peut-être la même personne" not in joined
    undone = client.post(f"/reunions/{Merge.objects.get().pk}/annulation/", follow=True).content.decode()
    assert "Peut-être la même personne" in undone


def test_they_are_said_to_be_two_people_and_that_is_undone(house: Cast, as_member: As) -> None:
    alike, client = two_alike(house), as_member(house.alice)
    here = {"depuis": str(alike.other_id)}
    apart = client.post(f"/ressemblances/{alike.pk}/", {"verdict": "deux"} | here, follow=True)
    assert apart.context["customer"] == alike.other
    assert "ce sont deux personnes" in apart.content.decode()
    assert not Merge.objects.exists()
    again = client.post(f"/ressemblances/{alike.pk}/", {"verdict": "rouvrir"} | here, follow=True).content.decode()
    assert "Peut-être la même personne" in again


def test_a_resemblance_of_another_brand_does_not_exist(house: Cast, as_member: As) -> None:
    alike = two_alike(house)
    answer = as_member(house.chloe).post(f"/ressemblances/{alike.pk}/", {"verdict": "une"})
    assert answer.status_code == 404
    assert not Merge.objects.exists()


def test_no_other_verdict_exists(house: Cast, as_member: As) -> None:
    alike = two_alike(house)
    assert as_member(house.alice).post(f"/ressemblances/{alike.pk}/", {"verdict": "trois"}).status_code == 404
