"""A real Postfix as the site's mail server: it hands our letters over by LMTP, and relays what leaves the house.

Customers write through it while our door is killed and stays closed; the house's acknowledgements leave through it to
servers that put off, refuse, or take. `EGARDS_FULL_LETTERS=10000` is the whole (a fifth of them pass here).
"""

from __future__ import annotations

import random
import smtplib
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.full.seeds import seed_of
from tests.houses import ROOT, House, houses, lasting_server, wait_until
from tests.mail import postfix as real_postfix
from tests.mail.dovecot import free_ports
from tests.mail.furnish import ADDRESS
from tests.mail.parts import Part
from tests.mail.postfix import Postfix, postfix
from tests.mail.record import LETTERS, Record, law_holds, law_in_words, law_of, seconds, skip
from tests.smtp_server import SmtpServer, smtp_server

CUSTOMERS = max(60, LETTERS // 5)
LINES = 4
DOOR_KILLS = max(3, CUSTOMERS // 100)
CLOSED_SECONDS = 10.0
GONE = sum(1 for n in range(CUSTOMERS) if n % 10 == 0)
MOST_SECONDS = 600
_TRIED = (
    ("4", "Postfix devant la maison (LMTP)"),
    ("R10", "Postfix derrière la maison, relais qui remet à plus tard puis prend"),
    ("R10", "refus pour de bon, tâche dans la conversation"),
)


@dataclass
class Others(SmtpServer):
    """Everybody's servers: one customer in ten is gone, three in ten are put off once or twice before they get it."""

    put_off: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(  # noqa: N802 the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        kind = _number(address) % 10
        if kind == 0:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if kind <= 3 and self.put_off[address] < 1 + kind % 2:
            self.put_off[address] += 1
            return "451 4.7.1 Greylisted, come back later" if kind % 2 else "421 4.3.2 Not now"
        return await super().handle_RCPT(server, session, envelope, address, options)


@dataclass
class World:
    """The house, its carrier, the others."""

    house: House
    carrier: Postfix
    others: Others
    worker: Part
    door: Part


@dataclass(frozen=True)
class Found:
    """How it ended: letters of customers, then acknowledgements, then what was told of those that came back."""

    law: dict[str, int]
    lost: int
    doubled: int
    got: int
    got_twice: int
    told: int
    states: dict[str, int]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A house that writes and is written to through a Postfix; its sending address is proved."""
    if reason := real_postfix.why_not():
        skip("postfix", _TRIED, reason)
    for parent in (tmp_path, *tmp_path.parents[:3]):
        if parent.stat().st_uid == tmp_path.stat().st_uid and parent != Path("/tmp"):
            parent.chmod(0o711)  # the base's account crosses it when root runs the tests
    (port,) = free_ports(1)
    with (
        smtp_server(handler=Others()) as others,
        postfix(deliver_to=port, relay_to=others.port) as carrier,
        lasting_server(tmp_path / "server") as base,
        houses(tmp_path / "houses", base, "postfix") as builder,
    ):
        house = builder.build("maison")
        settings = {"DJANGO_SETTINGS_MODULE": "egards.config.settings", "EGARDS_LMTP": f"127.0.0.1:{port}"}
        furnish = [sys.executable, "-m", "tests.mail.sender", str(carrier.port)]
        subprocess.run(furnish, cwd=ROOT, env=house.environment() | settings, check=True)
        assert isinstance(others, Others)
        made = World(house, carrier, others, Part("worker", house, settings), Part("mail-door", house, settings))
        try:
            yield made
        finally:
            made.worker.kill()
            made.door.kill()


def test_postfix_keeps_what_we_cannot_take_and_brings_back_what_nobody_takes(
    world: World, request: pytest.FixtureRequest
) -> None:
    seed = seed_of(request)
    began = time.monotonic()
    _write_while_the_door_falls(world, random.Random(seed))
    quiet = wait_until(lambda: _is_over(world), seconds=MOST_SECONDS, what="tout est arrivé et reparti")
    took = time.monotonic() - began
    found = _count(world)
    command = f"EGARDS_FULL_LETTERS={LETTERS} EGARDS_SEED={seed} make test-mail ARGS='-k postfix'"
    record = Record("postfix", command)
    record.add("4", f"lettres remises à Postfix par {LINES} lignes SMTP, qu’il nous porte en LMTP", CUSTOMERS)
    record.add("R1", "notre porte tuée (kill -9) ; fermée d’affilée", f"{world.door.kills} ; {seconds(CLOSED_SECONDS)}")
    record.add("4", "remises que Postfix a gardées pour plus tard", world.carrier.count("status=deferred"))
    record.add("4", "**perdues ; doublées**", f"{found.lost} ; {found.doubled}")
    record.add("4", "la loi (les retours y entrent aussi)", law_in_words(found.law))
    record.add("R10", "accusés relayés par Postfix ; reçus deux fois", f"{found.got} ; {found.got_twice}")
    record.add("R10", "réponses 4xx du dernier serveur, reprises par Postfix", sum(world.others.put_off.values()))
    record.add("R10", "refus 5xx ; revenus dans leur conversation (« n’a pas pu partir »)", f"{GONE} ; {found.told}")
    record.add("4", "durée ; retour au calme, file de Postfix vide", f"{seconds(took)} ; {seconds(quiet)}")
    record.write()
    assert (found.lost, found.doubled, found.got_twice) == (0, 0, 0)
    assert law_holds(found.law)
    assert found.states == {"sent": CUSTOMERS - GONE, "failed": GONE}
    assert (found.got, found.told) == (CUSTOMERS - GONE, GONE)


def _count(world: World) -> Found:
    house = world.house
    came_in = Counter(int(n) for (n,) in house.ask(_NUMBERS))
    got = Counter(taken.recipients[0] for taken in world.others.messages)
    ((told,),) = house.ask("SELECT count(*) FROM conversations_event WHERE kind = 'send_failed'")
    return Found(
        law=law_of(house),
        lost=CUSTOMERS - len(came_in),
        doubled=sum(came_in.values()) - len(came_in),
        got=len(got),
        got_twice=sum(got.values()) - len(got),
        told=told,
        states=dict(house.ask("SELECT state, count(*)::int FROM interactions_delivery GROUP BY state")),
    )


_NUMBERS = (
    "SELECT substring(c.text FROM 'Lettre numéro (\\d+)') FROM interactions_content c JOIN interactions_interaction i"
    " ON i.id = c.interaction_id WHERE i.direction = 'in' AND c.text LIKE 'Lettre numéro%'"
)


def _write_while_the_door_falls(world: World, chance: random.Random) -> None:
    """Customers write on several lines; the door is killed now and then, and once stays closed for a while."""
    world.worker.keep_alive()
    world.door.keep_alive()
    writing = [threading.Thread(target=_write, args=(world.carrier, line)) for line in range(LINES)]
    for thread in writing:
        thread.start()
    for turn in range(DOOR_KILLS):
        time.sleep(chance.uniform(1.5, 3))
        world.door.kill()
        if turn == DOOR_KILLS // 2:
            time.sleep(CLOSED_SECONDS)
        world.door.keep_alive()
    for thread in writing:
        thread.join()


def _write(carrier: Postfix, line: int) -> None:
    """One customer in so many, letter after letter, spread over the time that the door falls."""
    pause = DOOR_KILLS * 2.5 / (CUSTOMERS / LINES)
    with smtplib.SMTP("127.0.0.1", carrier.port) as post:
        for n in range(line, CUSTOMERS, LINES):
            now = format_datetime(datetime.now(UTC))
            head = f"From: Client {n} <c{n}@client.example>\r\nTo: {ADDRESS}\r\nDate: {now}\r\nSubject: Lettre {n}\r\n"
            head += f"Message-ID: <lettre-{n}@client.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            text = f"{head}Lettre numéro {n}.\r\n\r\nMa commande n’est pas arrivée.\r\n"
            post.sendmail(f"c{n}@client.example", [ADDRESS], text.encode())
            time.sleep(pause)


def _is_over(world: World) -> bool:
    """Nothing waits anywhere: in Postfix, at the door, among what leaves, among what came back."""
    world.worker.keep_alive()
    world.door.keep_alive()
    time.sleep(0.2)
    with suppress(psycopg.Error):
        ((words, letters, waiting, sent_to_nobody),) = world.house.ask(_AT_REST)
        answered = words >= CUSTOMERS and letters == CUSTOMERS
        return bool(answered and not waiting and not sent_to_nobody and not world.carrier.waiting())
    return False


#: Words of customers, letters put out, what waits, letters said to have left to those who are gone.
_AT_REST = """
SELECT (SELECT count(*) FROM interactions_content WHERE text LIKE 'Lettre numéro%'),
 (SELECT count(*) FROM interactions_delivery),
 (SELECT count(*) FROM interactions_waiting) + (SELECT count(*) FROM interactions_delivery WHERE state = 'waiting')
  + (SELECT count(*) FROM core_happening WHERE followed_at IS NULL),
 (SELECT count(*) FROM interactions_delivery d JOIN interactions_handle h ON h.id = d.handle_id
  WHERE d.state = 'sent' AND h.value LIKE 'c%0@client.example')
 + (SELECT count(*) FROM interactions_delivery WHERE state = 'failed')
 - (SELECT count(*) FROM conversations_event WHERE kind = 'send_failed')
"""


def _number(address: str) -> int:
    return int(address.partition("@")[0].removeprefix("c"))
