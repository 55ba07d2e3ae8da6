"""Correcting a reading by keyboard, without leaving the thread; and nothing for axe to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards.understanding.models import Correction, Reading
from egards.workspace.tests.panes_house import morning
from egards.workspace.tests.test_browser import faults_of
from tests.cast import PASSWORD, cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    """A window in which Alice has Hélène's conversation before her."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house = cast()
    helene = morning(house)
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-FR", reduced_motion="reduce", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", house.alice.email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/conversations/$"))
    page.goto(f"/conversations/{helene.pk}/")
    page.wait_for_load_state("load")
    yield page
    page.goto("about:blank")
    context.close()


def test_by_keyboard_and_back(page: Page) -> None:
    keys = page.keyboard
    keys.press("c")
    expect(page.locator("[data-correction] [name=ton]:checked")).to_be_focused()
    keys.press("Escape")
    expect(page.locator("[data-correction]")).to_have_count(0)
    expect(page.locator(".correct").last).to_be_focused()

    keys.press("c")
    expect(page.locator("[data-correction] [name=ton]:checked")).to_be_focused()  # only then the form is at rest
    page.locator("[data-correction] [value=positive]").focus()
    keys.press("Space")
    keys.press("Tab")
    keys.type("factu")
    expect(page.locator("[data-correction-themes] .choice:visible")).to_have_count(1)
    keys.press("Enter")
    expect(page.locator("[data-correction] [value=invoice]")).to_be_checked()
    keys.press("Enter")
    expect(page.locator(".thread .readings").last).to_contain_text("corrigée par Alice")
    correction = Correction.objects.get()
    assert correction.after["tone"] == "positive"
    assert "invoice" in correction.after["themes"]

    assert faults_of(page, f"/echanges/{correction.content_id}/lecture/") == []
    page.goto(f"/echanges/{correction.content_id}/")
    page.get_by_role("button", name="Annuler la correction").click()
    expect(page.get_by_text("Correction annulée")).to_be_visible()
    assert Reading.objects.get(content_id=correction.content_id, is_current=True).engine != "member"


def test_undone_in_the_thread(page: Page) -> None:
    page.keyboard.press("c")
    page.locator("[data-correction]").get_by_role("button").click()
    expect(page.locator(".thread .readings").last).to_contain_text("confirmée par Alice")
    page.keyboard.press("z")
    expect(page.locator(".thread .readings").last).not_to_contain_text("confirmée par Alice")
    assert Correction.objects.get().undone_at is not None
