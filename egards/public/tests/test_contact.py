"""Somebody writes on the contact page: it is taken once, and they see at once who answers and by when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from egards.accounts.actions import brand_named
from egards.conversations.models import CallBack, Conversation, Link, Promise
from egards.interactions.models import Arrival, Content, Interaction, Outcome
from egards.public.tests.visits import Visit, house
from egards.touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(friday: Any) -> Visit:
    house()
    return Visit(friday)


def test_somebody_writes_and_sees_who_answers_by_when(visit: Visit) -> None:
    page = visit.follow(visit.write(reach="odile@client.example"))
    assert page.status_code == 200
    assert "Il manque des vis." in visit.page
    assert "avant 15\u00a0h" in visit.page  # four open hours for a first contact
    conversation = Conversation.objects.get()
    assert conversation.promises.get().kind == Promise.Kind.ANSWER
    assert conversation.links.get().level == Link.Level.SCREEN
    assert Content.objects.get().text == "Il manque des vis."


def test_it_asks_for_no_cookie_and_sets_none(visit: Visit) -> None:
    response = visit.write()
    assert response.status_code == 302
    assert not visit.client.cookies


def test_no_address_is_needed(visit: Visit) -> None:
    visit.follow(visit.write(reach=""))
    assert "Il manque des vis." in visit.page


def test_sent_twice_it_is_one_word(visit: Visit) -> None:
    visit.get("/contact/")
    words = {"write-text": "Il manque des vis.", "write-reach": "odile@client.example"}
    hidden = visit.hidden
    first = visit.post("/contact/", words)
    second = visit.client.post("/contact/", hidden | words)
    assert first["Location"] == second["Location"]
    assert (Arrival.objects.count(), Interaction.objects.count(), Link.objects.count()) == (1, 1, 1)


def test_changed_and_sent_again_it_is_another(visit: Visit) -> None:
    visit.get("/contact/")
    hidden = visit.hidden
    visit.post("/contact/", {"write-text": "Il manque des vis."})
    visit.client.post("/contact/", hidden | {"write-text": "Il manque des vis, et un pied."})
    assert Content.objects.count() == 2


def test_files_come_along(visit: Visit) -> None:
    photo = SimpleUploadedFile("pied.jpg", b"\xff\xd8\xff\x00octets", content_type="image/jpeg")
    response = visit.write(attached=photo)
    visit.follow(response)
    assert "pied.jpg" in visit.page
    link = next(part for part in visit.page.split('"') if "/pieces/" in part)
    given = visit.client.get(link)
    assert given.content == b"\xff\xd8\xff\x00octets"
    assert given["Content-Disposition"] == 'attachment; filename="pied.jpg"'


def test_too_heavy_a_file_is_refused_and_the_text_stays(visit: Visit) -> None:
    heavy = SimpleUploadedFile("film.mp4", b"0" * 10_000_001)
    response = visit.write(text="Mon texte à moi", attached=heavy)
    assert response.status_code == 422
    assert "Mon texte à moi" in visit.page
    assert "10,0\u00a0Mo" in visit.page
    assert not Arrival.objects.exists()


def test_six_files_are_one_too_many(visit: Visit) -> None:
    files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(6)]
    assert visit.write(attached=files).status_code == 422


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("06 12 34 56", "Il manque deux chiffres."),
        ("06 12 34 56 7", "Il manque un chiffre."),
        ("06 12 34 56 789", "Il y a un chiffre de trop."),
        ("+33 6 12 34 56", "Il manque deux chiffres."),
        ("odile@client", "Cette adresse n’est pas entière"),
        ("odile", "Ce n’est ni un numéro de téléphone ni une adresse e-mail."),
    ],
)
def test_a_wrong_address_is_said_in_plain_words(visit: Visit, typed: str, said: str) -> None:
    response = visit.write(text="Mon texte à moi", reach=typed)
    assert response.status_code == 422
    assert said in visit.page
    assert "Mon texte à moi" in visit.page


@pytest.mark.parametrize("text", ["zéro\x00octet", "un 🪑 et 𝔘", "x" * 20_000, "<script>alert(1)</script>", "a\u202eb"])
def test_ugly_text_is_taken(visit: Visit, text: str) -> None:
    visit.follow(visit.write(text=text))
    assert Content.objects.get().text == text.replace("\x00", "")
    assert "<script>alert" not in visit.page


def test_bytes_that_are_no_text_are_taken(visit: Visit) -> None:
    visit.get("/contact/")
    visit.clock.shift(timedelta(seconds=30))
    body = f"form={visit.hidden['form']}&write-text=%ff%fe%ed%a0%80bonjour"
    response = visit.client.post("/contact/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 302
    assert "bonjour" in Content.objects.get().text


def test_an_empty_form_is_asked_for_words(visit: Visit) -> None:
    assert visit.write(text="  ").status_code == 422
    assert "Écrivez quelques mots" in visit.page


@pytest.mark.parametrize("token", ["", "faux", "A" * 51, "é"])
def test_a_form_that_we_did_not_draw_comes_back_filled(visit: Visit, token: str) -> None:
    response = visit.client.post("/contact/", {"form": token, "write-text": "Mon texte à moi"})
    assert response.status_code == 422
    assert "Mon texte à moi" in response.content.decode()
    assert not Arrival.objects.exists()


def test_a_form_open_for_a_night_is_taken(visit: Visit) -> None:
    assert visit.write(after=14 * 3600).status_code == 302


def test_a_call_at_an_hour_chosen(visit: Visit) -> None:
    visit.get("/contact/")
    slot = "2026-11-20T13:00:00+00:00"
    assert f'value="{slot}"' in visit.page
    asked = {"call": "1", "call-slot": slot, "call-phone": "06 39 98 41 27", "call-words": "Table abîmée"}
    visit.follow(visit.post("/contact/", asked | {"call-name": "Nadia Belkacem"}))
    call = CallBack.objects.get()
    assert (call.starts_at.hour, call.promise.kind) == (13, Promise.Kind.CALL)
    assert str(call.conversation.customer) == "Nadia Belkacem"
    assert "vous appelle aujourd’hui, entre 14\u00a0h et 15\u00a0h" in visit.page


def test_an_hour_that_is_taken_cannot_be_chosen(visit: Visit) -> None:
    slot = "2026-11-20T13:00:00+00:00"
    for number in ("06 39 98 41 27", "06 39 98 41 28", "06 39 98 41 29"):
        visit.get("/contact/")
        last = visit.post("/contact/", {"call": "1", "call-slot": slot, "call-phone": number})
    assert last.status_code == 422
    assert "vient d’être prise" in visit.page
    assert CallBack.objects.count() == 2


def test_a_call_asked_for_twice_is_one_call(visit: Visit) -> None:
    visit.get("/contact/")
    asked = visit.hidden | {"call": "1", "call-slot": "2026-11-20T13:00:00+00:00", "call-phone": "06 39 98 41 27"}
    first = visit.post("/contact/", asked)
    second = visit.client.post("/contact/", asked)
    assert first["Location"] == second["Location"]
    assert CallBack.objects.count() == 1


def test_what_cannot_be_read_is_kept_and_said_so(visit: Visit) -> None:
    with patch("egards.public.taking.process", side_effect=RuntimeError):
        response = visit.write()
    assert response.status_code == 200
    assert "Votre message est bien gardé" in visit.page
    assert Arrival.objects.count() == 1
    assert not Outcome.objects.exists()  # it waits for the worker


def test_the_telephone_says_when_somebody_picks_up(visit: Visit) -> None:
    visit.get("/contact/")
    assert "02 61 91 04 00" in visit.page
    assert "Ouvert jusqu’à 18\u00a0h" in visit.page
    assert "Nous ne mesurons pas encore l’attente." in visit.page
    visit.clock.shift(timedelta(days=1))
    visit.get("/contact/")
    assert "lundi 23\u00a0novembre à 9\u00a0h" in visit.page


def test_no_share_is_said_of_too_few_promises(visit: Visit) -> None:
    visit.get("/contact/")
    assert "pas encore assez de réponses pour un chiffre" in visit.page


def test_the_share_kept_is_said_with_its_interval(visit: Visit) -> None:
    for n in range(30):
        Visit(visit.clock, ip=f"203.0.113.{n}").write(text=f"Mot {n}", reach=f"c{n}@client.example")
    first = Promise.objects.earliest("made_at")
    Promise.objects.update(status=Promise.Status.KEPT, settled_at=first.made_at)
    Promise.objects.filter(pk=first.pk).update(status=Promise.Status.LATE)
    visit.get("/contact/")
    assert "97\u00a0%" in visit.page
    assert "30 promesses" in visit.page


def test_several_brands_have_a_page_each(visit: Visit) -> None:
    other = brand_named(name="Presqu’île")
    listed = visit.get("/contact/").content.decode()
    assert f"/contact/{other.slug}/" in listed
    visit.get(f"/contact/{other.slug}/")
    visit.post(f"/contact/{other.slug}/", {"write-text": "Bonjour"})
    assert Conversation.objects.get().brand == other
    assert visit.get("/contact/personne/").status_code == 404


def test_reading_makes_nothing(visit: Visit) -> None:
    visit.get("/contact/")
    assert not Touchpoint.objects.exists()


def test_a_house_without_a_brand_has_no_such_page(db: None, client: Client) -> None:
    assert client.get("/contact/").status_code == 404
