"""The page of what leaves: what is held and why, what failed, what left; let go or withdrawn by who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from egards.core.clock import now
from egards.interactions.actions import handle_digest
from egards.interactions.models import Delivery, Handle
from egards.interactions.outbox import put_out
from egards.interactions.sending import send_due
from egards.touchpoints.models import Touchpoint
from egards.workspace.tests.conftest import As
from tests.cast import Cast
from tests.smtp_server import SmtpServer, smtp_server

TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def letter(at: Touchpoint, *, to: str = "odile@client.example", text: str = "Votre colis part demain.") -> Delivery:
    digest = handle_digest("email", to)
    handle, _made = Handle.objects.get_or_create(digest=digest, defaults={"kind": "email", "value": to})
    said = put_out(
        touchpoint=at,
        permit_id=uuid4(),
        handle=handle,
        subject="Re : votre colis",
        text=text,
        plain=f"{text}\n\nSuivre : https://aide.lindelle.example/suivi/{TOKEN}/",
    )
    return Delivery.objects.get(interaction=said)


def prove(touchpoint: Touchpoint, server: SmtpServer) -> None:
    address = "bonjour@lindelle.example"
    settings = server.settings | {"address": address}
    rows = Touchpoint.objects.filter(pk=touchpoint.pk)
    rows.update(settings=settings, proved_at=now(), proved_address=address)


def test_it_works(house: Cast, as_member: As, server: SmtpServer) -> None:
    letter(house.mailbox)
    assert send_due() == {"held": 1}
    client = as_member(house.bob)
    page = client.get("/sortants/").content.decode()
    assert "odile@client.example" in page
    assert "Dites quelle adresse écrit" in page
    assert "Votre colis part demain." in page
    assert "Envoyer maintenant" not in page
    prove(house.mailbox, server)
    page = client.get("/sortants/?etat=retenus").content.decode()
    assert "Envoyer maintenant" in page
    delivery = Delivery.objects.get()
    answer = client.post(f"/sortants/{delivery.pk}/envoi/", follow=True).content.decode()
    assert "Il part maintenant." in answer
    assert send_due() == {"sent": 1}
    assert "Parti" in client.get("/sortants/?etat=partis").content.decode()
    assert len(server.messages) == 1


def test_a_customers_own_link_is_not_shown_to_members(house: Cast, as_member: As) -> None:
    letter(house.mailbox)
    page = as_member(house.bob).get("/sortants/").content.decode()
    assert "/suivi/…/" in page
    assert TOKEN not in page


def test_a_letter_is_withdrawn(house: Cast, as_member: As, server: SmtpServer) -> None:
    delivery = letter(house.mailbox)
    send_due()
    client = as_member(house.bob)
    assert "Il ne sera pas envoyé." in client.post(f"/sortants/{delivery.pk}/retrait/", follow=True).content.decode()
    prove(house.mailbox, server)
    assert send_due() == {}
    again = client.post(f"/sortants/{delivery.pk}/envoi/", follow=True).content.decode()
    assert "Ce message n’est plus retenu." in again


def test_all_that_may_leave_is_let_go_at_once(house: Cast, as_member: As, server: SmtpServer) -> None:
    old, *_others = [letter(house.mailbox, to=f"c{n}@client.example") for n in range(3)]
    send_due()
    Delivery.objects.filter(pk=old.pk).update(made_at=now() - timedelta(days=8))
    prove(house.mailbox, server)
    client = as_member(house.bob)
    assert "Partent maintenant\u202f: 2." in client.post("/sortants/envoi/", follow=True).content.decode()
    assert send_due() == {"sent": 2}
    assert "Plus de sept jours" in client.get("/sortants/?etat=retenus").content.decode()


def test_a_letter_that_could_not_leave_says_why(house: Cast, as_member: As, server: SmtpServer) -> None:
    prove(house.mailbox, server)
    letter(house.mailbox)
    server.answer_with("550 5.1.1 unknown")
    send_due()
    page = as_member(house.bob).get("/sortants/?etat=echecs").content.decode()
    assert "Le serveur du destinataire refuse cette adresse (550)." in page


def test_who_does_not_see_it(house: Cast, as_member: As) -> None:
    delivery = letter(house.ormelle_api)
    assert as_member(house.alice).get("/sortants/").status_code == 404
    bob = as_member(house.bob)
    assert "odile@client.example" not in bob.get("/sortants/").content.decode()
    assert bob.post(f"/sortants/{delivery.pk}/envoi/").status_code == 404
    assert bob.post(f"/sortants/{delivery.pk}/retrait/").status_code == 404
    assert "odile@client.example" in as_member(house.fatou).get("/sortants/").content.decode()


def test_only_who_keeps_the_house_is_led_to_the_settings(house: Cast, as_member: As) -> None:
    way = f"/reglages/points-de-contact/{house.mailbox.pk}/envoi/"
    assert way in as_member(house.fatou).get("/sortants/").content.decode()
    page = as_member(house.bob).get("/sortants/").content.decode()
    assert "n’est pas encore prouvée" in page
    assert way not in page


@pytest.mark.parametrize("address", ["/sortants/?etat=licorne", "/sortants/?apres=licorne"])
def test_what_is_no_page_is_none(house: Cast, as_member: As, address: str) -> None:
    assert as_member(house.bob).get(address).status_code == 404


def test_older_letters_are_a_page_away(
    house: Cast, as_member: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(27):
        letter(house.mailbox, to=f"c{n:02}@client.example")
    client = as_member(house.bob)
    with django_assert_max_num_queries(8):
        page = client.get("/sortants/?etat=attente")
    shown = page.content.decode()
    assert "c26@client.example" in shown
    assert "c01@client.example" not in shown
    older = client.get(f"/sortants/?etat=attente&apres={page.context['last']}").content.decode()
    assert "c01@client.example" in older
    assert "c26@client.example" not in older


def test_before_the_first_letter_the_page_says_so(house: Cast, as_member: As) -> None:
    assert "Rien n’a encore été écrit à personne." in as_member(house.bob).get("/sortants/").content.decode()
    assert "Rien dans cet état." in as_member(house.bob).get("/sortants/?etat=partis").content.decode()
