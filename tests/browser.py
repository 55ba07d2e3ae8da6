"""A real Chromium for the tests marked `browser`: which one, with which switches."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT_OWN = "chromium-*/chrome-linux*/chrome"
SWITCHES = [
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have a small /dev/shm
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> Path | None:
    """The Chromium to drive: EGARDS_CHROMIUM, else the system's, else the one Playwright downloaded; None without."""
    if named := os.environ.get("EGARDS_CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next(iter(sorted(cache.glob(PLAYWRIGHT_OWN), reverse=True)), None)


def switches() -> list[str]:
    """Command-line switches; root cannot use Chromium's sandbox."""
    return [*SWITCHES, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run. Playwright keeps an event loop in this thread, which Django refuses by default:
    hence DJANGO_ALLOW_ASYNC_UNSAFE, for tests only."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=switches())
        yield browser
        browser.close()
