"""The base crashes again and again, then is away for a while; mail goes on coming (R2, R3).

Half of the letters come into the mailbox, half are handed to the door, which must answer « later » and nothing else.
With `EGARDS_FULL_LETTERS=10000`: twenty crashes and ten minutes away; else four, and thirty seconds.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.full.seeds import seed_of
from tests.mail.dovecot import Dovecot
from tests.mail.record import LETTERS, WHOLE, Record, law_holds, law_in_words, seconds
from tests.mail.world import NO_ANSWER, Found, World, count, hand_over, letter, settle, world

CRASHES, AWAY_SECONDS = (20, 600.0) if LETTERS >= WHOLE else (4, 30.0)
#: How long the house is left in peace between two crashes.
PEACE_SECONDS = 4.0
PAUSE_SECONDS = 0.05
#: The numbers of the letters that gather while the base is away begin here.
GATHERED = 1_000_000


@dataclass
class Post:
    """What the door was handed, and what it said: the answers while the base was away are kept apart."""

    world: World
    answers: Counter[int] = field(default_factory=Counter)
    while_away: Counter[int] = field(default_factory=Counter)
    taken_at: list[float] = field(default_factory=list)
    n: int = 0
    is_away: bool = False
    is_over: bool = False

    def run(self) -> None:
        """Hand letters over, one by one, each again until it is taken; as many go into the mailbox."""
        while not self.is_over:
            self.world.server.deliver([letter(self.n)])
            raw = letter(self.n + 1)  # a sender that tries again sends the very same bytes
            while (code := hand_over(self.world.door, raw)) != 250:
                (self.while_away if self.is_away else self.answers)[code] += 1
                time.sleep(PAUSE_SECONDS)
            self.taken_at.append(time.monotonic())
            self.n += 2
            time.sleep(PAUSE_SECONDS)


@pytest.fixture
def around(server: Dovecot, request: pytest.FixtureRequest) -> Iterator[World]:
    """The house and what breaks around it."""
    with world(server, Path(tempfile.gettempdir()), seed=seed_of(request)) as made:
        yield made


def test_the_base_falls_and_is_away_and_nothing_is_lost(around: World) -> None:
    post = Post(around)
    around.keep_alive()
    writing = threading.Thread(target=post.run)
    writing.start()
    _wait_for_a_letter(post, since=time.monotonic())
    crashed = sorted(_crash(around, post) for _n in range(CRASHES))
    back, kept = _be_away(around, post)
    post.is_over = True
    writing.join()
    began = time.monotonic()
    settled = settle(around)
    found = count(around, [*range(post.n), *range(GATHERED, GATHERED + kept)])
    rate = kept / max(0.1, back + time.monotonic() - began)
    _record(post, found, crashed, back, settled, f"{kept} ; {rate:.0f}/s")
    assert (found.lost, found.doubled, found.half) == (0, 0, 0)
    assert law_holds(found.law)
    assert {code for code in post.answers | post.while_away if code >= 500} == set()
    assert set(post.while_away) <= {NO_ANSWER, 421, 451, 452}


def _crash(around: World, post: Post) -> float:
    """Crash the base and bring it back; return how long from the crash to the next letter taken."""
    began = time.monotonic()
    around.restart_base()
    up = time.monotonic()
    around.keep_alive()
    _wait_for_a_letter(post, since=up)
    time.sleep(around.chance.uniform(0.5, PEACE_SECONDS))
    return next(at for at in post.taken_at if at > up) - began


def _be_away(around: World, post: Post) -> tuple[float, int]:
    """Stop the base for a while, while letters gather; return how soon one is taken again, and how many gathered."""
    post.is_away = True
    around.cluster.stop("fast")
    gathered = range(GATHERED, GATHERED + max(100, LETTERS // 10))
    end = time.monotonic() + AWAY_SECONDS
    around.server.deliver([letter(n) for n in gathered])
    while time.monotonic() < end:
        around.keep_alive()
        time.sleep(0.5)
    around.start_base()
    up = time.monotonic()
    post.is_away = False
    _wait_for_a_letter(post, since=up)
    return next(at for at in post.taken_at if at > up) - up, len(gathered)


def _wait_for_a_letter(post: Post, *, since: float) -> None:
    end = time.monotonic() + 120
    while not any(at > since for at in post.taken_at[-3:]):
        assert time.monotonic() < end, "the door takes nothing any more"
        time.sleep(0.05)


def _record(post: Post, found: Found, crashed: list[float], back: float, settled: float, drained: str) -> None:
    record = Record("away", f"EGARDS_FULL_LETTERS={LETTERS} make test-mail ARGS='-k away'")
    said = ", ".join(f"{code or 'rien'} : {n}" for code, n in sorted(post.while_away.items()))
    record.add("R2", "redémarrages immédiats de PostgreSQL, le courrier continuant d’arriver", CRASHES)
    worst = crashed[min(len(crashed) - 1, round(0.95 * len(crashed)))]
    middle = crashed[len(crashed) // 2]
    record.add("R2", "de la chute à la lettre suivante prise : médiane ; 95 %", f"{seconds(middle)} ; {seconds(worst)}")
    record.add("R3", "base absente pendant", seconds(AWAY_SECONDS))
    record.add("R3", "ce que la porte a répondu pendant ce temps", said)
    record.add("R3", "de son retour à la première lettre prise", seconds(back))
    record.add("R3", "lettres amassées dans la boîte pendant l’absence ; lues et comprises, toutes à la suite", drained)
    record.add("R3", "retour au calme", seconds(settled))
    record.add("4", "lettres en tout, par IMAP et par LMTP", found.law["stored"])
    record.add("4", "la loi", law_in_words(found.law))
    record.add("R2", "**perdues ; doublées ; à moitié faites**", f"{found.lost} ; {found.doubled} ; {found.half}")
    record.write()
