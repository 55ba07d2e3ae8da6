"""How often a screen asks again for what changes: at once for a change that comes alone, less and less in a flood."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parent.parent / "static" / "egards" / "js" / "live.js"
PAGE = (
    '<div id="file" data-live="conversation" data-live-get="/file/"></div>'
    '<script type="module" src="/live.js"></script>'
)
#: In place of the library that changes a page in place: here nothing is to be seen.
STAND_IN = "window.Idiomorph = { morph() {} }"
CHANGE = "document.dispatchEvent(new CustomEvent('egards:live', {detail: {kind: 'change', topic: 'conversation'}}))"
TICK_MS = 250


def opened(chromium: Browser) -> tuple[Page, list[str]]:
    """A page with one element that asks again, and what it asked for."""
    page, asked = chromium.new_page(), list[str]()

    def answer(route: Route) -> None:
        path = "/" + route.request.url.partition("//")[2].partition("/")[2]
        if path == "/file/":
            asked.append(path)
        kind = "text/javascript" if path == "/live.js" else "text/html"
        route.fulfill(body=SCRIPT.read_text() if path == "/live.js" else PAGE, content_type=kind)

    page.route("**/*", answer)
    page.clock.install()
    page.add_init_script(STAND_IN)
    page.goto("http://maison.example/")
    return page, asked


def lives(page: Page, seconds: float, *, changes: int = 0) -> None:
    """Let time pass on the page; ``changes`` come at each quarter of a second."""
    for _tick in range(int(1000 * seconds / TICK_MS)):
        for _change in range(changes):
            page.evaluate(CHANGE)
        page.clock.run_for(TICK_MS)


def test_where_all_changes_all_the_time_a_screen_rests_longer(chromium: Browser) -> None:
    page, asked = opened(chromium)
    lives(page, 60, changes=2)
    in_a_flood = len(asked)
    assert 6 <= in_a_flood <= 12  # 1, 2, 4, 8, then 10 seconds apart; it was fifty
    lives(page, 60)
    assert len(asked) <= in_a_flood + 1  # the last change is shown, then all is calm
    for _alone in range(4):
        lives(page, 0.25, changes=1)
        lives(page, 11)
    calm = len(asked)
    lives(page, 0.5, changes=1)
    assert len(asked) == calm + 1  # and a change that comes alone is shown at once
    page.close()
