"""The disk under the base and under the large letters is full, again and again; mail goes on coming (R4).

A disk of its own (tmpfs) is filled to the last byte, held so for a while, and freed. Who finds no room answers
« later », nothing half written stays, and everything goes on by itself once there is room. Only root may mount a disk.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

import pytest

from egards.cli.postgres_place import ClusterError
from tests.full.seeds import seed_of
from tests.mail.dovecot import Dovecot
from tests.mail.record import LETTERS, WHOLE, Record, law_holds, law_in_words, seconds, skip
from tests.mail.world import NO_ANSWER, Found, World, count, hand_over, letter, settle, world

CYCLES = 20 if LETTERS >= WHOLE else 3
DISK_MEGABYTES = 400
FULL_SECONDS = 8.0
PEACE_SECONDS = 2.0
#: A letter that does not fit in the base: its bytes are a file.
LARGE = "Voici ma photographie, décrite mot à mot. " * 8000
#: The numbers of the large letters begin here.
LARGE_FROM = 1_000_000
PAUSE_SECONDS = 0.05


@dataclass
class Post:
    """One line to the door, and what it said, while there is room and while there is none."""

    world: World
    first: int
    filling: str = ""
    also_by_imap: bool = False
    answers: dict[bool, Counter[int]] = field(default_factory=lambda: {True: Counter(), False: Counter()})
    n: int = 0
    is_full: bool = False
    is_over: bool = False

    @property
    def numbers(self) -> range:
        """Of the letters that it handed over."""
        return range(self.first, self.first + self.n)

    def run(self) -> None:
        """Hand letters over, one by one, each again until it is taken; as many go into the mailbox."""
        while not self.is_over:
            if self.also_by_imap:
                self.world.server.deliver([letter(self.first + self.n)])
                self.n += 1
            raw = letter(self.first + self.n, filling=self.filling)
            while (code := hand_over(self.world.door, raw)) != 250:
                self.answers[self.is_full][code] += 1
                time.sleep(PAUSE_SECONDS)
            self.answers[self.is_full][250] += 1
            self.n += 1
            time.sleep(PAUSE_SECONDS * (5 if self.filling else 1))


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of its own in memory. Raises ``OSError`` where none may be mounted."""
    with tempfile.TemporaryDirectory(prefix="egards-tests-disk-", ignore_cleanup_errors=True) as name:
        size = f"size={DISK_MEGABYTES}m,mode=0711"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", name], capture_output=True, text=True)
        if done.returncode:
            raise OSError(done.stderr.strip())
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk, or the reason why there is none."""
    tried = [("R4", "le disque plein, sous la base et sous les grandes lettres")]
    if os.geteuid():
        skip("disk", tried, "seul root peut monter un disque")
    try:
        with small_disk() as folder:
            yield folder
    except OSError as error:
        skip("disk", tried, f"aucun disque ne peut être monté ({error})")


@pytest.fixture
def around(server: Dovecot, disk: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """The house, on the small disk."""
    with world(server, disk, seed=seed_of(request)) as made:
        yield made


def test_a_full_disk_loses_nothing_and_leaves_nothing_half_written(around: World, disk: Path) -> None:
    posts = (Post(around, 0, also_by_imap=True), Post(around, LARGE_FROM, filling=LARGE))
    around.keep_alive()
    writing = [threading.Thread(target=post.run) for post in posts]
    for thread in writing:
        thread.start()
    falls = sum(_fill_and_free(around, posts, disk) for _n in range(CYCLES))
    for post, thread in zip(posts, writing, strict=True):
        post.is_over = True
        thread.join()
    settled = settle(around)
    drafts = [one for one in (around.house.home / "blobs").glob("*/.*") if one.is_file()]
    found = count(around, [n for post in posts for n in post.numbers])
    _record(posts, found, falls, len(drafts), settled)
    assert (found.lost, found.doubled, found.half) == (0, 0, 0)
    assert law_holds(found.law)
    assert drafts == []
    for post in posts:
        assert set(post.answers[True]) <= {250, NO_ANSWER, 421, 451, 452}
        assert 452 in post.answers[True], "the disk was never full for the door"


def _fill_and_free(around: World, posts: Sequence[Post], disk: Path) -> int:
    """Fill the disk, hold it full, free it; return whether the base itself had to be started again."""
    time.sleep(PEACE_SECONDS)
    ballast = disk / "ballast"
    end = time.monotonic() + FULL_SECONDS
    with ballast.open("ab", buffering=0) as file:
        while time.monotonic() < end:
            _fill(file)
            for post in posts:
                post.is_full = True
            around.keep_alive()
            time.sleep(0.2)
    for post in posts:
        post.is_full = False
    ballast.unlink()
    return _is_started_again(around)


def _fill(file: FileIO) -> None:
    """Write to the last byte."""
    for size in (1 << 20, 4096, 1):
        with suppress(OSError):
            while file.write(b"\0" * size) == size:
                pass


def _is_started_again(around: World) -> int:
    """A base that could not even write its journal has stopped, as it must; the house starts it again."""
    try:
        around.house.ask("SELECT 1")
    except Exception:  # whatever way it is away
        with suppress(ClusterError):
            around.cluster.stop("immediate")
        around.start_base()
        return 1
    return 0


def _record(posts: Sequence[Post], found: Found, falls: int, drafts: int, settled: float) -> None:
    record = Record("disk", f"EGARDS_FULL_LETTERS={LETTERS} make test-mail ARGS='-k disk'")
    small, large = (
        ", ".join(f"{code or 'rien'} : {n}" for code, n in sorted(post.answers[True].items())) for post in posts
    )
    how = f"disque de {DISK_MEGABYTES} Mo, {seconds(FULL_SECONDS)} chaque fois"
    record.add("R4", f"fois plein au dernier octet ({how})", CYCLES)
    record.add("R4", "ce que la porte a répondu alors : lettres qui vont dans la base", small)
    record.add("R4", "lettres de 340 Ko, qui sont des fichiers", large)
    record.add("R4", "dont la base elle-même arrêtée, puis remise en route", falls)
    record.add("R4", "lettres remises en tout, par IMAP et par LMTP", sum(post.n for post in posts))
    record.add("R4", "la loi", law_in_words(found.law))
    record.add("R4", "**perdues ; doublées ; à moitié faites**", f"{found.lost} ; {found.doubled} ; {found.half}")
    record.add("R4", "fichiers à moitié écrits", drafts)
    record.add("R4", "retour au calme", seconds(settled))
    record.write()
