"""Letters through a relay in a bad mood: refusals, greylists, broken lines, senders killed half way, two at once.

Every letter ends, none is lost, and whoever receives one twice received the same message. `EGARDS_FULL_LETTERS=10000`
is the whole, `EGARDS_SEED` repeats a run; the default is small enough for any day. Page: docs/reliability.md.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from uuid import uuid4

import pytest
from django.db import connection

from egards.core.clock import now
from egards.interactions import sending
from egards.interactions.actions import handle_digest
from egards.interactions.models import Delivery, Handle
from egards.interactions.outbox import put_out
from egards.interactions.sending import send_due
from egards.touchpoints.models import Touchpoint
from tests.builders import mailbox
from tests.full.seeds import seed_of
from tests.mail.record import LETTERS, Record
from tests.smtp_server import SmtpServer, smtp_server

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "bonjour@lindelle.example"
MOODS = ("", "", "", "", "451 4.7.1 greylisted", "452 4.2.2 full", "550 5.1.1 unknown", "hang up", "hang up but keep")


class MoodyServer(SmtpServer):
    """Answers at random once the message was given; keeps some of those after which it hangs up."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.chance = chance
        self.moods: Counter[str] = Counter()

    def _next(self, at: str) -> str:
        if at != "DATA":
            return ""
        mood = self.chance.choice(MOODS)
        self.moods[mood] += 1
        self.keeps_what_it_refuses = mood == "hang up but keep"
        return "hang up" if mood.startswith("hang up") else mood


def test_every_letter_ends_and_who_gets_two_gets_one(request: pytest.FixtureRequest) -> None:
    seed = seed_of(request)
    chance = random.Random(seed)
    with smtp_server(handler=MoodyServer(chance)) as server:
        _put_out(server)
        killed = _send_until_the_end(chance)
    ended = Counter(Delivery.objects.values_list("state", flat=True))
    got = Counter(taken.message["Message-ID"] for taken in server.messages)
    doubts = Delivery.objects.filter(is_uncertain=True).count()
    twice = sum(n - 1 for n in got.values())
    said = f"EGARDS_SEED={seed}: {LETTERS} letters, {dict(ended)}, {killed} kills, {doubts} doubts, {twice} twice"
    request.config.get_terminal_writer().line(said)
    _record(seed, server, ended, killed, doubts, twice)
    assert set(ended) <= {"sent", "failed"}
    assert ended.total() == LETTERS
    sent = {f"<{one}>" for one in Delivery.objects.filter(state="sent").values_list("message_id", flat=True)}
    assert sent <= set(got), "one that is said to have left was never received"
    again = {one for one, n in got.items() if n > 1}
    uncertain = {f"<{one}>" for one in Delivery.objects.filter(is_uncertain=True).values_list("message_id", flat=True)}
    assert again <= uncertain, "one arrived twice and nobody said that it might"


def test_two_senders_never_send_the_same_letter() -> None:
    with smtp_server() as server:
        _put_out(server)
        senders = [threading.Thread(target=_send_all) for _n in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(timeout=300)
    assert len(server.messages) == LETTERS
    assert len({taken.message["Message-ID"] for taken in server.messages}) == LETTERS
    assert set(Delivery.objects.values_list("state", "tries")) == {("sent", 1)}


def _record(seed: int, server: SmtpServer, ended: Counter[str], killed: int, doubts: int, twice: int) -> None:
    record = Record("outbox", f"EGARDS_FULL_LETTERS={LETTERS} EGARDS_SEED={seed} make test-outbox")
    record.add("R10", "lettres mises au départ", LETTERS)
    record.add("R10", "envois tués entre la réponse du relais et la note que nous en prenons", killed)
    record.add("R10", "parties ; refusées pour de bon", f"{ended['sent']} ; {ended['failed']}")
    got = {taken.message["Message-ID"] for taken in server.messages}
    sent = {f"<{one}>" for one in Delivery.objects.filter(state="sent").values_list("message_id", flat=True)}
    record.add("R10", "**dites parties et jamais reçues**", len(sent - got))
    record.add("R10", "au sort incertain (dit) ; reçues deux fois sous le même Message-ID", f"{doubts} ; {twice}")
    record.write()


def _put_out(server: SmtpServer) -> None:
    touchpoint = mailbox()
    rows = Touchpoint.objects.filter(pk=touchpoint.pk)
    rows.update(settings=server.settings | {"address": ADDRESS}, proved_at=now(), proved_address=ADDRESS)
    touchpoint.refresh_from_db()
    for n in range(LETTERS):
        address = f"client{n}@client.example"
        handle = Handle.objects.create(kind="email", value=address, digest=handle_digest("email", address))
        put_out(touchpoint=touchpoint, permit_id=uuid4(), handle=handle, subject=f"Mot {n}", text=f"Bonjour, {n}.")


def _send_until_the_end(chance: random.Random) -> int:
    """Send; now and then the sender dies between the relay's answer and its own note of it. Return how often."""
    killed = 0
    write_the_end = sending._end

    def dies_sometimes(*args: object, **options: object) -> str:
        if chance.random() < 0.05:
            raise KeyboardInterrupt
        return write_the_end(*args, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(sending, "_end", dies_sometimes)
        while Delivery.objects.filter(state="waiting").exists():
            Delivery.objects.filter(state="waiting").update(next_at=now())  # time passes
            try:
                while send_due():
                    pass
            except KeyboardInterrupt:
                killed += 1
    return killed


def _send_all() -> None:
    while send_due():
        pass
    connection.close()
