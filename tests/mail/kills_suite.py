"""`make test-mail`: mail by IMAP and LMTP while everything around it is killed, cut and restarted (R1, R2, R9).

`EGARDS_FULL_LETTERS=10000` is the whole; the default is a trial of two minutes. `EGARDS_SEED` repeats a run.
One kill for every fifty letters, half of them by each way.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.full.seeds import seed_of
from tests.mail.chaos import whims
from tests.mail.dovecot import Dovecot
from tests.mail.record import LETTERS, Record, law_holds, law_in_words, seconds
from tests.mail.world import Found, World, count, hand_over, letter, settle, world

KILLS = max(9, LETTERS // 50)
BURST = 20
#: A part has this long to come up before somebody thinks of killing it.
UP_SECONDS = 1.5


@dataclass
class Figures:
    """What the page will say."""

    seed: int
    kills: dict[str, int] = field(default_factory=dict)
    cuts: int = 0
    handed_again: int = 0
    server_restarts: int = 0
    base_restarts: int = 0
    renumbered: int = 0
    seconds: float = 0.0
    settled: float = 0.0
    stops: dict[str, float] = field(default_factory=dict)
    found: Found | None = None


@pytest.fixture
def around(server: Dovecot, figures: Figures) -> Iterator[World]:
    """The house and what breaks around it."""
    with world(server, Path(tempfile.gettempdir()), seed=figures.seed) as made:
        yield made


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Gathered, told, and written at the end whatever was found."""
    found = Figures(seed_of(request))
    yield found
    page = _write(found)
    request.config.get_terminal_writer().line(f"{page}\n{found}")


def test_nothing_is_lost_nothing_is_doubled(around: World, figures: Figures) -> None:
    began = time.monotonic()
    feeding = [
        threading.Thread(target=_feed, args=(around,)),
        threading.Thread(target=_hand_all_over, args=(around, figures)),
    ]
    for thread in feeding:
        thread.start()
    around.line.patience = whims(around.chance, one_in=2, most=40_000)
    _break_everything(around, figures, feeding)
    for thread in feeding:
        thread.join()
    figures.cuts, around.line.patience = around.line.cuts, lambda: None
    figures.settled = settle(around)
    figures.seconds = time.monotonic() - began
    figures.kills = {part.name: part.kills for part in around.parts}
    figures.stops = {part.name: part.stop() for part in around.parts}
    found = figures.found = count(around, range(LETTERS))
    assert (found.lost, found.doubled, found.half) == (0, 0, 0)
    assert found.law["quarantined"] == found.not_here == 0
    assert law_holds(found.law)


def _feed(around: World) -> None:
    """The odd letters, into the mailbox, by bursts as long as things break."""
    numbers = range(1, LETTERS, 2)
    for start in range(0, len(numbers), BURST):
        around.server.deliver([letter(n) for n in numbers[start : start + BURST]])
        around.in_a_hurry.wait(KILLS * 1.2 / max(1, len(numbers) / BURST))


def _hand_all_over(around: World, figures: Figures) -> None:
    """The even letters, as another mail server does: each again until « 250 » was said."""
    for n in range(0, LETTERS, 2):
        raw = letter(n)
        while not around.is_over.is_set() and hand_over(around.door, raw) != 250:
            figures.handed_again += 1
            time.sleep(0.1)
        around.in_a_hurry.wait(KILLS * 1.2 / (LETTERS / 2))


def _break_everything(around: World, figures: Figures, feeding: list[threading.Thread]) -> None:
    """Kill a part at a random moment of its life, again and again; restart the servers now and then."""
    done = 0
    while done < KILLS or any(thread.is_alive() for thread in feeding):
        around.keep_alive()
        part = around.chance.choice(around.parts)
        wait = UP_SECONDS + around.chance.uniform(0.05, 2) - (time.monotonic() - part.started_at)
        if done < KILLS:
            time.sleep(max(0.05, wait) if around.chance.random() < 0.5 else around.chance.uniform(0.05, 2))
            part.kill()
            done += 1
            _restart_servers(around, figures, done)
        else:
            around.in_a_hurry.set()
            time.sleep(0.2)


def _restart_servers(around: World, figures: Figures, done: int) -> None:
    every = max(3, KILLS // 20)
    if done % every == 1:
        around.restart_base()
        figures.base_restarts += 1
    if done % every == 2:
        around.server.stop(kill=done % (2 * every) == 2)
        if done > KILLS // 2 and not figures.renumbered:
            around.server.renumber()
            figures.renumbered = 1
        around.server.start()
        figures.server_restarts += 1


def _write(figures: Figures) -> Path:
    command = f"EGARDS_FULL_LETTERS={LETTERS} EGARDS_SEED={figures.seed} make test-mail ARGS='-k kills'"
    record = Record("kills", command)
    kills = ", ".join(f"{name} {n}" for name, n in figures.kills.items())
    stops = ", ".join(f"{name} {seconds(n)}" for name, n in figures.stops.items())
    record.add("4", "lettres (moitié IMAP, moitié LMTP)", LETTERS)
    record.add("R1", "kill -9", f"{sum(figures.kills.values())} ({kills})")
    record.add("R9", "liaisons coupées en pleine lecture", figures.cuts)
    record.add("R8", "lettres remises de nouveau, faute de « 250 »", figures.handed_again)
    record.add("4", "redémarrages du serveur IMAP, dont tué", figures.server_restarts)
    record.add("R9", "renumérotations (UIDVALIDITY)", figures.renumbered)
    record.add("R2", "redémarrages immédiats de PostgreSQL", figures.base_restarts)
    if found := figures.found:
        record.add("4", "la loi", law_in_words(found.law))
        record.add("R1", "**perdues ; doublées ; à moitié faites**", f"{found.lost} ; {found.doubled} ; {found.half}")
        record.add("4", "sur le serveur ; manquant ici", f"{found.on_server} ; {found.not_here}")
    else:
        record.add("4", "**le compte final**", "jamais atteint")
    record.add("4", "durée ; retour au calme", f"{seconds(figures.seconds)} ; {seconds(figures.settled)}")
    record.add("R23", "arrêt demandé (SIGTERM)", stops)
    return record.write()
