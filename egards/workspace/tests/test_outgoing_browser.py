"""The page of what leaves, in a real browser: nothing for axe to say, whole on a phone, in both themes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards.accounts.models import Member
from egards.core.clock import now
from egards.interactions.models import Delivery
from egards.touchpoints.models import Touchpoint
from egards.workspace.tests.test_browser import Theme, faults_of
from egards.workspace.tests.test_outgoing import letter
from tests.cast import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATES = ("held", "failed", "waiting", "sent", "withdrawn")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_whole_for_everybody(
    chromium: Browser, live_server: LiveServer, settings: Settings, theme: Theme
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    house = cast()
    address = "bonjour@lindelle.example"
    rows = Touchpoint.objects.filter(pk=house.mailbox.pk)
    relay = {"address": address, "host": "127.0.0.1", "port": 25, "security": "none"}
    rows.update(settings=relay, proved_at=now(), proved_address=address)
    for n, state in enumerate(STATES):
        delivery = letter(house.mailbox, to=f"client{n}@exemple.example")
        error = "" if state in ("sent", "held") else "Le serveur du destinataire refuse cette adresse (550)."
        Delivery.objects.filter(pk=delivery.pk).update(state=state, error=error, is_uncertain=n == 2)
    context = chromium.new_context(base_url=live_server.url, locale="fr-FR")
    cookie = _session_of(house.fatou)
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert faults_of(page, "/sortants/") == []
        if folder := os.environ.get("EGARDS_PICTURES"):
            page.screenshot(path=str(Path(folder) / f"sortants-{theme}-{width}.png"), full_page=True)
    page.get_by_role("button", name="Ne pas envoyer").first.click()
    expect(page.get_by_text("Il ne sera pas envoyé.")).to_be_visible()
    context.close()


def _session_of(member: Member) -> str:
    client = Client()
    client.force_login(member)
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value
