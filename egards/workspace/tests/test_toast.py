"""A toast counts down before the eyes, is undone by z, and stays as long as somebody is on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.cast import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Page]:
    """A page of Alice's, with nothing on it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client = Client()
    client.force_login(cast().alice)
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR", reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto("/regles/")
    yield page
    context.close()


def show(page: Page, *, seconds: int) -> None:
    """Put a toast in its region, as an answer of the house does."""
    words = {"says": "Envoyé dans 10 s.", "counts": "Envoyé dans {seconds} s.", "done": "C’est parti."}
    toast = render_to_string("egards/toast.html", {**words, "seconds": seconds, "undo_url": "/annuler/"})
    page.evaluate(
        """html => {
          document.querySelector("#toasts").insertAdjacentHTML("beforeend", html);
          document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
        }""",
        toast,
    )


def test_it_counts_down_then_says_it_is_done_and_goes(page: Page) -> None:
    show(page, seconds=2)
    toast = page.locator("[data-toast]")
    expect(toast.locator("[data-toast-count]")).to_have_text("Envoyé dans 1\u00a0s.".replace("\u00a0", " "))
    expect(toast).to_have_text("C’est parti.")
    expect(toast).to_have_count(0)


def test_z_undoes(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method) if "/annuler/" in request.url else None)
    page.route("**/annuler/", lambda route: route.fulfill(body="Fait"))
    show(page, seconds=10)
    page.keyboard.press("z")
    expect(page.get_by_text("Fait")).to_be_visible()
    assert asked == ["POST"]


def test_it_stays_while_somebody_is_on_it_and_never_loses_the_focus(page: Page) -> None:
    show(page, seconds=1)
    page.get_by_role("button", name="Annuler").focus()
    toast = page.locator("[data-toast]")
    expect(toast).to_have_text("C’est parti.")
    page.wait_for_timeout(2000)
    expect(toast).to_be_focused()
    page.get_by_role("link", name="Règles").first.focus()
    expect(toast).to_have_count(0)


def test_what_a_screen_reader_is_told_does_not_change_each_second(page: Page) -> None:
    show(page, seconds=10)
    region = page.get_by_role("status").filter(has=page.locator("[data-toast]"))
    before = region.aria_snapshot()
    page.wait_for_timeout(1300)
    assert region.aria_snapshot() == before
