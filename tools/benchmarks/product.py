"""Égards as a person runs it: `egards import` on an empty house, then `egards run` at rest."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from egards.cli.supervisor import free_port
from tests.houses import Builder, House, figures_of, wait_until
from tests.pictures import effects_in, law_of, lost_and_doubled
from tools.benchmarks.pages import answers

REST_SECONDS = 20


@dataclass(frozen=True)
class ProductRun:
    """What one import did, and at which pace."""

    mails: int
    inside_seconds: float
    whole_seconds: float
    stored: int
    duplicate: int
    quarantined: int
    unread: int
    lost: int
    doubled: int
    faults: int

    @property
    def inside(self) -> float:
        """Mails per second from the first file opened to the last reading written."""
        return self.mails / self.inside_seconds

    @property
    def whole(self) -> float:
        """Mails per second from the command typed to the prompt back."""
        return self.mails / self.whole_seconds


@dataclass(frozen=True)
class AtRest:
    """The open house: how soon it answers, and its memory without PostgreSQL, in bytes."""

    first_page_seconds: float
    processes: int
    rss: int
    pss: int


def import_mails(builder: Builder, folder: Path, mails: Sequence[Path], name: str) -> tuple[ProductRun, House]:
    """Import the mails into a new empty house; check every one of them afterwards."""
    linked = _folder_of(folder / "product-mails", mails)
    house = builder.build(name)
    began = time.perf_counter()
    done = house.egards("import", linked)
    whole = time.perf_counter() - began
    if done.returncode:
        raise AssertionError(f"egards import a fini par {done.returncode} :\n{done.stderr[-2000:]}")
    inside = re.search(r"durée : ([\d,]+)", done.stdout)
    assert inside, done.stdout
    figures = figures_of(done.stdout)
    law, effects = law_of(house), effects_in(house)
    if not law.holds or effects:
        raise AssertionError(f"la loi ne tient pas : {law}, effets : {effects}")
    lost, doubled = lost_and_doubled(house, list(mails))
    unread = house.ask(
        "SELECT count(*) FROM interactions_content c LEFT JOIN understanding_reading r"
        " ON r.content_id = c.interaction_id AND r.is_current WHERE r.id IS NULL AND c.text <> ''"
    )
    run = ProductRun(
        mails=figures["présentés"],
        inside_seconds=float(inside[1].replace(",", ".")),
        whole_seconds=whole,
        stored=figures["gardés"],
        duplicate=figures["doublons"],
        quarantined=figures["en quarantaine"],
        unread=int(unread[0][0]),
        lost=lost,
        doubled=doubled,
        faults=done.stderr.count("Traceback"),
    )
    return run, house


def _folder_of(folder: Path, mails: Sequence[Path]) -> Path:
    """Return a folder with these very files (links to the same bytes on disk), made once for each choice of mails."""
    if not folder.exists() or len(list(folder.iterdir())) != len(mails):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for path in mails:
            (folder / path.name).hardlink_to(path)
    return folder


@contextmanager
def open_house(house: House, *, mail_door: str = "") -> Iterator[tuple[str, Callable[[], AtRest]]]:
    """Run the house, taking letters at ``mail_door`` if any; yield its address and how to weigh it now."""
    port = free_port(18000, "127.0.0.1")
    url = f"http://127.0.0.1:{port}"
    process = house.begin("run", "--port", str(port), log=house.home / "said", EGARDS_LMTP=mail_door)
    try:
        first = wait_until(lambda: answers(url), seconds=180, what="la première page")
        yield url, lambda: _weigh(process.pid, first)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _weigh(pid: int, first_page_seconds: float) -> AtRest:
    time.sleep(REST_SECONDS)
    first = psutil.Process(pid)
    everyone = [first, *first.children(recursive=True)]
    ours = [one.memory_full_info() for one in everyone if "postgres" not in one.name()]
    return AtRest(first_page_seconds, len(ours), sum(one.rss for one in ours), sum(one.pss for one in ours))
