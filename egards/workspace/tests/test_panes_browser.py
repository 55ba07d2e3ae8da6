"""The three panes in a real browser: an adviser's morning by keyboard alone, and nothing for axe to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.states import assign
from egards.conversations.models import Conversation, Draft, Note
from egards.workspace.tests.panes_house import morning
from egards.workspace.tests.test_browser import Theme, faults_of
from tests.cast import PASSWORD, Cast, cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(live_server: LiveServer, settings: Settings) -> Cast:
    """Everybody, and a morning's words."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house = cast()
    morning(house)
    return house


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, house: Cast) -> Iterator[Page]:
    """A window in which Alice, an adviser, has signed in."""
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-FR", reduced_motion="reduce", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", house.alice.email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/conversations/$"))
    page.wait_for_load_state("load")  # the keys are there
    yield page
    page.goto("about:blank")  # what it still asks for is over before the house is emptied
    context.close()


def test_a_morning_by_keyboard_alone(page: Page, house: Cast) -> None:
    keys = page.keyboard
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    expect(page.get_by_role("heading", level=1)).to_have_text("4 promesses à tenir aujourd’hui.")
    keys.press("j")
    keys.press("j")
    keys.press("o")
    expect(page.locator("h1")).to_have_text(helene.need)
    expect(page).to_have_url(re.compile(str(helene.pk)))
    expect(page.locator("#file [aria-current]")).to_contain_text("Hélène Marchandeau")
    expect(page.locator("#client h2").first).to_contain_text("Hélène Marchandeau")

    keys.press("n")
    expect(page.locator("[name=note]")).to_be_focused()
    keys.type("@Bob peux-tu vérifier ?")
    keys.press("Control+Enter")
    expect(page.locator(".word-note").last).to_contain_text("@Bob peux-tu vérifier")
    assert Note.objects.filter(by=house.alice).count() == 1

    keys.press("r")
    expect(page.locator("#texte")).to_be_focused()
    keys.type("/")
    expect(page.locator("[data-replies-search]")).to_be_focused()
    keys.type("vis")
    keys.press("Enter")
    expect(page.locator("#texte")).to_have_value("Bonjour Hélène, vos vis sont parties. Alice Thévenin")
    keys.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Part dans")
    expect(page.locator("#texte")).to_have_value("")
    keys.press("Escape")
    keys.press("z")
    expect(page.locator("#texte")).to_have_value(re.compile("vos vis sont parties"))
    assert Draft.objects.get(member=house.alice, conversation=helene).leaves_at is None


def test_what_is_written_survives(page: Page, house: Cast) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    page.goto(f"/conversations/{helene.pk}/")
    page.locator("#texte").fill("Chère Hélène")
    page.locator("#texte").blur()
    expect(page.locator("[data-draft-state]")).to_have_text("brouillon gardé")
    page.reload()
    expect(page.locator("#texte")).to_have_value("Chère Hélène")
    assert page.evaluate("Object.values(localStorage).join()").find("Chère") < 0


