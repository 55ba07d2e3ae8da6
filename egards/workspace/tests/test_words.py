"""The list of words, one word, its way, and the strangers' bytes around it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from egards.interactions.models import Attachment, Content, Handle, Interaction, Mode
from egards.understanding.models import Reading
from egards.workspace.tests.conftest import As
from tests.builders import NOON, mail, posted, say
from tests.cast import Cast, newcomer

MOST_QUERIES = 8

LETTER = mail(
    body=(
        "--AA\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nLe colis est perdu.\r\n\r\n> Bonjour\r\n"
        "--AA\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        '<p>Le colis est <b>perdu</b>.<script>alert(1)</script><img src="http://pixel.example/p.gif"></p>\r\n'
        '--AA\r\nContent-Type: text/html; name="facture.html"\r\n'
        'Content-Disposition: attachment; filename="../fac<ture>.html"\r\n\r\n<script>alert(2)</script>\r\n--AA--'
    ),
).replace(
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n--AA", b"Content-Type: multipart/mixed; boundary=AA\r\n\r\n--AA", 1
)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_it_works(house: Cast, as_member: As) -> None:
    say(posted("Livraison rapide, rien à redire.", email="odile@client.example", name="Odile Marchand"), at=house.api)
    shown = page(as_member(house.alice), "/echanges/")
    assert "Odile Marchand" in shown
    assert "Livraison rapide, rien à redire." in shown
    assert "Ton : très content" in shown.replace("\u202f", " ")


def test_our_own_answers_are_not_listed_among_what_customers_say(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Rien reçu.", email="odile@client.example"), at=house.api)
    ours = Interaction.objects.create(
        touchpoint=house.api, direction="out", mode=Mode.LIVE, happened_at=NOON, received_at=NOON
    )
    Content.objects.create(interaction=ours, touchpoint_id=house.api.pk, at=NOON, text="Il part demain.")
    for address in ("/echanges/", f"/echanges/?point={house.api.pk}"):
        assert [line.id for line in as_member(house.alice).get(address).context["lines"]] == [word.pk]


def test_old_is_said_of_a_word_by_its_date_not_by_its_door(house: Cast, as_member: As) -> None:
    for mode, days, said in ((Mode.ARCHIVE, 0, "du jour"), (Mode.ARCHIVE, 8, "de la semaine passée")):
        word = Interaction.objects.create(
            touchpoint=house.api, mode=mode, happened_at=NOON - timedelta(days=days), received_at=NOON
        )
        Content.objects.create(interaction=word, touchpoint_id=house.api.pk, at=word.happened_at, text=said)
    lines = as_member(house.alice).get("/echanges/").content.decode().split('<a class="item"')[1:]
    assert [(said in line, ">ancien<" in line) for said, line in zip(("du jour", "passée"), lines, strict=True)] == [
        (True, False),
        (True, True),
    ]


def test_before_the_first_word_the_page_says_what_to_do(house: Cast, as_member: As) -> None:
    shown = page(as_member(house.alice), "/echanges/")
    assert "Personne n’a encore écrit." in shown
    assert "egards import" in shown


def test_the_newest_comes_first_and_the_next_page_goes_on_from_there(house: Cast, as_member: As) -> None:
    say(*[posted(f"Mot numéro {n:02}.", at=NOON - timedelta(minutes=n)) for n in range(60)], at=house.api)
    client = as_member(house.alice)
    seen = []
    address = "/echanges/"
    for _page in range(3):
        response = client.get(address)
        seen += [line.said for line in response.context["lines"]]
        address = "/echanges/" + response.context["next"]
    assert seen == [f"Mot numéro {n:02}." for n in range(60)]
    assert address == "/echanges/"


def test_words_said_at_one_moment_are_all_shown_once(house: Cast, as_member: As) -> None:
    say(*[posted(f"Ensemble {n}.") for n in range(30)], at=house.api)
    client = as_member(house.alice)
    first = client.get("/echanges/")
    second = client.get("/echanges/" + first.context["next"])
    said = [line.said for line in (*first.context["lines"], *second.context["lines"])]
    assert len(said) == len(set(said)) == 30


@pytest.mark.parametrize("address", ["/echanges/", "/echanges/?ton=n1", "/echanges/?point={api}"])
def test_a_list_asks_few_questions(
    house: Cast, as_member: As, django_assert_max_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    say(*[posted(f"Colis {n} perdu.", email=f"c{n}@client.example") for n in range(30)], at=house.api)
    client = as_member(house.alice)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(address.format(api=house.api.pk))


def test_words_can_be_sorted_out_by_touchpoint_and_tone(house: Cast, as_member: As) -> None:
    say(posted("Livraison rapide, rien à redire."), posted("Toujours rien reçu, colis perdu."), at=house.api)
    say(mail("Très déçue, colis perdu."), at=house.mailbox)
    client = as_member(house.alice)
    by_mail = [line.touchpoint for line in client.get(f"/echanges/?point={house.mailbox.pk}").context["lines"]]
    happy = [line.said for line in client.get("/echanges/?ton=p2").context["lines"]]
    assert by_mail == [house.mailbox]
    assert happy == ["Livraison rapide, rien à redire."]


@pytest.mark.parametrize("address", ["/echanges/?avant=hier", "/echanges/?ton=furieux", "/echanges/?point=ici"])
def test_an_address_that_means_nothing_does_not_exist(house: Cast, as_member: As, address: str) -> None:
    assert as_member(house.alice).get(address).status_code == 404


def test_a_word_shows_what_was_said_and_why_it_was_read_so(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Vendeuse adorable, mais colis perdu.", email="o@client.example", name="Odile"), at=house.api)
    shown = page(as_member(house.alice), f"/echanges/{word.pk}/")
    assert '<mark class="pos">adorable</mark>' in shown
    assert '<mark class="neg">perdu</mark>' in shown
    assert "Pourquoi" in shown
    assert "lexique" in shown


def test_a_word_that_looks_like_markup_is_only_text(house: Cast, as_member: As) -> None:
    (word,) = say(posted("<script>alert(1)</script> perdu", email="x@client.example", name="<b>O</b>"), at=house.api)
    client = as_member(house.alice)
    for address in ("/echanges/", f"/echanges/{word.pk}/", f"/echanges/{word.pk}/suivi/", "/recherche/?q=perdu"):
        shown = page(client, address)
        assert "<script>alert" not in shown
        assert "<b>O</b>" not in shown


def test_a_word_asks_few_questions(
    house: Cast, as_member: As, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    words = say(*[posted(f"Mot {n}.", email="o@client.example", id=str(n)) for n in range(12)], at=house.api)
    client = as_member(house.alice)
    with django_assert_max_num_queries(20):
        client.get(f"/echanges/{words[0].pk}/")


def test_one_who_reads_words_but_no_customers_sees_no_customer(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Bonjour", email="odile@client.example", name="Odile Marchand"), at=house.api)
    house.alice.roles.update(name="expert")
    assert "/clients/" not in page(as_member(house.alice), f"/echanges/{word.pk}/")


def test_the_way_of_a_word_is_told_whole(house: Cast, as_member: As) -> None:
    (word,) = say(LETTER, at=house.mailbox)
    say(LETTER, at=house.mailbox)
    shown = page(as_member(house.alice), f"/echanges/{word.pk}/suivi/").replace("\u202f", "").replace("\xa0", "")
    assert word.arrival is not None
    assert bytes(word.arrival.blob.digest).hex() in shown
    assert "c’est le même mot, gardé une fois" in shown
    assert "odile@client.example est à Odile Marchand" in shown
    assert "Lu par «lexique»" in shown
    assert "Compté comme reçu et gardé" in shown


def test_history_says_that_nothing_follows_from_it(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Bonjour"), at=house.api, mode=Mode.ARCHIVE)
    assert "un ancien mot ne réveille personne" in page(as_member(house.alice), f"/echanges/{word.pk}/suivi/")


def test_a_mail_laid_out_by_its_author_cannot_act(house: Cast, as_member: As) -> None:
    (word,) = say(LETTER, at=house.mailbox)
    response = as_member(house.alice).get(f"/echanges/{word.pk}/html/")
    assert "script" not in response.content.decode()
    assert "pixel.example" not in response.content.decode()
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_word_without_html_has_no_such_page(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Bonjour"), at=house.api)
    assert as_member(house.alice).get(f"/echanges/{word.pk}/html/").status_code == 404


def test_strangers_files_are_only_ever_downloaded(house: Cast, as_member: As) -> None:
    (word,) = say(LETTER, at=house.mailbox)
    file = Attachment.objects.get(interaction=word)
    response = as_member(house.alice).get(f"/pieces/{file.pk}/")
    assert response.content.strip() == b"<script>alert(2)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="facture.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_the_bytes_are_given_back_as_they_came(house: Cast, as_member: As) -> None:
    (word,) = say(LETTER, at=house.mailbox)
    response = as_member(house.alice).get(f"/echanges/{word.pk}/octets/")
    assert response.content == LETTER
    assert response["Content-Disposition"].startswith("attachment")


def test_a_score_without_words_is_shown_as_such(house: Cast, as_member: As) -> None:
    (word,) = say(json.dumps({"id": "n", "score": 3, "scale": [0, 10]}).encode(), at=house.api)
    shown = page(as_member(house.alice), f"/echanges/{word.pk}/")
    assert "3 sur 10" in shown
    assert "Une note, sans mots." in shown


def test_words_that_were_erased_are_said_to_be(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Bonjour"), at=house.api)
    Reading.objects.filter(content_id=word.pk).delete()
    Content.objects.filter(pk=word.pk).delete()
    client = as_member(house.alice)
    assert "Ces mots ont été oubliés" in page(client, f"/echanges/{word.pk}/")
    page(client, f"/echanges/{word.pk}/suivi/")
    page(client, "/echanges/")


def test_words_of_somebody_forgotten_are_said_to_be(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Bonjour", email="odile@client.example", name="Odile"), at=house.api)
    Content.objects.filter(pk=word.pk).update(subject="", text="", facts={})
    Handle.objects.update(value="", name="")
    shown = page(as_member(house.alice), f"/echanges/{word.pk}/")
    assert "Ces mots ont été oubliés" in shown
    assert "adresse oubliée" in shown


def test_the_first_page_is_the_first_that_one_may_open(house: Cast, as_member: As) -> None:
    assert as_member(house.alice).get("/").headers["Location"] == "/conversations/"
    house.bob.roles.update(name="people")
    assert as_member(house.bob).get("/").headers["Location"] == "/pouls/"


def test_somebody_without_a_role_is_welcomed(house: Cast, as_member: As) -> None:
    client = as_member(newcomer())
    assert "Bienvenue, Noé Salaün" in page(client, "/")
    assert client.get("/echanges/").status_code == 404


def test_no_page_of_words_changes_anything(house: Cast, as_member: As) -> None:
    (word,) = say(posted("Bonjour"), at=house.api)
    client = as_member(house.alice)
    assert client.post(f"/echanges/{word.pk}/").status_code == 405
    assert Interaction.objects.count() == 1
