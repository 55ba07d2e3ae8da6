"""Search: French words whatever accents and endings, customers by name and address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from egards.conversations.models import Conversation
from egards.core.clock import now
from egards.understanding.models import Reading
from egards.workspace.tests.conftest import As
from tests.builders import mail, posted, say
from tests.cast import Cast


@pytest.mark.parametrize("wanted", ["livraison", "LIVRAISONS", "« livraison »", "“carton livré”", "fêlé", "fele"])
def test_it_works(house: Cast, as_member: As, wanted: str) -> None:
    say(posted("La livraison : carton livré fêlé."), posted("Rien à voir."), at=house.api)
    found = as_member(house.alice).get("/recherche/", {"q": wanted}).context["found"]
    assert [one.line.said for one in found] == ["La livraison\u00a0: carton livré fêlé."]


def test_the_words_found_are_shown_in_place(house: Cast, as_member: As) -> None:
    say(posted("Des <b>colis</b> perdus & en route < ici."), at=house.api)
    shown = as_member(house.alice).get("/recherche/?q=colis").content.decode()
    assert '<mark class="found">colis</mark>' in shown
    assert "<b>colis" not in shown
    assert "&amp; en route" in shown


def test_what_was_found_is_marked_in_the_subject_too(house: Cast, as_member: As) -> None:
    say(mail("Bonjour.", Subject="Le <b>colis</b> perdu"), at=house.mailbox)
    shown = as_member(house.alice).get("/recherche/?q=colis").content.decode()
    assert 'Le &lt;b&gt;<mark class="found">colis</mark>' in shown


def test_a_long_word_shows_its_passage_and_says_that_there_is_more(house: Cast, as_member: As) -> None:
    before, after = "Autrement dit, rien. " * 60, "Enfin, voilà tout. " * 60
    say(posted(f"Bonjour à vous tous. {before}Le parapluie est cassé. {after}Au revoir donc."), at=house.api)
    (one,) = as_member(house.alice).get("/recherche/?q=parapluie").context["found"]
    said = "".join(piece.text for piece in one.passage)
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert len(said) < 600


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
    with django_assert_max_num_queries(8):
        client.get("/recherche/?q=colis")


@pytest.mark.parametrize(
    "wanted", ["OR-48213", "or-48213", "48213", "jean-pierre", "jean pierre", "Jean", "0639984127", "06 39 98 41 27"]
)
def test_references_numbers_and_hyphens_are_found(house: Cast, as_member: As, wanted: str) -> None:
    said = "Commande OR-48213 de Jean-Pierre, au 06.39.98.41.27."
    say(posted(said), posted("Commande ou autre chose."), at=house.api)
    found = as_member(house.alice).get("/recherche/", {"q": wanted}).context["found"]
    assert [one.line.said for one in found] == [said]


def test_a_number_with_its_thousands_apart_is_the_same_number(house: Cast, as_member: As) -> None:
    say(posted("Le dossier 12 874"), posted("Le dossier 12874"), at=house.api)
    assert len(as_member(house.alice).get("/recherche/", {"q": "12874"}).context["found"]) == 2
    assert len(as_member(house.alice).get("/recherche/", {"q": "n° 12 874"}).context["found"]) == 2


def test_a_conversation_is_found_by_its_number(house: Cast, as_member: As) -> None:
    say(posted("Ma table est fendue.", email="odile@client.example", at=now()), at=house.api, when=now())
    conversation = Conversation.objects.get()
    found = as_member(house.alice).get("/recherche/", {"q": f"n° {conversation.number}"}).context["conversation"]
    assert found == conversation
    assert as_member(house.chloe).get("/recherche/", {"q": f"{conversation.number}"}).context["conversation"] is None


def test_what_begins_so_is_shown_when_nobody_said_exactly_that(house: Cast, as_member: As) -> None:
    say(posted("La livraison tarde."), at=house.api)
    answer = as_member(house.alice).get("/recherche/?q=livrais")
    assert [one.line.said for one in answer.context["found"]] == ["La livraison tarde."]
    assert "Personne n’a dit exactement" in answer.content.decode()


def test_beginnings_go_on_page_by_page(house: Cast, as_member: As) -> None:
    say(*[posted(f"parapluie {n}", id=str(n)) for n in range(30)], at=house.api)
    client = as_member(house.alice)
    first = client.get("/recherche/?q=parapl").context
    second = client.get("/recherche/" + first["next"]).context
    assert (len(first["found"]), len(second["found"])) == (25, 5)


def test_a_near_word_is_suggested_and_finds(house: Cast, as_member: As) -> None:
    say(posted("Du lichen sur la table."), at=house.api)
    client = as_member(house.alice)
    answer = client.get("/recherche/?q=lichne")
    assert answer.context["suggestion"] == "lichen"
    assert "Vouliez-vous" in answer.content.decode()
    assert client.get("/recherche/?q=lichen").context["found"]


def test_nothing_is_suggested_from_elsewhere(house: Cast, as_member: As) -> None:
    say(posted("Du lichen sur la table."), at=house.ormelle_api)
    assert as_member(house.alice).get("/recherche/?q=lichne").context["suggestion"] == ""


def test_one_letter_begins_names_and_no_word(house: Cast, as_member: As) -> None:
    say(posted("j ai tout lu", email="jeanne@client.example", name="Jeanne Aubin"), at=house.api)
    say(posted("autre", email="odile@client.example", name="Odile J"), at=house.api)
    answer = as_member(house.alice).get("/recherche/?q=j")
    assert [str(person) for person in answer.context["people"]] == ["Jeanne Aubin"]
    assert answer.context["found"] == []
    assert "Une lettre est trop peu" in answer.content.decode()


def test_filters_keep_what_they_say(house: Cast, as_member: As) -> None:
    say(posted("Le colis est perdu, je suis furieuse.", at=now()), at=house.api, when=now())
    say(posted("Le colis est parfait, merci beaucoup.", at=now() - timedelta(days=60)), at=house.api, when=now())
    client = as_member(house.alice)

    def said(**kept: str) -> list[str]:
        found = client.get("/recherche/", {"q": "colis"} | kept).context["found"]
        return [one.line.said.split(",")[0] for one in found]

    assert said() == ["Le colis est perdu", "Le colis est parfait"]
    assert said(periode="30") == ["Le colis est perdu"]
    assert said(sens="envoyes") == []
    assert said(sens="recus") == ["Le colis est perdu", "Le colis est parfait"]
    assert said(point=str(house.api.pk), periode="90") == ["Le colis est perdu", "Le colis est parfait"]
    assert said(point=str(house.mailbox.pk)) == []
    assert said(ton="n2") + said(ton="n1") == ["Le colis est perdu"]


@pytest.mark.parametrize("kept", ["ton=faux", "periode=8", "sens=les-deux", "theme=rien", "point=faux"])
def test_a_filter_that_does_not_exist_is_not_guessed(house: Cast, as_member: As, kept: str) -> None:
    assert as_member(house.alice).get(f"/recherche/?q=colis&{kept}").status_code == 404


def test_a_theme_is_kept(house: Cast, as_member: As) -> None:
    say(posted("Le colis n’est jamais arrivé."), posted("Le colis, quel prix exorbitant !"), at=house.api)
    late, dear = (set(themes) for themes in Reading.objects.order_by("id").values_list("theme_slugs", flat=True))
    (theme,) = dear - late
    found = as_member(house.alice).get("/recherche/", {"q": "colis", "theme": theme}).context["found"]
    assert [one.line.said for one in found] == ["Le colis, quel prix exorbitant\u00a0!"]


def test_a_search_behind_a_fence_finds_only_what_is_there(house: Cast, as_member: As) -> None:
    say(posted("colis perdu", email="zoe@client.example", name="Zoé Marin"), at=house.ormelle_api)
    shown = as_member(house.alice).get("/recherche/?q=colis").context
    people = as_member(house.alice).get("/recherche/?q=zoe").context["people"]
    assert (shown["found"], people) == ([], [])
