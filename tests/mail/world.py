"""A house that may break, with all that may break around it, and what is asked of it then: is every letter here?"""

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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

import psycopg

from egards.cli.postgres import Cluster
from tests.houses import ROOT, House, Server, houses, wait_until
from tests.mail.chaos import Chaos, chaos
from tests.mail.dovecot import Dovecot, free_ports
from tests.mail.furnish import ADDRESS
from tests.mail.parts import Part
from tests.mail.record import law_of

MOST_SECONDS = 1800
#: What an LMTP client hears when nobody answers, or when the line breaks before the end.
NO_ANSWER = 0


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
        self.start_base()

    def start_base(self) -> None:
        """Bring the base back to where it is looked for."""
        point(self.socket, self.cluster, self.cluster.start())

    def keep_alive(self) -> None:
        """Start the parts that are dead."""
        for part in self.parts:
            part.keep_alive()


@dataclass(frozen=True)
class Found:
    """What a house holds in the end. ``half``: words without text, author, place in a history, or bytes."""

    lost: int
    doubled: int
    half: int
    law: dict[str, int]
    on_server: int
    not_here: int


@contextmanager
def world(server: Dovecot, folder: Path, *, seed: int) -> Iterator[World]:
    """A house whose base keeps its promises to the disk, whose mailbox is reached by a line that breaks.

    All that it keeps is below ``folder``.
    """
    place = Path(tempfile.mkdtemp(prefix="egards-tests-", dir=folder))
    place.chmod(0o711)
    cluster = Cluster(place, may_create_databases=True, say=lambda sentence: None)
    link = Path(tempfile.gettempdir()) / f"egards-tests-mail-{os.getpid()}"
    try:
        url = point(link, cluster, cluster.start())
        with houses(place / "houses", Server(url), "mail") as builder, chaos(server.imap, lambda: None) as line:
            house = builder.build("kills")
            settings = {"DJANGO_SETTINGS_MODULE": "egards.config.settings"}
            command = [sys.executable, "-m", "tests.mail.furnish", str(line.port)]
            subprocess.run(command, cwd=ROOT, env=house.environment() | settings, check=True)
            (door,) = free_ports(1)
            settings |= {"EGARDS_LMTP": f"127.0.0.1:{door}"}
            parts = [Part(name, house, settings) for name in ("mailboxes", "worker", "mail-door")]
            made = World(house, cluster, server, line, door, random.Random(seed), parts, link)
            try:
                yield made
            finally:
                made.is_over.set()
                for part in parts:
                    part.kill()
    finally:
        cluster.remove()
        shutil.rmtree(place, ignore_errors=True)
        link.unlink(missing_ok=True)


def point(link: Path, cluster: Cluster, url: str) -> str:
    """Let a link of our own lead to where the base is now; return the URL by that link."""
    folder = (cluster.folder / "socket").read_text().strip()
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    return url.replace(quote(folder), quote(str(link)))


def letter(n: int, *, filling: str = "") -> bytes:
    """A letter like no other: its number stands in its text."""
    now = format_datetime(datetime.now(UTC))
    head = f"From: Client {n % 500} <c{n % 500}@client.example>\r\nTo: {ADDRESS}\r\nDate: {now}\r\n"
    head += f"Message-ID: <lettre-{n}@client.example>\r\nSubject: Lettre {n}\r\nMIME-Version: 1.0\r\n"
    filling = filling or "Je vous écris au sujet de ma commande. " * (1 + n % 40)
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\nLettre numéro {n}.\r\n\r\n{filling}\r\n".encode()


def hand_over(port: int, raw: bytes) -> int:
    """Hand one letter over by LMTP; return the code that was answered, the first that is not 250."""
    with suppress(OSError, smtplib.SMTPException), smtplib.LMTP("127.0.0.1", port, timeout=20) as line:
        line.ehlo_or_helo_if_needed()
        for said in (line.mail("client@client.example"), line.rcpt(ADDRESS)):
            if said[0] != 250:
                return said[0]
        return line.data(raw)[0]
    return NO_ANSWER


def settle(world: World) -> float:
    """Leave everything in peace until nothing waits and the server's list was compared with what is here."""
    world.house.ask("UPDATE touchpoints_mailbox SET asked_at = now() RETURNING 1")

    def is_quiet() -> bool:
        world.keep_alive()
        time.sleep(0.1)
        with suppress(psycopg.Error):
            ((compared, waiting),) = world.house.ask(
                "SELECT (SELECT bool_and(compared_at > asked_at) FROM touchpoints_mailbox),"
                " (SELECT count(*) FROM interactions_waiting)"
            )
            return bool(compared) and waiting == 0
        return False

    return wait_until(is_quiet, seconds=MOST_SECONDS, what="tout est lu")


def count(world: World, letters: Iterable[int]) -> Found:
    """Say what the house holds of letters, by their numbers."""
    house = world.house
    texts = [row[0] for row in house.ask("SELECT text FROM interactions_content c JOIN interactions_interaction i"
                                         " ON i.id = c.interaction_id WHERE i.direction = 'in'")]  # fmt: skip
    numbers = [text.partition(".")[0] for text in texts]
    ((half,),) = house.ask(_HALF)
    ((on_server, not_here),) = house.ask("SELECT on_server, not_here FROM touchpoints_mailbox")
    return Found(
        lost=len({f"Lettre numéro {n}" for n in letters} - set(numbers)),
        doubled=len(numbers) - len(set(numbers)),
        half=half,
        law=law_of(house),
        on_server=on_server,
        not_here=not_here,
    )


_HALF = """
SELECT count(*) FROM interactions_interaction i WHERE direction = 'in' AND (
 NOT EXISTS (SELECT 1 FROM interactions_content c WHERE c.interaction_id = i.id)
 OR NOT EXISTS (SELECT 1 FROM interactions_participation p WHERE p.interaction_id = i.id AND role = 'author')
 OR NOT EXISTS (SELECT 1 FROM customers_timelineentry t WHERE t.ref = i.id)
 OR NOT EXISTS (SELECT 1 FROM interactions_arrival a JOIN interactions_blob b ON b.id = a.blob_id
                WHERE a.id = i.arrival_id))
"""
