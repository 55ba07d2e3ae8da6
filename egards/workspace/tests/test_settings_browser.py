"""The settings and the first page in a real browser: nothing for axe to say, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from django.conf import settings as house_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards import core
from egards.accounts.actions import (
    add_hours,
    add_place,
    add_team,
    choose_hours,
    facts_of,
    hand_over_link,
    invite_member,
    update_brand,
)
from egards.accounts.models import Brand, Member
from egards.conversations.actions.saved_replies import save_reply
from egards.workspace.beginning.first_page import open_house
from egards.workspace.beginning.key import first_page_token
from tests.cast import Cast, cast
from tests.permissions.visitors import Visitor
from tests.permissions.walker import session_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(core.__file__).parent / "tests" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
LOOK = "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
#: Each theme and each width once: what a theme can spoil (contrast) and what a width can (reach) do not meet.
Size: TypeAlias = tuple[Literal["light", "dark"], int]
SIZES: tuple[Size, ...] = (("light", 1280), ("dark", 320))


@pytest.fixture
def house(live_server: LiveServer, settings: Settings) -> Cast:
    """A house with something on every page."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return furnished(cast())


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A window on the house."""
    opened = chromium.new_context(base_url=live_server.url, locale="fr-FR", reduced_motion="reduce")
    yield opened
    opened.close()


def furnished(house: Cast) -> Cast:
    """Give Lindelle a number, hours, a place, a team, a reply, and somebody who has not come yet."""
    facts = replace(facts_of(house.lindelle), phone="02 61 91 04 00", email="bonjour@lindelle.example")
    update_brand(brand=house.lindelle, facts=facts, by=None)
    hours = add_hours(brand=house.lindelle, name="Service clients", by=None)
    choose_hours(brand=house.lindelle, hours=hours, phone_hours=None, by=None)
    add_place(brand=house.lindelle, name="Nantes", by=None)
    add_team(brand=house.lindelle, name="Service clients", by=None)
    text = "Bonjour {prénom|vous},\n\nJe regarde, et je vous réponds {promesse}.\n\n{moi}"
    save_reply(brand=house.lindelle, title="Je regarde", text=text, shortcut="regarde", by=house.alice)
    invite_member(email="ines@maison.example", name="Inès Kaddour", by=None)
    return house


def addresses_of(house: Cast) -> list[str]:
    """Every page of the settings, and an invitation."""
    hours, place, team = house.lindelle.all_hours.get(), house.lindelle.places.get(), house.lindelle.teams.get()
    reply, ines = house.lindelle.saved_replies.get(), Member.objects.get(email="ines@maison.example")
    below = (
        "", "marques/nouvelle/", f"marques/{house.lindelle.pk}/", "horaires/", f"horaires/{hours.pk}/", "lieux/",
        f"lieux/{place.pk}/", "equipes/", f"equipes/{team.pk}/", "membres/", "membres/invitation/",
        f"membres/{house.alice.pk}/", f"membres/{house.alice.pk}/depart/", "points-de-contact/",
        "points-de-contact/nouveau/?sorte=mail", f"points-de-contact/{house.button.pk}/",
        f"points-de-contact/{house.mailbox.pk}/envoi/", "reponses/", "reponses/nouvelle/", f"reponses/{reply.pk}/",
        "premiers-pas/", "premiers-pas/fini/",
    )  # fmt: skip
    return [*(f"/reglages/{path}" for path in below), f"/invitation/{hand_over_link(member=ines, by=None)}/"]


def sign_in(context: BrowserContext, server: LiveServer, member: Member) -> None:
    """Let a member in without typing."""
    session = session_of(Visitor(member.name, member))
    context.add_cookies([{"name": house_settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])


def test_every_page_is_whole_for_everybody(house: Cast, context: BrowserContext, live_server: LiveServer) -> None:
    sign_in(context, live_server, house.fatou)
    page = context.new_page()
    faults: dict[str, list[str]] = {}
    for turn, address in enumerate(addresses_of(house)):
        page.goto(address)
        assert page.url.endswith(address), f"{address} led to {page.url}"
        faults |= look(page, address, SIZES[turn % 2 :][:1])  # one stylesheet for all: each page once is enough
    assert faults == {}


def test_what_is_wrong_is_whole_too(house: Cast, context: BrowserContext, live_server: LiveServer) -> None:
    sign_in(context, live_server, house.fatou)
    page = context.new_page()
    page.goto(f"/reglages/marques/{house.lindelle.pk}/")
    page.fill("#id_phone", "0892 12 34 56")
    page.fill("#id_email", "noreply@lindelle.example")
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)  # once the answer is there
    faults = look(page, "brand")
    page.goto(f"/reglages/horaires/{house.lindelle.all_hours.get().pk}/")
    page.fill("#id_d1b", "")
    page.get_by_role("button", name="Garder").click()
    page.get_by_text("Une plage a un début et une fin.").wait_for()
    assert faults | look(page, "hours") == {}


def test_the_first_page_is_whole_for_everybody(db: None, context: BrowserContext, live_server: LiveServer) -> None:
    page = context.new_page()
    faults: dict[str, list[str]] = {}
    begun = f"/debut/{first_page_token()}/"
    page.goto(begun)
    faults |= look(page, "company")
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    for step in ("mots/", "vous/"):
        page.goto(begun + step)
        faults |= look(page, step)
    assert faults == {}
    assert Brand.objects.count() == 1


def test_a_reply_shows_itself_while_it_is_written(
    house: Cast, context: BrowserContext, live_server: LiveServer
) -> None:
    sign_in(context, live_server, house.alice)
    page = context.new_page()
    page.goto("/reglages/reponses/nouvelle/")
    page.locator("#id_text").press_sequentially("Bonjour {prénom}")
    page.locator("#apercu").get_by_text("Bonjour Hélène").wait_for()


def test_a_link_to_hand_over_is_copied_by_a_button(
    house: Cast, context: BrowserContext, live_server: LiveServer
) -> None:
    sign_in(context, live_server, house.fatou)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    ines = Member.objects.get(email="ines@maison.example")
    page.goto(f"/reglages/membres/{ines.pk}/")
    page.get_by_role("button", name="Un autre lien d’invitation").click()
    page.get_by_role("button", name="Copier").click()
    page.get_by_role("status").get_by_text("C’est copié.").wait_for()
    assert "/invitation/" in page.input_value("#link")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#link")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')) }")
    page.get_by_role("button", name="Copier").click()
    page.get_by_role("status").get_by_text("Il est choisi").wait_for()
    assert look(page, "link") == {}


def look(page: Page, name: str, sizes: Sequence[Size] = SIZES) -> dict[str, list[str]]:
    """What axe says with everything unfolded, light and wide, dark and narrow; and what must be pushed sideways."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    page.evaluate(AXE.read_text())  # not add_script_tag: the page's own policy refuses it, rightly
    found = {}
    for theme, width in sizes:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        seen: list[str] = page.evaluate(LOOK, RULES)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            seen.append("wider than the window")
        if seen:
            found[f"{name} {theme} {width}"] = seen
    return found
