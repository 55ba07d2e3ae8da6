"""Mail from outside is read apart: what hangs, swells or kills is set aside alone, and the next one is read."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from egards.touchpoints.inbound import Meta, Unreadable
from egards.touchpoints.mime import parse_mail
from egards.touchpoints.mime.apart import Reader

META = Meta(received_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC), is_live=True)
MAIL = b"From: claire@exemple.fr\nSubject: Colis\n\nIl est vide.\n"


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader(seconds=20)
    yield made
    made.stop()


def process_of(reader: Reader) -> int:
    reader.parse(MAIL, META)
    assert reader._process is not None
    return reader._process.pid


def test_it_reads_as_here_and_with_one_process(reader: Reader) -> None:
    assert reader.parse(MAIL, META) == parse_mail(MAIL, META)
    assert process_of(reader) == process_of(reader)


def test_nothing_at_all_is_unreadable_and_stops_nobody(reader: Reader) -> None:
    pid = process_of(reader)
    with pytest.raises(Unreadable, match="vide"):
        reader.parse(b"", META)
    assert process_of(reader) == pid


def test_one_that_hangs_is_killed_and_set_aside(reader: Reader) -> None:
    pid = process_of(reader)
    os.kill(pid, signal.SIGSTOP)
    reader.seconds = 0.2
    began = time.monotonic()
    with pytest.raises(Unreadable, match="secondes"):
        reader.parse(MAIL, META)
    assert time.monotonic() - began < 5
    reader.seconds = 20
    assert process_of(reader) != pid


def test_one_that_kills_its_reader_is_set_aside(reader: Reader) -> None:
    pid = process_of(reader)
    os.kill(pid, signal.SIGSTOP)  # dies while it is being waited for
    os.kill(pid, signal.SIGKILL)
    reader._ready = lambda: reader._process  # type: ignore[method-assign, assignment, return-value]
    with pytest.raises(Unreadable, match="arrêté le lecteur"):
        reader.parse(MAIL, META)


def test_one_that_swells_is_set_aside(reader: Reader) -> None:
    process_of(reader)
    reader.memory = 1
    with pytest.raises(Unreadable):
        reader.parse(MAIL + b"x" * 3_000_000, META)
    reader.memory = 256 * 1024 * 1024
    assert reader.parse(MAIL, META).subject == "Colis"


def test_a_dead_reader_is_replaced_before_it_is_given_a_mail(reader: Reader) -> None:
    pid = process_of(reader)
    os.kill(pid, signal.SIGKILL)
    assert reader._process is not None
    reader._process.wait()
    assert process_of(reader) != pid
