"""Search: French words whatever accents and endings, customers by name and address."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from egards.workspace.tests.cast import Cast
from egards.workspace.tests.conftest import As
from tests.builders import posted, say


@pytest.mark.parametrize("wanted", ["livraison", "LIVRAISONS", "« livraison »", "“carton livré”", "fêlé", "fele"])
def test_it_works(house: Cast, as_member: As, wanted: str) -> None:
    say(posted("La livraison : carton livré fêlé."), posted("Rien à voir."), at=house.api)
    found = as_member(house.alice).get("/recherche/", {"q": wanted}).context["found"]
    assert [one.line.said for one in found] == ["La livraison : carton livré fêlé."]


def test_the_words_found_are_shown_in_place(house: Cast, as_member: As) -> None:
    say(posted("Des <b>colis</b> perdus & en route < ici."), at=house.api)
    shown = as_member(house.alice).get("/recherche/?q=colis").content.decode()
    assert '<mark class="found">colis</mark>' in shown
    assert "<b>colis" not in shown
    assert "&amp; en route" in shown


def test_quotation_marks_and_a_minus_sign_are_understood(house: Cast, as_member: As) -> None:
    say(posted("table fendue"), posted("table neuve"), posted("fendue, la table"), at=house.api)
    client = as_member(house.alice)
    together = client.get("/recherche/", {"q": '"table fendue"'}).context["found"]
    without = client.get("/recherche/", {"q": "table -neuve"}).context["found"]
    assert [one.line.said for one in together] == ["table fendue"]
    assert {one.line.said for one in without} == {"table fendue", "fendue, la table"}


@pytest.mark.parametrize("wanted", ["", "   ", "'", '"', ":*", "a & | !", "\x00", "%", "x" * 5000, "-", "<script>"])
def test_no_query_breaks_the_page(house: Cast, as_member: As, wanted: str) -> None:
    say(posted("Bonjour"), at=house.api)
    assert as_member(house.alice).get("/recherche/", {"q": wanted}).status_code == 200


@pytest.mark.parametrize(
    "wanted", ["marchand", "odile MARCHAND", "odile@client.example", "+33 6 12 34 56 78", "0612345678"]
)
def test_customers_are_found_beside_words(house: Cast, as_member: As, wanted: str) -> None:
    say(posted("Mot.", email="odile@client.example", phone="06 12 34 56 78", name="Odile Marchand"), at=house.api)
    people = as_member(house.alice).get("/recherche/", {"q": wanted}).context["people"]
    assert [str(person) for person in people] == ["Odile Marchand"]


def test_one_who_reads_no_customers_finds_none(house: Cast, as_member: As) -> None:
    say(posted("Mot.", email="odile@client.example", name="Odile Marchand"), at=house.api)
    house.alice.roles.update(name="expert")
    assert as_member(house.alice).get("/recherche/?q=marchand").context["people"] == []


def test_many_results_are_turned_page_by_page(house: Cast, as_member: As) -> None:
    say(*[posted(f"colis {n}", id=str(n)) for n in range(30)], at=house.api)
    client = as_member(house.alice)
    first = client.get("/recherche/?q=colis").context
    second = client.get("/recherche/" + first["next"]).context
    assert len(first["found"]) == 25
    assert len(second["found"]) == 5
    assert second["next"] == ""


def test_a_search_asks_few_questions(
    house: Cast, as_member: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    say(*[posted(f"colis {n}", id=str(n), email=f"c{n}@client.example") for n in range(30)], at=house.api)
    client = as_member(house.alice)
    with django_assert_max_num_queries(12):
        client.get("/recherche/?q=colis")
