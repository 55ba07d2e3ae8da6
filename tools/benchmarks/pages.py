"""Pages as a signed-in member gets them: through HTTP, one after another, and how many queries each asks."""

from __future__ import annotations

import http.client
import http.cookies
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urlencode, urlsplit

from tests.houses import House

ROOT = Path(__file__).resolve().parents[2]
EMAIL, PASSWORD = "mesure@egards.example", "une phrase de passe pour la mesure"
WARM_UP, TIMES = 10, 100


@dataclass(frozen=True)
class Page:
    """One page: milliseconds at the client, kilobytes of HTML, queries."""

    name: str
    p50: float
    p95: float
    kilobytes: float
    queries: int


def answers(url: str) -> bool:
    """Whether the house says that it is well."""
    browser = Browser(url)
    try:
        return browser.get("/sante")[0] == 200
    except OSError:
        return False
    finally:
        browser.connection.close()


def measure_pages(url: str, house: House) -> list[Page]:
    """Measure the list of words, the page of the customer who wrote most, and a search for a common word."""
    addresses = _addresses(house)
    queries = _queries(house, list(addresses.values()))
    browser = Browser(url)
    browser.sign_in()
    return [_measured(browser, name, address, queries[address]) for name, address in addresses.items()]


class Browser:
    """The least of a browser: one kept connection, cookies."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=10)
        self.cookies: dict[str, str] = {}

    def get(self, address: str) -> tuple[int, str]:
        """Return a page's status and text."""
        return self._ask("GET", address, None)

    def sign_in(self) -> None:
        """Open a session by the same form as a member."""
        _, form = self.get("/compte/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token, "la page de connexion n’a pas de formulaire"
        said = {"csrfmiddlewaretoken": token[1], "login": EMAIL, "password": PASSWORD}
        status, _ = self._ask("POST", "/compte/login/", urlencode(said))
        if status != 302:
            raise AssertionError(f"connexion refusée ({status})")

    def _ask(self, method: str, address: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://{self.connection.host}:{self.connection.port}{address}"
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in http.cookies.SimpleCookie(line).items()}
        return answer.status, answer.read().decode()


def _addresses(house: House) -> dict[str, str]:
    talker = house.ask("SELECT customer_id FROM customers_timelineentry GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    word = house.ask(
        "SELECT word FROM ts_stat('SELECT search FROM interactions_content') WHERE length(word) > 4"
        " ORDER BY ndoc DESC, word LIMIT 1"
    )
    return {
        "échanges (liste)": "/echanges/",
        "client (le plus bavard)": f"/clients/{talker[0][0]}/",
        "recherche (le mot le plus courant)": f"/recherche/?q={quote(word[0][0])}",
    }


def _measured(browser: Browser, name: str, address: str, queries: int) -> Page:
    milliseconds, size = [], 0
    for _ in range(WARM_UP + TIMES):
        began = time.perf_counter()
        status, text = browser.get(address)
        milliseconds.append(1000 * (time.perf_counter() - began))
        size = len(text.encode())
        if status != 200:
            raise AssertionError(f"{address} répond {status}")
    kept = milliseconds[WARM_UP:]
    return Page(name, median(kept), quantiles(kept, n=20)[18], size / 1000, queries)


def _queries(house: House, addresses: list[str]) -> dict[str, int]:
    """Count in a process of its own: the product's, with Django's test client."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.benchmarks.count_queries", EMAIL, *addresses],
        cwd=ROOT,
        env=house.environment() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    counts: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counts
