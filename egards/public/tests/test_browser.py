"""Customers' pages in a real browser: without script, by keyboard alone, under a flood; and nothing for axe to say."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from egards import core
from egards.accounts.models import Brand, Hours
from egards.consent.loading import load_pack
from egards.conversations.models import Conversation, Link
from egards.conversations.tokens import link_token
from egards.core.clock import now
from egards.core.models import Happening
from egards.interactions.models import Content
from egards.public import guard
from egards.public.form_tokens import form_token
from egards.public.models import Post
from egards.public.tests.visits import house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(core.__file__).parent / "tests" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
LOOK = "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
#: Where to leave pictures of what was seen; nowhere by default.
PICTURES = os.environ.get("EGARDS_PICTURES", "")
MOST_BYTES = 60_000
Theme = Literal["light", "dark"]


@pytest.fixture
def brand(live_server: LiveServer) -> Brand:
    """A house that answers all the week, at all hours, so that a test says the same at night."""
    load_pack()
    brand = house()
    week = {str(day): [["00:00", "23:59"]] for day in range(1, 8)}
    Hours.objects.update(week=week)
    brand.postal_address = "4 quai de la Sauzaie\n44120 Vertou"
    brand.save(update_fields=["postal_address"])
    brand.places.create(name="Nantes Graslin", slug="nantes", phone="02 61 91 04 20", hours=brand.phone_hours)
    return brand


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, brand: Brand) -> Iterator[Page]:
    """A window without script, as customers may have."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(chromium: Browser, live_server: LiveServer, brand: Brand) -> Iterator[Page]:
    """A window with script."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR")
    yield context.new_page()
    context.close()


def read_for_a_while(page: Page) -> None:
    """Nobody writes within two seconds."""
    page.wait_for_timeout(guard.FASTEST.total_seconds() * 1000 + 100)


def test_somebody_writes_without_script_and_follows(page: Page) -> None:
    page.goto("/contact/")
    page.get_by_label("Que se passe-t-il").fill("Il manque des vis.")
    page.get_by_label("Où vous répondre").fill("odile@client.example")
    read_for_a_while(page)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Il manque des vis.")
    expect(page.locator("#suite")).to_contain_text("vous répond avant")
    page.get_by_label("Votre réponse").fill("Et le tiroir coince.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".letter")).to_have_count(2)
    assert page.context.cookies() == []


def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/contact/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to the content
    page.keyboard.press("Tab")
    expect(page.locator(".phone-n")).to_be_focused()
    text = page.get_by_label("Que se passe-t-il")
    for _step in range(40):
        page.keyboard.press("Tab")
        if text.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.type("Il manque des vis.")
    read_for_a_while(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # within a one-line field: the form leaves
    expect(page.get_by_role("heading", level=1)).to_have_text("Il manque des vis.")


def test_nobody_falls_into_the_trap(page: Page) -> None:
    page.goto("/contact/")
    trap = page.locator('input[name="site"]').first
    assert trap.get_attribute("tabindex") == "-1"
    place = trap.bounding_box()
    assert place is not None
    assert place["x"] + place["width"] < 0  # out of sight


def test_under_a_flood_the_browser_proves_itself_alone(scripted: Page) -> None:
    flood()
    scripted.goto("/contact/")
    scripted.get_by_label("Que se passe-t-il").fill("Il manque des vis.")
    scripted.get_by_role("button", name="Envoyer").click()
    expect(scripted.get_by_text("Aidez-nous à voir que vous n’êtes pas un programme")).to_be_visible()
    expect(scripted.get_by_label("Que se passe-t-il")).to_have_value("Il manque des vis.")
    expect(scripted.locator("altcha-widget")).to_contain_text("Vérifié", timeout=30_000)
    assert faults_here(scripted) == []
    scripted.get_by_role("button", name="Envoyer").click()
    expect(scripted.get_by_role("heading", level=1)).to_have_text("Il manque des vis.")
    assert Content.objects.count() == 1


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (320, "dark")])
def test_every_page_is_whole_for_everybody(scripted: Page, brand: Brand, theme: Theme, width: int) -> None:
    scripted.emulate_media(color_scheme=theme, reduced_motion="reduce")
    scripted.set_viewport_size({"width": width, "height": 900})
    call = called(scripted)
    flagged = f"/contact/{brand.slug}/"
    addresses = (flagged, call, "/suivi/", "/suivi/faux/", "/donnees/", "/mentions/", "/mediateur/", "/accessibilite/")
    faults = {address: seen for address in addresses if (seen := faults_of(scripted, address, theme, width))}
    scripted.goto(flagged)
    scripted.get_by_label("Où vous répondre").fill("06 12 34 56")
    scripted.get_by_role("button", name="Envoyer").click()
    expect(scripted.get_by_text("Il manque deux chiffres.")).to_be_visible()
    picture(scripted, f"contact-wrong-{theme}-{width}")
    assert faults_here(scripted) == []
    assert faults == {}


def test_pages_are_light(scripted: Page) -> None:
    scripted.goto("/contact/")
    assert weight_of(scripted) <= MOST_BYTES
    flood()
    scripted.get_by_label("Que se passe-t-il").fill("Il manque des vis.")
    scripted.get_by_role("button", name="Envoyer").click()
    expect(scripted.locator("altcha-widget")).to_have_count(1)
    imported = ("egards/vendor/altcha/altcha.min.js", "egards/vendor/altcha/fr-fr.js", "egards/vendor/altcha/pbkdf2.js")
    assert weight_of(scripted) + sum(map(gzipped, imported)) <= MOST_BYTES


def called(page: Page) -> str:
    """Ask for a call and say a word more; return where it is followed."""
    page.goto("/contact/")
    page.locator('input[name="call-slot"]:not([disabled])').first.check(force=True)
    page.get_by_label("Votre numéro").fill("06 39 98 41 27")
    page.get_by_label("En deux mots").fill("Ma table est arrivée abîmée")
    read_for_a_while(page)
    page.get_by_role("button", name="Appelez-moi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ma table est arrivée abîmée")
    assert Conversation.objects.count() == 1
    assert Happening.objects.exists()
    return f"/suivi/{link_token(Link.objects.get())}/"


def flood() -> None:
    """As many posts of late as the house takes without a question."""
    made = [Post(page=Post.Page.CONTACT, who=bytes([n]) * 16, form=b"", at=now()) for n in range(guard.MOST_OF_HOUSE)]
    Post.objects.bulk_create(made)


def faults_of(page: Page, address: str, theme: str, width: int) -> list[str]:
    page.goto(address)
    picture(page, f"{address.strip('/').replace('/', '-')[:12]}-{theme}-{width}")
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    return faults_here(page)


def faults_here(page: Page) -> list[str]:
    """What axe says of the page, whether it must be pushed sideways to be read, and controls too small to touch."""
    page.evaluate(AXE.read_text())  # not add_script_tag: the page's own policy refuses it, rightly
    found: list[str] = page.evaluate(LOOK, RULES)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('button, .btn, summary, .jump a, .choice input')]"
        ".filter(n => n.offsetParent && n.getBoundingClientRect().height < 44 && !n.closest('altcha-widget'))"
        ".map(n => 'small ' + n.outerHTML.slice(0, 80))"
    )
    return [*found, *small, *(["wider than the window"] if wide else [])]


def weight_of(page: Page) -> int:
    """Bytes of style and script that a page asks for, gzip."""
    html = page.content()
    names = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', html)
    assert names
    return sum(gzipped(name) for name in set(names))


def gzipped(name: str) -> int:
    path = finders.find(name)
    assert path, name
    return len(gzip.compress(Path(path).read_bytes(), 9))


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_a_form_waits_for_who_has_no_script(page: Page) -> None:
    """The patience asked without script: too early it comes back, in time it passes; the clock is the token's."""
    flood()
    page.goto("/contact/")
    page.get_by_label("Que se passe-t-il").fill("Il manque des vis.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("patientez 20")).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("patientez 20")).to_be_visible()
    assert not Content.objects.exists()
    assert form_token("wait", at=now() - timedelta(seconds=21))
