"""``egards run`` as a person runs it: what dies comes back, Ctrl-C ends everything, a taken port is told."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from egards.cli.supervisor import address, free_port
from tests.houses import Builder, House, Server, houses, wait_until

PARTS = {"web": "granian", "worker": "egards.cli.child worker", "notifier": "egards.cli.child notifier"}
PARTS["mailboxes"] = "egards.cli.child mailboxes"


@dataclass
class OpenHouse:
    """A running house: its first process, what it says, and the address it told."""

    process: subprocess.Popen[str]
    log: Path
    asked: int

    @property
    def text(self) -> str:
        """All it said so far."""
        return self.log.read_text()

    @property
    def url(self) -> str:
        """The address it told, empty before."""
        found = re.search(r"http://localhost:(\d+)", self.text)
        return f"http://127.0.0.1:{found[1]}" if found else ""

    def answers(self) -> bool:
        """Whether ``/sante`` says that all is well."""
        directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with suppress(OSError, urllib.error.URLError), directly.open(f"{self.url}/sante", timeout=5) as page:
            return bool(page.status == 200 and page.read() == b"ok\n")
        return False

    def part(self, name: str) -> psutil.Process | None:
        """The process of one part, a direct child of the first one."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return next((child for child in children if PARTS[name] in " ".join(child.cmdline())), None)
        return None

    def everyone(self) -> list[psutil.Process]:
        """All its processes."""
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]


@contextmanager
def running(house: House, port: int) -> Iterator[OpenHouse]:
    """Open a house until the end of the block."""
    log = house.home / "said"
    opened = OpenHouse(house.begin("run", "--port", str(port), log=log), log, port)
    try:
        wait_until(lambda: opened.url != "" and opened.answers(), seconds=60, what="/sante")
        wait_until(lambda: all(map(opened.part, PARTS)), seconds=20, what="toutes ses parties")
        yield opened
    except AssertionError as error:
        raise AssertionError(f"{error}\n{opened.text}") from error
    finally:
        family = opened.everyone() if opened.process.poll() is None else []
        opened.process.send_signal(signal.SIGTERM)
        _gone, left = psutil.wait_procs(family, timeout=20)
        for process in left:
            process.kill()
        opened.process.wait(20)


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    with houses(tmp_path_factory.mktemp("houses"), Server(os.environ["DATABASE_URL"]), "supervised") as built:
        yield built


@pytest.fixture(scope="module")
def open_house(builder: Builder) -> Iterator[OpenHouse]:
    """A house asked to open on a port that somebody holds."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        with running(builder.build("open"), holder.getsockname()[1]) as opened:
            yield opened


def test_a_taken_port_is_told_and_the_next_free_one_taken(open_house: OpenHouse) -> None:
    assert f"Le port {open_house.asked} est pris." in open_house.text
    assert int(open_house.url.rsplit(":", 1)[1]) > open_house.asked
    assert open_house.answers()


def test_the_first_page_of_an_empty_house_is_told_and_takes_what_is_typed(open_house: OpenHouse) -> None:
    told = re.search(r"/debut/[a-z2-7]{32}/", open_house.text)
    assert told
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
    with browser.open(f"{open_house.url}{told[0]}", timeout=10) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
        here = page.url
    assert token
    said = {"csrfmiddlewaretoken": token[1], "name": "Lindelle", "phone": "0892 12 34 56"}
    with browser.open(here, data=urlencode(said).encode(), timeout=10) as answer:
        assert "surtaxé" in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError):
        browser.open(f"{open_house.url}/debut/{'a' * 32}/", timeout=10)


def test_a_form_can_be_posted_through_the_real_server(open_house: OpenHouse) -> None:
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
    page = f"{open_house.url}/compte/login/"
    with browser.open(page, timeout=10) as form:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.read().decode())
    assert token
    said = {"csrfmiddlewaretoken": token[1], "login": "personne@egards.example", "password": "x" * 100_000}
    with browser.open(page, data=urlencode(said).encode(), timeout=10) as answer:
        assert answer.status == 200  # the form again, with its refusal
    assert "Traceback" not in open_house.text


def lives(process: psutil.Process) -> bool:
    """Say whether a process runs; one that has ended and that nobody has buried yet does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_is_killed_comes_back(open_house: OpenHouse, name: str) -> None:
    killed = open_house.part(name)
    assert killed is not None
    its_own = killed.children(recursive=True)
    killed.kill()
    wait_until(lambda: open_house.part(name) not in (None, killed), seconds=20, what=name)
    wait_until(open_house.answers, seconds=20, what="/sante")
    assert f"{name} s’est arrêté (code -9)" in open_house.text
    assert not [process for process in its_own if lives(process)]


def test_ctrl_c_ends_everything(builder: Builder) -> None:
    with running(builder.build("closed"), free_port(20000 + os.getpid() % 20000, "127.0.0.1")) as opened:
        family = opened.everyone()
        assert len(family) >= 5
        opened.process.send_signal(signal.SIGINT)
        assert wait_until(lambda: opened.process.poll() is not None, seconds=20, what="fermeture") < 20
        assert opened.process.returncode == 0
        wait_until(lambda: "La maison est fermée." in opened.text, seconds=2, what="au revoir")
        assert not [process for process in family if lives(process)]
        assert "Traceback" not in opened.text


def test_when_the_supervisor_is_killed_nobody_is_left(builder: Builder) -> None:
    with running(builder.build("orphans"), free_port(20000 + os.getpid() % 20000, "127.0.0.1")) as opened:
        family = opened.everyone()
        opened.process.kill()
        opened.process.wait(10)
        _gone, left = psutil.wait_procs(family[1:], timeout=20)
        assert left == []


def test_the_address_told_is_the_one_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EGARDS_URL", raising=False)
    assert address("127.0.0.1", 8001) == "http://localhost:8001"
    assert address("0.0.0.0", 8001) == "http://localhost:8001"
    monkeypatch.setenv("EGARDS_URL", "https://ecoute.lindelle.example")
    assert address("127.0.0.1", 8001) == "https://ecoute.lindelle.example"
