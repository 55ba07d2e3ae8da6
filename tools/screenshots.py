"""`make screenshots`: every main page of the demo, photographed anew into docs/screenshots/.

The town moves into a throw-away house (tools/pictures_town.py), which is opened and visited with a real browser:
wide and on a phone, in light and in dark. A page that does not answer 200 stops everything: none is left out in
silence.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from egards.cli.supervisor import free_port
from tests.browser import find_chromium, switches
from tests.houses import House, Server, lasting_server, wait_until
from tools.benchmarks.pages import answers

ROOT = Path(__file__).resolve().parent.parent
SHOWN = ROOT / "docs" / "screenshots"
MOST_BYTES = 3_000_000
QUALITY = 0.65
#: What is typed for the filmstrip.
WORD = "Bonjour, il manque deux vis dans le carton de ma table. Nous serons huit à dîner samedi : que faire ?"
ANSWER = "Je m’en occupe moi-même, et je reviens vers vous à la date promise."
#: Pages that customers open, without an account.
PUBLIC = frozenset({"contact", "suivi", "debut"})
#: Pages of a manager, and of whoever keeps the house; the others are an adviser's.
MANAGED = frozenset({"pouls", "sortants"})
KEPT = frozenset({"points-de-contact", "reglages"})
_WEBP = """([png, quality]) => new Promise((done, failed) => {
  const image = new Image();
  image.onload = () => {
    const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
    canvas.getContext('2d').drawImage(image, 0, 0);
    done(canvas.toDataURL('image/webp', quality));
  };
  image.onerror = failed;
  image.src = 'data:image/png;base64,' + png;
})"""


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    name: str
    size: ViewportSize
    theme: str
    scale: float = 1


WIDE, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
LOOKS = (
    Look("large-clair", WIDE, "light"),
    Look("large-sombre", WIDE, "dark"),
    Look("telephone-clair", PHONE, "light", 1.5),
    Look("telephone-sombre", PHONE, "dark", 1.5),
)


class Refused(Exception):
    """A page did not answer as it should."""


def main() -> int:
    """Take every picture; 1 when a page fails or when all together they weigh too much."""
    folder = Path(tempfile.mkdtemp(prefix="egards-photos-"))
    try:
        with lasting_server(folder / "postgres") as server:
            pictures = take_all(server, folder)
    except Refused as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    weight = sum(len(data) for data in pictures.values())
    if weight > MOST_BYTES:
        print(f"✗ {weight / 1e6:.1f} Mo d’images, pour {MOST_BYTES / 1e6:.0f} au plus.", file=sys.stderr)
        return 1
    put(pictures)
    print(f"{len(pictures)} images, {weight / 1e6:.1f} Mo, dans {SHOWN.relative_to(ROOT)}.")
    return 0


def take_all(server: Server, folder: Path) -> dict[str, bytes]:
    """Return file name → picture: of the town, then of a house that has just been made."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=switches())
        town, fresh = built(server, folder, "town"), built(server, folder, "fresh")
        told = fill(town)
        camera = Camera(browser, told["passwords"])
        with opened(town) as (url, _said):
            camera.visit(url, told["addresses"])
            camera.film(url, told["addresses"])
        with opened(fresh) as (url, said):
            camera.visit(url, {"debut": first_page(said)})
        browser.close()
    return camera.pictures


def built(server: Server, folder: Path, name: str) -> House:
    """Return an empty house, its schema up to date."""
    server.make_base(f"photos_{name}")
    house = House(folder / name, server.url_of(f"photos_{name}"))
    house.home.mkdir(mode=0o700)
    done = house.egards("member")  # any command brings the schema up to date
    if done.returncode:
        raise Refused(done.stderr)
    return house


