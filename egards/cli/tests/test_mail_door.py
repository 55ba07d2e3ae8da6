"""Letters handed over by another mail server: « received » after the commit only, to each recipient apart."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError
from psycopg.errors import DiskFull

from egards.cli import mail_door
from egards.cli.mail_door import Letters, WrongAddress, door_for, listening_at
from egards.interactions.blobs import read_bytes
from egards.interactions.mail_door import touchpoint_at
from egards.interactions.models import Arrival, Blob
from egards.touchpoints.models import Touchpoint
from tests.builders import mail, prove
from tests.builders import mailbox as mail_touchpoint

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "bonjour@lindelle.example"


@pytest.fixture
def ours() -> Touchpoint:
    return prove(mail_touchpoint())


@contextmanager
def listening() -> Iterator[int]:
    """The door on a free port, in a thread of its own."""
    loop, letters = asyncio.new_event_loop(), Letters()
    server = loop.run_until_complete(loop.create_server(lambda: door_for(letters, loop), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        letters.close()
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def lmtp(port: int, *recipients: str, raw: bytes | None = None) -> list[str]:
    """Hand a letter over by LMTP; return the answers, one a recipient, or those that refused at RCPT."""
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as line:
        line.ehlo_or_helo_if_needed()
        line.mail("odile@client.example")
        refused = [f"{code}" for code, _said in (line.rcpt(to) for to in recipients) if code != 250]
        if refused:
            return refused
        code, said = line.data(raw or mail())
        first = f"{code} {said.decode()}"
        others = [line.getreply() for _other in recipients[1:]]
        return [first, *(f"{code} {said.decode()}" for code, said in others)]


def test_it_works(ours: Touchpoint) -> None:
    with listening() as port:
        assert lmtp(port, HERE) == ["250 2.0.0 Received"]
    assert Arrival.objects.get().touchpoint_id == ours.pk
    raw = read_bytes(Blob.objects.get())
    assert raw.startswith(b"Return-Path: <odile@client.example>\r\nDelivered-To: bonjour@lindelle.example\r\n")
    assert raw.endswith(mail())


def test_handed_over_again_it_is_the_same(ours: Touchpoint) -> None:
    with listening() as port:
        assert [lmtp(port, HERE), lmtp(port, HERE)] == [["250 2.0.0 Received"]] * 2
    assert Arrival.objects.count() == 1


def test_what_stands_behind_a_plus_leads_to_the_same_touchpoint(ours: Touchpoint) -> None:
    found = touchpoint_at("Bonjour+jeton@Lindelle.example")
    assert found is not None
    assert found.pk == ours.pk


def test_an_address_that_nobody_reads_is_refused_at_once(ours: Touchpoint) -> None:
    with listening() as port:
        assert lmtp(port, "autre@lindelle.example") == ["550"]
    ours.is_open = False
    ours.save(update_fields=["is_open"])
    assert touchpoint_at(HERE) is None


def test_without_the_base_the_letter_is_to_come_back(ours: Touchpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def fails_for_one(*, recipient: str, **letter: object) -> None:
        if recipient != HERE:
            raise OperationalError("away")
        taken.append(recipient)

    monkeypatch.setattr(mail_door, "take_letter", fails_for_one)
    with listening() as port:
        answers = lmtp(port, HERE, "bonjour+x@lindelle.example")
    assert answers == ["250 2.0.0 Received", "451 4.3.0 Come back later"]
    assert taken == [HERE]


def test_a_door_that_closes_lets_the_letter_come_back(ours: Touchpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed(self: Letters, work: object) -> None:
        raise RuntimeError("cannot schedule new futures after shutdown")

    with listening() as port, smtplib.LMTP("127.0.0.1", port, timeout=20) as line:
        line.ehlo_or_helo_if_needed()
        line.mail("odile@client.example")
        line.rcpt(HERE)
        monkeypatch.setattr(Letters, "_by_hand", closed)
        code, _said = line.data(mail())
    assert code == 451


def test_smtp_answers_once_and_takes_long_lines(ours: Touchpoint) -> None:
    with listening() as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
        refused = line.sendmail("o@client.example", [HERE, "bonjour+x@lindelle.example"], mail("x" * 5000))
    assert refused == {}
    assert Arrival.objects.count() == 2


def test_too_large_is_refused_to_each(ours: Touchpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_door, "largest", lambda: 2000)
    with listening() as port:
        answers = lmtp(port, HERE, "bonjour+x@lindelle.example", raw=mail("ligne\r\n" * 1000))
    assert [answer[:3] for answer in answers] == ["552", "552"]
    assert not Arrival.objects.exists()


@pytest.mark.parametrize("said", ["0.0.0.0:25", "8.8.8.8:2424", "ici", ":::x"])
def test_it_does_not_stand_on_the_internet(said: str) -> None:
    with pytest.raises(WrongAddress):
        listening_at(said)


def test_it_stands_on_this_machine_or_its_network() -> None:
    assert listening_at("127.0.0.1:2424") == ("127.0.0.1", 2424)
    assert listening_at("[::1]:24") == ("::1", 24)
    assert listening_at("10.0.0.4:24") == ("10.0.0.4", 24)


def test_a_base_without_room_says_that_it_has_none(ours: Touchpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(**_said: object) -> None:
        raise OperationalError("no room") from DiskFull("no room")

    monkeypatch.setattr(mail_door, "take_letter", no_room)
    with listening() as port:
        assert lmtp(port, HERE) == ["452 4.3.1 No room now, come back later"]
