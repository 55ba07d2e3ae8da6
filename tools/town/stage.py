"""The house the town plays in: a folder, a base, its processes on one moved clock, a mail relay, a stagehand."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from egards.cli.supervisor import free_port
from egards.core.clock import SharedClock
from tests.houses import House, Server, lasting_server, wait_until
from tests.smtp_server import SmtpServer, smtp_server
from tools.benchmarks.pages import answers
from tools.town.visits import Browser, Unexpected

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT = 28600
OPEN_SECONDS = 120.0
KEEPER = "yann"


@dataclass
class Stage:
    """An open house, and the hands that move its time."""

    house: House
    clock: SharedClock
    url: str
    doors: Mapping[str, Any]
    post: SmtpServer
    folder: Path
    _hand: subprocess.Popen[str]

    def move_to(self, at: datetime) -> None:
        """Let it be ``at`` in the whole house."""
        self.clock.write(at)

    def order(self, do: str, **more: Any) -> dict[str, Any]:
        """Have the stagehand do something; return its answer."""
        assert self._hand.stdin
        assert self._hand.stdout
        self._hand.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._hand.stdin.flush()
        line = self._hand.stdout.readline()
        if not line:
            raise Unexpected("the stagehand left: see stagehand.log")
        found: dict[str, Any] = json.loads(line)
        return found

    def rest(self) -> None:
        """Wait until the house has done all that is due."""
        self.order("rest")

    def wake(self, *names: str) -> None:
        """Have the house's worker do jobs now, and wait until all is at rest."""
        self.order("jobs", names=names)
        self.rest()

    def sign_in(self, login: str) -> Browser:
        """Open a member's session by the form that they use."""
        return signed_in(self.url, self.doors["emails"][login], self.doors["passwords"][login])


def signed_in(url: str, email: str, password: str, *, source: str = "127.0.0.1") -> Browser:
    """Open a member's session by the form that they use. Raises ``Unexpected`` when they may not come in."""
    browser = Browser(url, source=source)
    browser.get("/compte/login/")
    answer = browser.post("/compte/login/", {"login": email, "password": password})
    if answer.status != 302:
        raise Unexpected(f"{email} n’entre pas : {answer.status}")
    return browser


@contextmanager
def opened(folder: Path, at: datetime) -> Iterator[Stage]:
    """Build the house, settle Maison Lindelle in it, open it, prove its address; take all down at the end."""
    with ExitStack() as held:
        server = held.enter_context(lasting_server(folder / "postgres"))
        clock = SharedClock.make(folder / "clock", at)
        house = _built(server, folder)
        settings: dict[str, Any] = {"EGARDS_CLOCK": str(folder / "clock"), "EGARDS_TESTING": "1"}
        doors = _settled(house, settings)
        post = held.enter_context(smtp_server())
        url = held.enter_context(_running(house, settings, folder))
        hand = held.enter_context(_stagehand(house, settings, folder))
        stage = Stage(house, clock, url, doors, post, folder, hand)
        prove(stage.sign_in(KEEPER), doors, post)
        yield stage


def _built(server: Server, folder: Path) -> House:
    server.make_base("town")
    house = House(folder / "house", server.url_of("town"))
    house.home.mkdir(mode=0o700)
    done = house.egards("member")  # any command brings the schema up to date
    if done.returncode:
        raise Unexpected(done.stderr)
    return house


def _settled(house: House, settings: Mapping[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tools.town.settle"], cwd=ROOT, env=_environment(house, settings), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unexpected(done.stderr)
    doors: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return doors


def _environment(house: House, settings: Mapping[str, str]) -> dict[str, str]:
    return house.environment() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings", **settings}


@contextmanager
def _running(house: House, settings: dict[str, Any], folder: Path) -> Iterator[str]:
    port = free_port(FIRST_PORT, "127.0.0.1")
    process = house.begin("run", "--port", str(port), log=folder / "run.log", **settings)
    url = f"http://localhost:{port}"
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}"), seconds=OPEN_SECONDS, what="la maison")
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@contextmanager
def _stagehand(house: House, settings: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    with (folder / "stagehand.log").open("w") as log:
        hand = subprocess.Popen(
            [sys.executable, "-m", "tools.town.stagehand"], cwd=ROOT, env=_environment(house, settings), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
    try:
        yield hand
    finally:
        if hand.stdin:
            hand.stdin.close()
        hand.wait(30)


def prove(keeper: Browser, doors: Mapping[str, Any], post: SmtpServer) -> None:
    """Prove the sending addresses as their keeper does, then leave."""
    for mailbox, address in doors["mailboxes"]:
        _prove(keeper, mailbox, address, post)
    keeper.close()


def _prove(keeper: Browser, mailbox: str, address: str, post: SmtpServer) -> None:
    """One address: the relay, the code that comes by mail, the code given back."""
    base = f"/reglages/points-de-contact/{mailbox}"
    keeper.get(f"{base}/envoi/")
    relay = {
        "address": address, "sender_name": "Maison Lindelle", "host": "127.0.0.1",
        "port": str(post.port), "security": "none", "username": "", "plus_addresses": "on",
    }  # fmt: skip
    keeper.post(f"{base}/envoi/", relay)
    if not post.messages:
        raise Unexpected("aucun code n’est arrivé : " + " ".join(keeper.get(f"{base}/envoi/").text.split())[-1500:])
    code = re.search(r"\b\d{6}\b", post.messages.pop().text())
    assert code
    keeper.post(f"{base}/code/", {"code": code[0]})
    if "prouvée" not in keeper.get(f"{base}/envoi/").text:
        raise Unexpected(f"{address} n’est pas prouvée")
