"""Legal pages, the list of brands, and the words that no customer's page may say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from egards import public
from egards.accounts.actions import brand_named
from egards.accounts.models import Brand
from egards.conversations.models import Link
from egards.conversations.tokens import link_token
from egards.public.tests.visits import Visit, house

pytestmark = pytest.mark.django_db

#: Words of our trade that a customer need not know (architecture §6), and those the voice refuses (design §9).
REFUSED = re.compile(
    r"\b(crm|nps|csat|sla|kpi|tickets?|feedbacks?|churn|leads?|prospects?|workflow|escalade|agents?|case"
    r"|token|verbatims?|malheureusement|n’hésitez pas|suite à|merci de ne pas)\b",
    re.IGNORECASE,
)
CATALOGUE = Path(public.__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "django.po"
LEGAL = ("donnees", "mentions", "mediateur", "accessibilite")


@pytest.fixture
def brand(db: None) -> Brand:
    return house()


def words_of(html: str) -> str:
    """What is read aloud or shown: no markup, no hidden field."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL))


def test_no_sentence_of_ours_says_a_word_of_the_trade() -> None:
    said: dict[object, str] = {}
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
            said |= {form: found.group() for form in forms if message.id and (found := REFUSED.search(str(form)))}
    assert said == {}


def test_nor_does_any_page(friday: Any) -> None:
    house()
    visit = Visit(friday)
    pages = {"suivi": visit.follow(visit.write(reach="odile@client.example")).content.decode()}
    for path in ("contact", "suivi", "suivi/faux", *LEGAL):
        pages[path] = visit.get(f"/{path}/").content.decode()
    assert link_token(Link.objects.get()) not in words_of(pages["suivi"])
    assert {path: found.group() for path, html in pages.items() if (found := REFUSED.search(words_of(html)))} == {}


def test_the_test_would_see_one() -> None:
    assert REFUSED.search("Votre ticket est ouvert.")
    assert not REFUSED.search("Votre demande est ouverte.")


@pytest.mark.parametrize("page", LEGAL)
def test_each_legal_page_answers(client: Client, brand: Brand, page: str) -> None:
    assert client.get(f"/{page}/").status_code == 200
    assert client.get(f"/{page}/{brand.slug}/").status_code == 200
    assert client.get(f"/{page}/personne/").status_code == 404
    assert client.post(f"/{page}/").status_code == 405
    assert not client.cookies


def test_what_the_brand_wrote_is_said_as_it_is(client: Client, brand: Brand) -> None:
    brand.mediator = "Médiateur du commerce\n12 rue de la Paix\nhttps://mediateur.example\n\n<b>Gratuit</b>"
    brand.legal_notice = "Lindelle SAS, RCS Nantes 123"
    brand.privacy_notice = "Gardé trois ans."
    brand.save()
    mediator = client.get("/mediateur/").content.decode()
    assert "12 rue de la Paix<br>" in mediator
    assert 'href="https://mediateur.example"' in mediator
    assert "&lt;b&gt;Gratuit" in mediator
    assert "n’est pas encore nommé" not in mediator
    assert "RCS Nantes 123" in client.get("/mentions/").content.decode()
    assert "Gardé trois ans." in client.get("/donnees/").content.decode()


def test_without_a_mediator_none_is_made_up(client: Client, brand: Brand) -> None:
    assert "n’est pas encore nommé" in client.get("/mediateur/").content.decode()


def test_several_brands_have_their_own(client: Client, brand: Brand) -> None:
    other = brand_named(name="Presqu’île")
    assert f"/mentions/{other.slug}/" in client.get("/mentions/").content.decode()


def test_the_contact_page_asks_few_questions_of_the_base(
    client: Client, brand: Brand, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        client.get("/contact/")


def test_so_does_a_follow_up_page(friday: Any, django_assert_max_num_queries: Any) -> None:
    house()
    visit = Visit(friday)
    visit.follow(visit.write(reach="odile@client.example"))
    page = f"/suivi/{link_token(Link.objects.get())}/"
    with django_assert_max_num_queries(12):
        visit.get(page)
