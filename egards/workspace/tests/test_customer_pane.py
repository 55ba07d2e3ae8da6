"""The third pane and the customer's page: who it is, what was promised, what else is open, what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from egards.accounts.models import Member
from egards.accounts.queries import access_of
from egards.accounts.scope import Scope
from egards.consent.models import Hold
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.promises import keep_promise, make_promise
from egards.conversations.actions.states import assign, resolve
from egards.conversations.models import Conversation, Promise
from egards.core.clock import now
from egards.customers.actions import confirm_identity, merge_customers
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.interactions.models import Handle
from egards.workspace.customer_pane import Pane, pane
from egards.workspace.tests.conftest import As
from tests.builders import posted, say
from tests.cast import Cast


def beside(customer: Customer | None, member: Member, conversation: Conversation | None = None) -> Pane:
    access = access_of(member)
    return pane(
        customer=customer,
        scope=access.scope("read conversations"),
        access=access,
        now=now(),
        conversation_id=conversation.pk if conversation else None,
    )


@pytest.fixture
def odile(house: Cast) -> Customer:
    """Odile wrote twice, about two things; Alice owns the first."""
    moment = now()
    said = [
        posted("Ma table est fendue.", id="1", email="odile@client.example", name="Odile Aubin", at=moment),
        posted("Et ma facture ?", id="2", email="odile@client.example", name="Odile Aubin", at=moment),
    ]
    for word in said:
        say(word, at=house.api, when=moment)
    first = Conversation.objects.order_by("number")[0]
    assign(conversation=first, by=house.alice, owner=house.alice)
    return Customer.objects.get()


def of(customer: Customer) -> Conversation:
    return Conversation.objects.filter(customer=customer).order_by("number")[0]


def test_it_works(odile: Customer, house: Cast) -> None:
    shown = beside(odile, house.alice, of(odile))
    assert str(shown.customer) == "Odile Aubin"
    assert [(known.value, known.proof) for known in shown.known] == [("odile@client.example", "déclaré")]
    assert {moment.kind for moment in shown.story} == {"word", "promise"}
    assert of(odile).pk not in [talk.id for talk in shown.talks]


def test_it_asks_three_questions_and_a_fourth_behind_a_fence(odile: Customer, house: Cast) -> None:
    alice, fatou = access_of(house.alice), access_of(house.fatou)
    with CaptureQueriesContext(connection) as everywhere:
        pane(customer=odile, scope=Scope.house(), access=fatou, now=now())
    with CaptureQueriesContext(connection) as fenced:
        pane(customer=odile, scope=alice.scope("read conversations"), access=alice, now=now())
    assert (len(everywhere), len(fenced)) == (3, 4)


def test_a_declared_address_is_warned_of_until_somebody_confirms_it(odile: Customer, house: Cast) -> None:
    assert beside(odile, house.alice).is_claimed_only
    confirm_identity(customer=odile, handle=Handle.objects.get(kind="email"), by=house.alice)
    shown = beside(odile, house.alice)
    assert not shown.is_claimed_only
    assert shown.known[0].is_confirmed


def test_promises_are_told_in_order_and_counted_in_words(odile: Customer, house: Cast) -> None:
    Promise.objects.update(status="withdrawn")
    due = now() + timedelta(days=2)
    kept = make_promise(
        conversation=of(odile), by=house.alice, kind=Promise.Kind.OTHER, what="un pied neuf", due_at=due
    )
    make_promise(conversation=of(odile), by=house.alice, kind=Promise.Kind.CALL, due_at=due)
    keep_promise(promise=kept, by=house.alice)
    shown = beside(odile, house.alice)
    assert shown.promises_words == "1 tenue, 1 à tenir"
    assert [sign.what for sign in shown.signs][-2:] == ["un pied neuf", "Un appel"]
    assert shown.signs_words.endswith("retirée, tenue, à tenir")


def test_kept_too_late_is_not_kept(odile: Customer, house: Cast) -> None:
    Promise.objects.filter(conversation=of(odile)).update(status="late")
    Promise.objects.exclude(conversation=of(odile)).update(status="broken")
    assert beside(odile, house.alice).promises_words.endswith("non tenues")


def test_a_hold_says_what_it_stops_and_why(odile: Customer, house: Cast) -> None:
    Hold.objects.create(customer=odile, scope="solicitations", why="complaint", by=house.alice.pk)
    assert beside(odile, house.alice).holds == ["Aucune sollicitation tant que sa réclamation est ouverte"]


def test_open_conversations_come_first(odile: Customer, house: Cast) -> None:
    numbers = list(Conversation.objects.order_by("number").values_list("number", flat=True))
    latest = Conversation.objects.order_by("-number")[0]
    resolve(conversation=latest, by=house.alice, without_answer=True)
    assert [talk.number for talk in beside(odile, house.alice).talks] == numbers
    assert [talk.is_open for talk in beside(odile, house.alice).talks][-1] is False


def test_notes_are_shown_and_stay_between_us(odile: Customer, house: Cast) -> None:
    keep_note(conversation=of(odile), by=house.alice, text="Le pied vient de l’atelier.")
    shown = beside(odile, house.alice)
    assert [(note.by, note.text) for note in shown.notes] == [("Alice Thévenin", "Le pied vient de l’atelier.")]
    assert "note" in {moment.kind for moment in shown.story}


def test_those_joined_are_one(odile: Customer, house: Cast) -> None:
    say(posted("D’une autre adresse.", email="o.aubin@travail.example", name="O. Aubin"), at=house.api, when=now())
    other = Identity.objects.get(handle__value="o.aubin@travail.example").customer
    merge_customers(kept=odile, joined=other, by=house.alice)
    shown = beside(Customer.objects.get(pk=other.pk), house.alice)
    assert str(shown.customer) == "Odile Aubin"
    assert len(shown.known) == 2
    assert any(moment.said == "D’une autre adresse." for moment in shown.story)


def test_a_stranger_to_the_brand_sees_nothing(odile: Customer, house: Cast) -> None:
    shown = beside(odile, house.chloe)
    assert (shown.customer, shown.may_know) == (None, False)


def test_one_who_reads_no_customers_sees_no_file(odile: Customer, house: Cast) -> None:
    house.alice.roles.update(name="expert")
    shown = beside(odile, house.alice)
    assert (shown.customer, shown.may_know) == (None, False)


def test_nobody_recognised_is_said(house: Cast) -> None:
    shown = beside(None, house.alice)
    assert "Pas encore reconnu" in render_to_string("workspace/customers/pane.html", {"pane": shown})


# ── the customer's page ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_tells_everything_in_few_questions(odile: Customer, house: Cast, as_member: As) -> None:
    keep_note(conversation=of(odile), by=house.alice, text="Le pied vient de l’atelier.")
    client = as_member(house.alice)
    client.get("/clients/")
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(f"/clients/{odile.pk}/").content.decode()
    assert len(asked) <= 8
    for words in ("Ma table est fendue.", "Le pied vient de l’atelier.", "à tenir", "à confirmer", "Conversations"):
        assert words in shown


def test_what_nobody_told_us_the_name_of_is_shown_plainly(odile: Customer, house: Cast, as_member: As) -> None:
    entry = {"customer": odile, "happened_at": now(), "touchpoint_id": house.api.pk}
    TimelineEntry.objects.create(**entry, kind="parcel", ref=odile.pk)
    assert "Autre chose" in as_member(house.alice).get(f"/clients/{odile.pk}/").content.decode()


def test_an_address_is_confirmed_then_taken_back_on_the_page(odile: Customer, house: Cast, as_member: As) -> None:
    client, handle = as_member(house.alice), Handle.objects.get(kind="email")
    address = f"/clients/{odile.pk}/confirmations/"
    confirmed = client.post(address, {"handle": str(handle.pk)}, follow=True).content.decode()
    assert "confirmé par l’un de nous" in confirmed
    taken = client.post(address, {"handle": str(handle.pk), "retirer": "1"}, follow=True).content.decode()
    assert "La confirmation est retirée." in taken
    assert client.get(address).status_code == 405


def test_an_address_of_somebody_else_is_not_confirmed(odile: Customer, house: Cast, as_member: As) -> None:
    say(posted("Autre.", email="zoe@client.example", name="Zoé"), at=house.api, when=now())
    handle = Handle.objects.get(value="zoe@client.example")
    answer = as_member(house.alice).post(f"/clients/{odile.pk}/confirmations/", {"handle": str(handle.pk)})
    assert answer.status_code == 404


def test_a_notes_author_sees_no_file_of_another_brand(odile: Customer, house: Cast, as_member: As) -> None:
    assert as_member(house.chloe).get(f"/clients/{odile.pk}/").status_code == 404
