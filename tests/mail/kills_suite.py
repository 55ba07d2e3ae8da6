"""`make test-mail`: mail by IMAP and LMTP while everything around it is killed, cut and restarted (R1, R2, R9).

`EGARDS_FULL_LETTERS=10000` is the whole; the default is a trial of two minutes. `EGARDS_SEED` repeats a run.
One kill for every fifty letters, half of them by each way.
"""

from __future__ import annotations

import os
import random
import shutil
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from egards.cli.postgres import Cluster
from tests.full.seeds import seed_of
from tests.houses import ROOT, House, Server, houses, wait_until
from tests.mail.chaos import Chaos, chaos, whims
from tests.mail.dovecot import Dovecot, free_ports
from tests.mail.furnish import ADDRESS
from tests.mail.parts import Part
from tests.mail.record import LETTERS, Record, law_holds, law_in_words, law_of, seconds

KILLS = max(9, LETTERS // 50)
BURST = 20
#: A part has this long to come up before somebody thinks of killing it.
UP_SECONDS = 1.5
MOST_SECONDS = 1800


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
    law: dict[str, int] = field(default_factory=dict)
    lost: int = -1
    doubled: int = -1
    half: int = -1
    on_server: int = -1
    not_here: int = -1


@dataclass
class World:
    """The house, and all that may break around it."""

    house: House
    cluster: Cluster
    server: Dovecot
    line: Chaos
    door: int
    chance: random.Random
    parts: list[Part]
    #: Where the base is found: its own socket folder has another name after each start.
    socket: Path
    in_a_hurry: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)

    def restart_base(self) -> None:
        """Crash the base and bring it back."""
        self.cluster.stop("immediate")
        _point(self.socket, self.cluster, self.cluster.start())


@pytest.fixture
def world(request: pytest.FixtureRequest, server: Dovecot, tmp_path: Path) -> Iterator[World]:
    """A house whose base keeps its promises to the disk, whose mailbox is reached by a line that breaks."""
    chance = random.Random(request.getfixturevalue("figures").seed)
    folder = Path(tempfile.mkdtemp(prefix="egards-tests-"))
    cluster = Cluster(folder, may_create_databases=True, say=lambda sentence: None)
    link = Path(tempfile.gettempdir()) / f"egards-tests-mail-{os.getpid()}"
    try:
        url = _point(link, cluster, cluster.start())
        with houses(tmp_path / "houses", Server(url), "mail") as builder, chaos(server.imap, lambda: None) as line:
            house = builder.build("kills")
            settings = {"DJANGO_SETTINGS_MODULE": "egards.config.settings"}
            command = [sys.executable, "-m", "tests.mail.furnish", str(line.port)]
            subprocess.run(command, cwd=ROOT, env=house.environment() | settings, check=True)
            (door,) = free_ports(1)
            settings |= {"EGARDS_LMTP": f"127.0.0.1:{door}"}
            parts = [Part(name, house, settings) for name in ("mailboxes", "worker", "mail-door")]
            made = World(house, cluster, server, line, door, chance, parts, link)
            try:
                yield made
            finally:
                made.is_over.set()
                for part in parts:
                    part.kill()
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)
        link.unlink(missing_ok=True)


