"""The members' pages in a real browser: sign in, read, follow a word, join and undo; and nothing for axe to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards import core
from egards.customers.models import Customer, Merge
from egards.interactions.models import Interaction
from egards.workspace.tests.test_words import LETTER
from tests.builders import NOON, posted, say
from tests.cast import PASSWORD, Cast, cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(core.__file__).parent / "tests" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
LOOK = "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
Theme = Literal["light", "dark"]


@pytest.fixture
def house(live_server: LiveServer, settings: Settings) -> Cast:
    """Everybody, and a few words, one of them a mail with its own layout and a file."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house = cast()
    say(LETTER, at=house.mailbox)
    say(
        posted("Livraison rapide, rien à redire.", email="rene@client.example", name="René Aubin"),
        posted("Toujours rien reçu.", email="o@travail.example", phone="06 12 34 56 78", name="O. Marchand"),
        *[posted(f"Mot {n}.", email=f"c{n}@client.example", at=NOON - timedelta(hours=n)) for n in range(26)],
        b"{",
        at=house.api,
    )
    return house


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, house: Cast) -> Iterator[Page]:
    """A window in which Fatou, who keeps the house, has signed in through the form."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR")
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", house.fatou.email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page).to_have_url(re.compile("/conversations/$"))
    page.goto("/echanges/")
    yield page
    context.close()


def test_a_member_reads_a_word_and_follows_its_way(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que disent les clients")
    page.get_by_role("link", name=re.compile("Odile Marchand")).click()
    expect(page.locator("article .said").first).to_contain_text("Le colis est perdu.")
    expect(page.locator("mark.neg").first).to_have_text("perdu")
    page.get_by_text("Pourquoi").click()
    expect(page.locator(".why")).to_contain_text("pèse en mal")
    page.get_by_text("Tel que son auteur").click()
    expect(page.frame_locator("iframe").locator("b")).to_have_text("perdu")
    page.get_by_role("link", name="Suivez ce mot").click()
    expect(page.get_by_role("heading", name="De qui est ce mot")).to_be_visible()


def test_older_words_are_one_page_away(page: Page) -> None:
    page.get_by_role("link", name="Plus ancien").click()
    expect(page.get_by_text("« Mot 25. »".replace("« ", "«\u202f").replace(" »", "\u202f»"))).to_be_visible()


def test_two_customers_are_joined_and_taken_apart(page: Page) -> None:
    page.get_by_role("link", name="Clients", exact=True).click()
    page.get_by_role("link", name=re.compile("Odile Marchand")).click()
    page.get_by_text("Réunir avec un autre client").click()
    page.get_by_label("Nom, adresse ou numéro").fill("o@travail.example")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="Réunir O. Marchand à Odile Marchand").click()
    expect(page.get_by_role("status").filter(has_text="C’est réuni.")).to_be_visible()
    expect(page.locator("#moments")).to_contain_text("Toujours rien reçu.")
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#moments")).not_to_contain_text("Toujours rien reçu.")
    assert Merge.objects.get().undone_at is not None


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (320, "dark")])
def test_every_page_is_whole_for_everybody(page: Page, house: Cast, theme: Theme, width: int) -> None:
    word = Interaction.objects.get(touchpoint=house.mailbox)
    customer = Customer.objects.get(name="Odile Marchand")
    addresses = (
        "/echanges/", f"/echanges/{word.pk}/", f"/echanges/{word.pk}/suivi/", "/clients/", f"/clients/{customer.pk}/",
        "/recherche/?q=mot", "/recherche/?q=licorne", "/points-de-contact/", f"/points-de-contact/{house.api.pk}/",
        "/quarantaine/", "/echanges/?ton=n2",
    )  # fmt: skip
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    faults = {address: seen for address in addresses if (seen := faults_of(page, address))}
    assert faults == {}


def faults_of(page: Page, address: str) -> list[str]:
    """What axe says of a page with everything unfolded, and whether it must be pushed sideways to be read."""
    page.goto(address)
    assert page.url.endswith(address), f"{address} led to {page.url}"
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    page.evaluate(AXE.read_text())  # not add_script_tag: the page's own policy refuses it, rightly
    found: list[str] = page.evaluate(LOOK, RULES)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, "wider than the window"] if wide else found
