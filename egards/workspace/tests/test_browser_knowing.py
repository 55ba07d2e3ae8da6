"""Knowing and finding in a real browser: a customer decided about, a word found, and nothing for axe to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards.consent.models import Hold
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.promises import keep_promise, make_promise
from egards.conversations.models import Conversation, Promise
from egards.core.clock import now
from egards.customers.models import Customer, Resemblance
from egards.workspace.tests.test_browser import Theme, faults_of
from tests.builders import posted, say
from tests.cast import PASSWORD, Cast, cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINE = {"email": "odile@client.example", "phone": "06 39 98 41 27", "name": "Odile Aubin"}
HERS = {"email": "o.aubin@travail.example", "phone": "06 39 98 41 27", "name": "O. Aubin"}


@pytest.fixture
def house(live_server: LiveServer, settings: Settings) -> Cast:
    """Odile, who wrote twice, somebody who resembles her, a note, promises, a hold."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house, moment = cast(), now()
    say(posted("Un pied de ma table est fendu.", id="1", at=moment, **MINE), at=house.api, when=moment)
    say(posted("Et ma facture OR-48213\u202f?", id="2", at=moment, **MINE), at=house.api, when=moment)
    say(posted("Ici Odile, de mon travail.", id="3", at=moment, **HERS), at=house.api, when=moment)
    odile = Customer.objects.get(name="Odile Aubin")
    conversation = Conversation.objects.filter(customer=odile).order_by("number")[0]
    keep_note(conversation=conversation, by=house.fatou, text="Le pied vient de l’atelier.")
    due = moment + timedelta(days=1)
    promise = make_promise(
        conversation=conversation, by=house.fatou, kind=Promise.Kind.OTHER, what="un pied neuf", due_at=due
    )
    keep_promise(promise=promise, by=house.fatou)
    Hold.objects.create(customer=odile, scope="solicitations", why="complaint")
    return house


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, house: Cast) -> Iterator[Page]:
    """A window in which Fatou, who keeps the house, is signed in."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR")
    page = context.new_page()
    page.goto("/compte/login/?next=/clients/")
    page.fill("input[name=login]", house.fatou.email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page).to_have_url(re.compile("/clients/$"))
    yield page
    context.close()


def test_two_people_are_told_apart_and_that_is_taken_back(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Odile Aubin")).click()
    page.get_by_role("button", name="Ce sont deux personnes (Odile Aubin, O. Aubin)").click()
    expect(page.get_by_text("À ne pas confondre avec O. Aubin")).to_be_visible()
    assert Resemblance.objects.get().decided_at is not None
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("heading", name="Peut-être la même personne")).to_be_visible()


def test_an_address_is_confirmed_by_whoever_checked_it(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Odile Aubin")).click()
    expect(page.get_by_text("à confirmer")).to_be_visible()
    page.get_by_role("button", name="C’est la sienne (odile@client.example)").click()
    expect(page.get_by_text("confirmé par l’un de nous")).to_be_visible()
    expect(page.get_by_text("à confirmer")).to_have_count(0)


def test_a_word_is_found_by_what_was_mistyped(page: Page) -> None:
    page.goto("/recherche/?q=factrue")
    page.get_by_role("link", name=re.compile("facture")).click()
    expect(page.locator("mark.found")).to_have_text("facture")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (320, "dark")])
def test_every_page_is_whole_for_everybody(page: Page, theme: Theme, width: int) -> None:
    odile = Customer.objects.get(name="Odile Aubin")
    number = Conversation.objects.order_by("number")[0].number
    addresses = (
        f"/clients/{odile.pk}/", f"/recherche/?q={number}", "/recherche/?q=zygomatique",
        "/recherche/?q=pied&sens=recus", "/specimen/", "/points-de-contact/", "/regles/",
        "/recherche/?q=facture",
    )  # fmt: skip
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    assert {address: seen for address in addresses if (seen := faults_of(page, address))} == {}
