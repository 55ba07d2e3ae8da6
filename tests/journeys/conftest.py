"""One house for all journeys, open for customers and members; its mail goes to a real SMTP server of ours."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.houses import ROOT, House, houses, lasting_server, wait_until
from tests.members import PASSWORD
from tests.smtp_server import SmtpServer, Taken, smtp_server
from tools.benchmarks.product import open_house


@dataclass
class Company:
    """The house that is open, where it is, and the mail that left it."""

    url: str
    house: House
    post: SmtpServer
    browser: Browser

    def customer(self, *, width: int = 390) -> Page:
        """A customer's phone: no script, no account."""
        context = self.browser.new_context(
            base_url=self.url, java_script_enabled=False, viewport={"width": width, "height": 844}, locale="fr-FR"
        )
        return context.new_page()

    def adviser(self, login: str) -> Page:
        """A member at work, signed in, on the conversations."""
        context = self.browser.new_context(base_url=self.url, viewport={"width": 1440, "height": 900}, locale="fr-FR")
        page = context.new_page()
        page.goto("/compte/login/")
        page.fill("[name=login]", f"{login}@maison.example")
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.goto("/conversations/?vue=all")
        return page

    def letters_to(self, address: str) -> list[Taken]:
        """The letters that arrived at an address, in order."""
        return [taken for taken in self.post.messages if address in taken.recipients]

    def wait_for_letter(self, address: str, *, n: int, seconds: float = 45) -> Taken:
        """Wait until an address has got so many letters; return the last."""
        wait_until(lambda: len(self.letters_to(address)) >= n, seconds=seconds, what=f"lettre {n} à {address}")
        return self.letters_to(address)[n - 1]

    def receive_mail(self, raw: bytes) -> None:
        """Let a mail come in as today's, by the command line."""
        path = self.house.home / f"in-{len(list(self.house.home.glob('in-*.eml')))}.eml"
        path.write_bytes(raw)
        done = self.house.egards("import", path, "--live", "--brand", "Lindelle")
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def company(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The house of all journeys."""
    folder = tmp_path_factory.mktemp("company")
    for parent in (folder, *folder.parents[:3]):
        if parent.stat().st_uid == folder.stat().st_uid and parent != Path("/tmp"):
            parent.chmod(0o711)  # the server's account crosses it when root runs the tests
    with (
        smtp_server() as post,
        lasting_server(folder / "server") as server,
        houses(folder / "houses", server, "journey") as builder,
    ):
        house = builder.build("company")
        _furnish(house, str(post.port))
        code = re.search(r"\b(\d{6}|\d{3} \d{3})\b", post.messages[0].text())
        assert code, post.messages[0].text()
        _furnish(house, "code", code[1])
        post.messages.clear()
        with open_house(house) as (url, _weigh):
            yield Company(url, house, post, chromium)


def _furnish(house: House, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.furnish", *words],
        cwd=ROOT,
        env=house.environment() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
