"""The pulse in a real browser: charts that stand under our policy, tables for those without script, nothing for axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards import core
from egards.accounts.actions import place_named
from egards.dashboards.tests.town import conversation, promise, words
from egards.measures.actions import count_touched
from tests.cast import PASSWORD, Cast, cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(core.__file__).parent / "tests" / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
LOOK = "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
DRAWN = "document.querySelectorAll('[data-chart] canvas').length"
Theme = Literal["light", "dark"]


@pytest.fixture
def house(live_server: LiveServer, settings: Settings) -> Cast:
    """Nine weeks of words, a theme that rises, a medium that is late, one that too few asked."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house = cast()
    place_named(brand=house.lindelle, name="Nantes")
    for days_ago in range(63):
        words(6, at=house.mailbox, days_ago=days_ago, polarity=1, theme="accueil")
        words(6, at=house.api, days_ago=days_ago, polarity=-1)
    words(12, at=house.api, days_ago=1, polarity=-2, theme="delai", said="Trois semaines sans réponse.")
    for minutes in range(1, 40):
        about = conversation(at=house.mailbox, hours_ago=40, answered_after=30 * minutes)
        promise(about, "kept" if minutes % 4 else "broken", due_hours_ago=20)
    conversation(at=house.api, hours_ago=2)
    count_touched()
    return house


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer, house: Cast) -> Iterator[BrowserContext]:
    """A browser in which Fatou, who keeps the house, is signed in."""
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR")
    _sign_in(context, house)
    yield context
    context.close()


def _sign_in(context: BrowserContext, house: Cast) -> None:
    page = context.new_page()
    page.goto("/pouls/")
    page.fill("input[name=login]", house.fatou.email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page).to_have_url(re.compile("/pouls/$"))
    page.close()


def test_charts_stand_under_our_policy_and_lead_to_words(window: BrowserContext) -> None:
    page = window.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/pouls/")
    page.wait_for_function(f"{DRAWN} === 2")
    assert [
        text for text in said if "Content Security Policy" in text or ("rror" in text and "/flux/" not in text)
    ] == []
    expect(page.locator("details[data-closes]").first).not_to_have_attribute("open", "")
    chart = page.locator("#polarity-said")
    page.locator(".chart-wide").hover(position={"x": 300, "y": 120})
    expect(chart).to_contain_text("de contents sur sept jours")
    before = chart.inner_text()
    page.locator(".chart-wide").hover(position={"x": 500, "y": 120})
    expect(chart).not_to_have_text(before)
    page.locator(".chart-wide").click(position={"x": 500, "y": 120})
    expect(page).to_have_url(re.compile(r"/echanges/\?du=\d{4}-\d\d-\d\d&au=\d{4}-\d\d-\d\d$"))


def test_charts_follow_the_theme(window: BrowserContext) -> None:
    page = window.new_page()
    page.emulate_media(color_scheme="light")
    page.goto("/pouls/")
    page.wait_for_function(f"{DRAWN} === 2")
    light = page.evaluate("document.querySelector('[data-chart] canvas').toDataURL()")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("before => document.querySelector('[data-chart] canvas').toDataURL() !== before", arg=light)


def test_on_a_phone_the_newest_end_is_seen_first(window: BrowserContext) -> None:
    page = window.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/pouls/")
    page.wait_for_function(f"{DRAWN} === 2")
    frame = "document.querySelector('[data-newest-end]')"
    page.wait_for_function(f"{frame}.scrollLeft > 0")
    assert page.evaluate(f"Math.abs({frame}.scrollWidth - {frame}.clientWidth - {frame}.scrollLeft) < 2")


def test_without_script_every_table_is_open(chromium: Browser, live_server: LiveServer, house: Cast) -> None:
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", java_script_enabled=False)
    _sign_in(context, house)
    page = context.new_page()
    page.goto("/pouls/")
    expect(page.get_by_role("columnheader", name="Contents du jour")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Très mécontents")).to_be_visible()
    expect(page.get_by_role("columnheader", name="9 sur 10, à l’horloge")).to_be_visible()
    expect(page.locator(".chart").first).to_be_hidden()
    context.close()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (320, "dark")])
def test_the_pulse_is_whole_for_everybody(window: BrowserContext, theme: Theme, width: int) -> None:
    page = window.new_page()
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    words_page = "/echanges/?du=2026-11-17&au=2026-11-23&ton=n&theme=delai"
    assert {address: found for address in ("/pouls/", words_page) if (found := faults_of(page, address))} == {}


def faults_of(page: Page, address: str) -> list[str]:
    """What axe says of a page with everything unfolded, and whether it must be pushed sideways to be read."""
    page.goto(address)
    page.wait_for_function("document.readyState === 'complete'")
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    page.evaluate(AXE.read_text())  # not add_script_tag: the page's own policy refuses it, rightly
    found: list[str] = page.evaluate(LOOK, RULES)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, "wider than the window"] if wide else found
