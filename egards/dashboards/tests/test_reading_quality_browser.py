"""Corrections by a real browser teach the next version; one click goes back; nothing for axe to say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards.dashboards.tests.teaching_browser import taught_in_a_browser
from egards.dashboards.tests.test_browser import AXE, LOOK, RULES
from tests.cast import Cast, cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(live_server: LiveServer, settings: Settings) -> Cast:
    """Everybody, with short passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return cast()


@pytest.fixture
def windows(chromium: Browser, live_server: LiveServer, house: Cast) -> Iterator[list[BrowserContext]]:
    """Two browsers."""
    opened = [chromium.new_context(base_url=live_server.url, locale="fr-FR", reduced_motion="reduce") for _ in range(2)]
    yield opened
    for context in opened:
        context.close()


def test_corrected_learnt_seen_and_taken_back(windows: list[BrowserContext], house: Cast) -> None:
    shots = os.environ.get("EGARDS_SHOTS")
    n = int(os.environ.get("EGARDS_CORRECTIONS", "20"))  # fifty in `make test-teaching`
    taught_in_a_browser(windows, house, n, Path(shots) if shots else None)
    page = windows[1].pages[0]
    for width, dark in ((1440, False), (390, True)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto("/pouls/lecture/")
        page.evaluate(AXE.read_text())
        assert page.evaluate(LOOK, RULES) == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if shots:
            page.screenshot(path=Path(shots) / f"lecture-{width}.png", full_page=True)