def test_it_is_entrusted_put_aside_and_taken_up_by_keys(page: Page, house: Cast) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    page.goto(f"/conversations/{helene.pk}/")
    page.keyboard.press("a")
    page.locator("#owner").select_option(label="Bob Le Guellec")
    page.locator("#owner").press("Tab")
    page.get_by_role("button", name="Confier", exact=True).press("Enter")
    expect(page.locator(".fact").last).to_contain_text("Confiée à Bob Le Guellec")
    page.keyboard.press("s")
    expect(page.locator(".menu[open] button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".state")).to_contain_text("reportée")
    expect(page.locator("#toasts")).to_contain_text("Reportée.")
    page.keyboard.press("e")
    expect(page.locator(".state")).to_have_count(0)
    page.keyboard.press("x")
    expect(page.locator(".repeat")).to_be_visible()


def test_the_palette_leads_anywhere(page: Page, house: Cast) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_contain_text("Bastien Rouquette")
    page.keyboard.type("table")
    expect(page.locator("#palette-list [role=option]").first).to_contain_text("Table abîmée")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Table abîmée")


def test_panes_are_walked_with_one_key(page: Page, house: Cast) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    page.goto(f"/conversations/{helene.pk}/")
    expect(page.locator("#client h3").first).to_be_visible()
    seen = []
    for _turn in range(3):
        page.keyboard.press("F6")
        seen.append(page.evaluate("document.activeElement.closest('main > section').id"))
    assert seen == ["file", "conversation", "client"]


CHANGED = """ref => document.dispatchEvent(
    new CustomEvent('egards:live', {detail: {kind: 'change', topic: 'conversation', ref}})
)"""
TOP = "() => document.querySelector('.word-in').getBoundingClientRect().top"


def test_what_arrives_moves_neither_what_is_read_nor_what_is_written(page: Page, house: Cast) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    page.set_viewport_size({"width": 1440, "height": 600})
    page.goto(f"/conversations/{helene.pk}/?vue=today")
    page.locator("#texte").fill("Je vous écris")
    page.locator(".why-wrap summary").first.click()
    page.locator("#fil").evaluate("thread => (thread.scrollTop = -thread.scrollHeight)")
    before = page.evaluate(TOP)
    keep_note(conversation=helene, by=house.bob, text="Le livreur passe demain.")
    assign(conversation=helene, by=house.bob, owner=house.bob)
    page.evaluate(CHANGED, str(helene.pk))
    expect(page.locator(".word-note").last).to_contain_text("Le livreur passe demain.")
    expect(page.locator("#file")).not_to_contain_text("Hélène Marchandeau")
    expect(page.locator("#vue-today .count")).to_have_text("3")
    assert abs(page.evaluate(TOP) - before) < 2
    expect(page.locator("#texte")).to_have_value("Je vous écris")
    expect(page.locator(".why").first).to_be_visible()


def test_one_waits_while_a_colleague_answers(page: Page, house: Cast) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    page.goto(f"/conversations/{helene.pk}/")
    page.locator("#texte").fill("Bonjour")
    said = {"conversation": str(helene.pk), "people": [], "writers": [{"name": "Bob"}], "words": "Bob répond"}
    tell = "said => document.dispatchEvent(new CustomEvent('egards:presence', {detail: said}))"
    page.evaluate(tell, said)
    expect(page.locator("[data-send]")).to_be_disabled()
    expect(page.locator("[data-draft-state]")).to_have_text("Bob répond")
    page.evaluate(tell, {**said, "writers": [], "words": ""})
    expect(page.locator("[data-send]")).to_be_enabled()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (320, "dark")])
def test_panes_are_whole_for_everybody(page: Page, house: Cast, theme: Theme, width: int) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    addresses = ("/conversations/", "/conversations/?vue=snoozed", f"/conversations/{helene.pk}/")
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    faults = {address: seen for address in addresses if (seen := faults_of(page, address))}
    assert faults == {}


def test_on_a_phone_each_pane_has_its_title(page: Page, house: Cast) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/conversations/{helene.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(helene.need)
    page.goto(f"/conversations/{helene.pk}/#client")
    expect(page.get_by_role("heading", level=1)).to_have_text("Client")
    page.goto(f"/conversations/{helene.pk}/#file")
    expect(page.get_by_role("heading", level=1)).to_have_text("File")


def test_on_a_phone_the_customer_stays_open_when_their_pane_arrives(page: Page, house: Cast) -> None:
    helene = Conversation.objects.get(customer__name="Hélène Marchandeau")
    address = f"/conversations/{helene.pk}/"
    waiting: list[Route] = []

    def late(route: Route) -> None:
        if route.request.headers.get("hx-target") == "client":
            waiting.append(route)
        else:
            route.continue_()

    page.route(f"**{address}", late)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    page.get_by_role("navigation", name="Volets").get_by_role("link", name="Client").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Client")
    (pane,) = waiting
    pane.continue_()
    expect(page.locator("#client h3").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Client")
