"""`make test-teaching`: what corrections teach on real reviews, and fifty of them made in a real browser.

Writes docs/teaching-figures.md.
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from egards.dashboards.tests.teaching_browser import taught_in_a_browser
from egards.understanding.tests import measure_teaching
from tests.cast import cast

#: Below what was measured when it was written; the page tells the figures themselves.
LEAST_GAIN = {20: 0.0, 50: 0.03, 200: 0.05, 800: 0.06}


def test_corrections_teach_what_they_were_not_made_of_and_the_page_is_written(shared: Path) -> None:
    found = measure_teaching.measure(shared)
    gains = {one.corrections: mean(one.taught) - mean(one.shipped) for one in found}
    assert [size for size, least in LEAST_GAIN.items() if gains[size] < least] == []
    measure_teaching.PAGE.write_text(measure_teaching.written(found), encoding="utf-8")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_fifty_corrections_by_browser(chromium: Browser, live_server: LiveServer, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    windows = [chromium.new_context(base_url=live_server.url, locale="fr-FR") for _ in range(2)]
    taught_in_a_browser(windows, cast(), 50, None)
    for window in windows:
        window.close()