def _point(link: Path, cluster: Cluster, url: str) -> str:
    """Let a link of our own lead to where the base is now; return the URL by that link."""
    folder = (cluster.folder / "socket").read_text().strip()
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    return url.replace(quote(folder), quote(str(link)))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Gathered, told, and written at the end whatever was found."""
    found = Figures(seed_of(request))
    yield found
    page = _write(found)
    request.config.get_terminal_writer().line(f"{page}\n{found}")


def test_nothing_is_lost_nothing_is_doubled(world: World, figures: Figures) -> None:
    began = time.monotonic()
    feeding = [
        threading.Thread(target=_feed, args=(world,)),
        threading.Thread(target=_hand_over, args=(world, figures)),
    ]
    for thread in feeding:
        thread.start()
    world.line.patience = whims(world.chance, one_in=2, most=40_000)
    _break_everything(world, figures, feeding)
    for thread in feeding:
        thread.join()
    figures.cuts, world.line.patience = world.line.cuts, lambda: None
    _settle(world, figures)
    figures.seconds = time.monotonic() - began
    figures.kills = {part.name: part.kills for part in world.parts}
    figures.stops = {part.name: part.stop() for part in world.parts}
    _count(world, figures)
    assert (figures.lost, figures.doubled, figures.half) == (0, 0, 0)
    assert figures.law["waiting"] == figures.law["quarantined"] == figures.not_here == 0
    assert law_holds(figures.law)


def _letter(n: int) -> bytes:
    """A letter like no other: its number stands in its text."""
    now = format_datetime(datetime.now(UTC))
    head = f"From: Client {n % 500} <c{n % 500}@client.example>\r\nTo: {ADDRESS}\r\nDate: {now}\r\n"
    head += f"Message-ID: <lettre-{n}@client.example>\r\nSubject: Lettre {n}\r\nMIME-Version: 1.0\r\n"
    filling = "Je vous écris au sujet de ma commande. " * (1 + n % 40)
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\nLettre numéro {n}.\r\n\r\n{filling}\r\n".encode()


def _feed(world: World) -> None:
    """The odd letters, into the mailbox, by bursts as long as things break."""
    numbers = range(1, LETTERS, 2)
    for start in range(0, len(numbers), BURST):
        world.server.deliver([_letter(n) for n in numbers[start : start + BURST]])
        world.in_a_hurry.wait(KILLS * 1.2 / max(1, len(numbers) / BURST))


def _hand_over(world: World, figures: Figures) -> None:
    """The even letters, as another mail server does: each again until « 250 » was said."""
    for n in range(0, LETTERS, 2):
        raw = _letter(n)
        while not world.is_over.is_set() and not _is_taken(world.door, raw):
            figures.handed_again += 1
            time.sleep(0.1)
        world.in_a_hurry.wait(KILLS * 1.2 / (LETTERS / 2))


def _is_taken(port: int, raw: bytes) -> bool:
    with suppress(OSError, smtplib.SMTPException), smtplib.LMTP("127.0.0.1", port, timeout=20) as line:
        line.ehlo_or_helo_if_needed()
        if line.mail("client@client.example")[0] == 250 and line.rcpt(ADDRESS)[0] == 250:
            return line.data(raw)[0] == 250
    return False


def _break_everything(world: World, figures: Figures, feeding: list[threading.Thread]) -> None:
    """Kill a part at a random moment of its life, again and again; restart the servers now and then."""
    done = 0
    while done < KILLS or any(thread.is_alive() for thread in feeding):
        for part in world.parts:
            part.keep_alive()
        part = world.chance.choice(world.parts)
        wait = UP_SECONDS + world.chance.uniform(0.05, 2) - (time.monotonic() - part.started_at)
        if done < KILLS:
            time.sleep(max(0.05, wait) if world.chance.random() < 0.5 else world.chance.uniform(0.05, 2))
            part.kill()
            done += 1
            _restart_servers(world, figures, done)
        else:
            world.in_a_hurry.set()
            time.sleep(0.2)


def _restart_servers(world: World, figures: Figures, done: int) -> None:
    every = max(3, KILLS // 20)
    if done % every == 1:
        world.restart_base()
        figures.base_restarts += 1
    if done % every == 2:
        world.server.stop(kill=done % (2 * every) == 2)
        if done > KILLS // 2 and not figures.renumbered:
            world.server.renumber()
            figures.renumbered = 1
        world.server.start()
        figures.server_restarts += 1


def _settle(world: World, figures: Figures) -> None:
    """Leave everything in peace until nothing waits and the server's list was compared with what is here."""
    began = time.monotonic()
    world.house.ask("UPDATE touchpoints_mailbox SET asked_at = now() RETURNING 1")

    def is_quiet() -> bool:
        for part in world.parts:
            part.keep_alive()
        with suppress(psycopg.Error):
            ((compared, waiting),) = world.house.ask(
                "SELECT (SELECT bool_and(compared_at > asked_at) FROM touchpoints_mailbox),"
                " (SELECT count(*) FROM interactions_waiting)"
            )
            return bool(compared) and waiting == 0
        return False

    wait_until(is_quiet, seconds=MOST_SECONDS, what="tout est lu")
    figures.settled = time.monotonic() - began


def _count(world: World, figures: Figures) -> None:
    house = world.house
    texts = [row[0] for row in house.ask("SELECT text FROM interactions_content c JOIN interactions_interaction i"
                                         " ON i.id = c.interaction_id WHERE i.direction = 'in'")]  # fmt: skip
    numbers = [text.partition(".")[0] for text in texts]
    figures.lost = len({f"Lettre numéro {n}" for n in range(LETTERS)} - set(numbers))
    figures.doubled = len(numbers) - len(set(numbers))
    ((figures.half,),) = house.ask(
        "SELECT count(*) FROM interactions_interaction i WHERE direction = 'in' AND (NOT EXISTS"
        " (SELECT 1 FROM interactions_content c WHERE c.interaction_id = i.id) OR NOT EXISTS"
        " (SELECT 1 FROM interactions_participation p WHERE p.interaction_id = i.id AND role = 'author') OR NOT EXISTS"
        " (SELECT 1 FROM customers_timelineentry t WHERE t.ref = i.id) OR NOT EXISTS"
        " (SELECT 1 FROM interactions_arrival a JOIN interactions_blob b ON b.id = a.blob_id"
        "  WHERE a.id = i.arrival_id))"
    )
    figures.law = law_of(house)
    ((figures.on_server, figures.not_here),) = house.ask("SELECT on_server, not_here FROM touchpoints_mailbox")


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
    record.add("4", "la loi", law_in_words(figures.law))
    record.add("R1", "**perdues ; doublées ; à moitié faites**", f"{figures.lost} ; {figures.doubled} ; {figures.half}")
    record.add("4", "sur le serveur ; manquant ici", f"{figures.on_server} ; {figures.not_here}")
    record.add("4", "durée ; retour au calme", f"{seconds(figures.seconds)} ; {seconds(figures.settled)}")
    record.add("R23", "arrêt demandé (SIGTERM)", stops)
    return record.write()
