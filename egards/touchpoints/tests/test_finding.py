"""The relay of an address: known, published by its domain, or only usual; the network asked no more than needed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from dns.exception import Timeout
from dns.flags import AA
from dns.message import from_wire, make_response
from dns.resolver import Resolver
from dns.rrset import RRset, from_text

from egards.touchpoints import finding
from egards.touchpoints.finding import Ask, find_relay
from egards.touchpoints.providers import Asks, relay_of_receiver
from egards.touchpoints.smtp import STARTTLS, TLS


def told(**records: list[str]) -> Ask:
    """A name server that says the same of every name."""
    return lambda name, kind: records.get(kind, [])


def nobody(name: str, kind: str) -> list[str]:
    """A name server that must not be asked."""
    pytest.fail(f"{name} {kind} was asked")


@pytest.mark.parametrize(
    ("address", "host", "port", "username"),
    [
        ("atelier@orange.fr", "smtp.orange.fr", 465, "atelier@orange.fr"),
        ("Atelier@FREE.fr", "smtp.free.fr", 465, "Atelier"),
        ("atelier@laposte.net", "smtp.laposte.net", 465, "atelier@laposte.net"),
        ("atelier@gmail.com", "smtp.gmail.com", 465, "atelier@gmail.com"),
        ("atelier@bbox.fr", "smtp.bbox.fr", 587, "atelier@bbox.fr"),
    ],
)
def test_a_provider_that_we_know_costs_no_question(address: str, host: str, port: int, username: str) -> None:
    found = find_relay(address, ask=nobody)
    assert (found.relay.host, found.relay.port, found.relay.username(address)) == (host, port, username)
    assert found.is_sure


@pytest.mark.parametrize(
    ("receiver", "host"),
    [
        ("mx1.mail.ovh.net.", "ssl0.ovh.net"),
        ("spool.mail.gandi.net.", "mail.gandi.net"),
        ("mx00.ionos.fr.", "smtp.ionos.fr"),
        ("mta-gw.infomaniak.ch.", "mail.infomaniak.com"),
        ("ASPMX.L.GOOGLE.COM.", "smtp.gmail.com"),
        ("aubepine-fr.mail.protection.outlook.com.", "smtp.office365.com"),
    ],
)
def test_who_receives_the_mail_tells_the_relay(receiver: str, host: str) -> None:
    found = find_relay("bonjour@aubepine.example", ask=told(MX=[f"10 {receiver}"]))
    assert (found.relay.host, found.is_sure) == (host, True)


def test_a_name_that_only_resembles_a_provider_is_not_one() -> None:
    assert relay_of_receiver("mx.notgoogle.com.") is None
    assert relay_of_receiver("google.com.evil.example.") is None


def test_a_domain_may_say_it_itself() -> None:
    records = {
        "aubepine.example MX": ["10 mx.aubepine.example."],
        "_submission._tcp.aubepine.example SRV": ["0 1 587 mail.aubepine.example."],
    }
    found = find_relay("bonjour@aubepine.example", ask=lambda name, kind: records.get(f"{name} {kind}", []))
    relay = found.relay
    assert (relay.host, relay.port, relay.security, found.is_sure) == ("mail.aubepine.example", 587, STARTTLS, True)


@pytest.mark.parametrize("record", ["0 1 465 relay.stranger.example.", "0 0 0 ."])
def test_a_password_is_not_sent_to_a_stranger_s_relay(record: str) -> None:
    found = find_relay("bonjour@aubepine.example", ask=told(SRV=[record]))
    assert (found.relay.host, found.is_sure) == ("smtp.aubepine.example", False)


def test_without_any_answer_what_is_usual_is_only_offered() -> None:
    def silent(name: str, kind: str) -> list[str]:
        raise Timeout

    found = find_relay("bonjour@aubépine.example", ask=silent)
    assert (found.relay.host, found.relay.port, found.is_sure) == ("smtp.xn--aubpine-dya.example", 587, False)
    assert found.relay.asks is Asks.NOTHING


def test_a_domain_that_cannot_exist_breaks_nothing() -> None:
    assert not find_relay("bonjour@☃.example", ask=told()).is_sure


def test_the_question_is_one_that_name_servers_understand(monkeypatch: pytest.MonkeyPatch) -> None:
    with name_server({"aubepine.example. MX": "10 mx1.mail.ovh.net."}) as port:
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], port
        monkeypatch.setattr(finding, "Resolver", lambda: resolver)
        found = find_relay("bonjour@aubepine.example")
        assert (found.relay.host, found.relay.port, found.relay.security) == ("ssl0.ovh.net", 465, TLS)
        assert finding.ask_names("aubepine.example", "SRV") == []


def test_the_preferred_server_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    class Told(Resolver):
        def resolve(self, *question: object, **how: object) -> RRset:  # type: ignore[override]
            return from_text("aubepine.example.", 60, "IN", "MX", "10 mx.google.com.", "5 mx1.mail.ovh.net.")

    monkeypatch.setattr(finding, "Resolver", lambda: Told(configure=False))
    assert find_relay("bonjour@aubepine.example").relay.host == "ssl0.ovh.net"


@contextmanager
def name_server(records: dict[str, str]) -> Iterator[int]:
    """A name server on loopback; gives its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        thread = Thread(target=_answer, args=(door, records))
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            door.sendto(b"", door.getsockname())
            thread.join()


def _answer(door: socket.socket, records: dict[str, str]) -> None:
    while True:
        raw, asker = door.recvfrom(512)
        if not raw:
            return
        asked = from_wire(raw)
        question = asked.question[0]
        answer = make_response(asked)
        answer.flags |= AA
        kind = question.to_text().split()[-1]
        if said := records.get(f"{question.name} {kind}"):
            answer.answer.append(from_text(question.name, 60, "IN", kind, said))
        door.sendto(answer.to_wire(), asker)