def fill(house: House) -> dict[str, dict[str, str]]:
    """Let the town move in; return « passwords » by login, and « addresses » of the pages by name."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.pictures_town"],
        cwd=ROOT,
        env=house.environment() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise Refused(f"La ville n’a pas pu s’installer :\n{done.stderr[-4000:]}")
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def opened(house: House) -> Iterator[tuple[str, Path]]:
    """Run the house; yield its address and where what it says is written."""
    port, said = free_port(18400, "127.0.0.1"), house.home / "said"
    url = f"http://localhost:{port}"
    process = house.begin("run", "--port", str(port), log=said, EGARDS_URL=url)
    try:
        wait_until(lambda: answers(url), seconds=90, what="la première page")
        yield url, said
    except Refused as problem:
        raise Refused(f"{problem}\n{said.read_text()[-3000:]}") from None
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def first_page(said: Path) -> str:
    """Return the address of the first page of a new house, as the house says it."""
    wait_until(lambda: "/debut/" in said.read_text(), seconds=30, what="l’adresse de la première page")
    found = re.search(r"/debut/\S+", said.read_text())
    assert found
    return found[0].rstrip(".,")


class Camera:
    """One browser, and the pictures taken with it."""

    def __init__(self, browser: Browser, passwords: dict[str, str]) -> None:
        self.browser = browser
        self._passwords = passwords
        self.pictures: dict[str, bytes] = {}
        self._darkroom = browser.new_page()

    def visit(self, url: str, addresses: dict[str, str]) -> None:
        """Photograph every address in every look, each as whoever opens such a page."""
        for login in ("", "ines", "helene", "yann"):
            mine = {name: address for name, address in addresses.items() if _opener(name) == login}
            session = self._signed_in(url, login) if login and mine else None
            for look in LOOKS if mine else ():
                context = self._context(url, look)
                if session:
                    context.add_cookies(session)  # type: ignore[arg-type]
                page = context.new_page()
                for name, address in mine.items():
                    self.pictures[f"{name}-{look.name}.webp"] = self._developed(photograph(page, address))
                context.close()

    def film(self, url: str, addresses: dict[str, str]) -> None:
        """Photograph gestures on a phone, for the filmstrip: a customer writes, an adviser reads, then answers.

        After every other picture: what is typed is kept as a draft, and would be seen on them.
        """
        for name, login, address, gesture in (
            ("ecrire", "", addresses["contact"], write_a_word),
            ("comprendre", "ines", addresses["conversation"], read_what_is_understood),
            ("repondre", "ines", addresses["conversation"], write_an_answer),
        ):
            session = self._signed_in(url, login) if login else []
            for look in LOOKS[2:]:
                context = self._context(url, look)
                context.add_cookies(session)  # type: ignore[arg-type]
                self.pictures[f"{name}-{look.name}.webp"] = self._developed(
                    photograph(context.new_page(), address, gesture)
                )
                context.close()

    def _context(self, url: str, look: Look) -> BrowserContext:
        return self.browser.new_context(
            base_url=url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport=look.size,
            device_scale_factor=look.scale,
            color_scheme="dark" if look.theme == "dark" else "light",
            reduced_motion="reduce",
        )

    def _signed_in(self, url: str, login: str) -> list[object]:
        context = self._context(url, LOOKS[0])
        page = context.new_page()
        page.goto("/compte/login/")
        page.fill("input[name=login]", f"{login}@lindelle.example")
        page.fill("input[name=password]", self._passwords[login])
        page.get_by_role("button", name="Se connecter", exact=True).click()
        page.wait_for_url(lambda there: "/login/" not in there)
        cookies: list[object] = list(context.cookies())
        context.close()
        return cookies

    def _developed(self, png: bytes) -> bytes:
        """As WebP, by the browser itself: a quarter of the weight."""
        data: str = self._darkroom.evaluate(_WEBP, [base64.b64encode(png).decode(), QUALITY])
        return base64.b64decode(data.partition(",")[2])


def _opener(name: str) -> str:
    whose = {"": PUBLIC, "helene": MANAGED, "yann": KEPT}
    return next((login for login, pages in whose.items() if name in pages), "ines")


def write_a_word(page: Page) -> None:
    """Type what a customer would, and leave it on the screen with its label."""
    page.fill("[name=write-text]", WORD)
    page.evaluate("window.scrollTo(0, document.getElementById('ecrire').getBoundingClientRect().top + scrollY - 300)")


def read_what_is_understood(page: Page) -> None:
    """Bring the first word, and what was understood of it, to the middle of the screen."""
    page.locator("summary", has_text="Pourquoi").first.evaluate("why => why.scrollIntoView({block: 'end'})")


def write_an_answer(page: Page) -> None:
    """Type an answer where it is typed."""
    page.click("#texte")
    page.fill("#texte", ANSWER)


def photograph(page: Page, address: str, gesture: Callable[[Page], None] = lambda page: None) -> bytes:
    """Open a page, do a gesture there and take it as the screen shows it.

    Raises ``Refused`` unless it answers 200 where it was asked.
    """
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise Refused(f"{address} répond {answer.status if answer else 'rien'}.")
    if page.url.partition("?")[0].rstrip("/") != answer.request.url.partition("?")[0].rstrip("/"):
        raise Refused(f"{address} mène à {page.url}.")
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    gesture(page)
    page.wait_for_timeout(400)  # charts draw themselves once the page is there
    return page.screenshot(animations="disabled")


def put(pictures: dict[str, bytes]) -> None:
    """Replace what is shown: a picture of a page that is gone goes too."""
    SHOWN.mkdir(exist_ok=True)
    for old in SHOWN.glob("*.webp"):
        old.unlink()
    for name, data in pictures.items():
        (SHOWN / name).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
