"""Pages of mail in a real browser: none speaks, fetches or leaves its frame; `make test-mailhtml` shows 3,000."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Browser

from egards.interactions.render import HTML_POLICY, html_page
from egards.interactions.tests.hostile_pages import hostile_pages, show

pytestmark = pytest.mark.browser


def test_a_hundred_and_fifty_pages_do_nothing(chromium: Browser) -> None:
    pages = hostile_pages(random.Random(5), 150)
    seen = show(chromium, [html_page(page) for page in pages], policy=HTML_POLICY, sandbox="sandbox")
    assert (seen.dialogs, seen.requests, seen.left) == ([], [], [])


def test_the_trap_would_be_seen(chromium: Browser) -> None:
    """Shown as they are, they do speak and fetch."""
    seen = show(chromium, hostile_pages(random.Random(5), 50), policy="", sandbox="")
    assert len(seen.dialogs) > 5
    assert len(seen.requests) > 10
