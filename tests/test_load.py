"""`make load` without a house: when things are due, what grows, which words are there, who heard what; its verdicts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from statistics import mean

import pytest

from tools.load.agenda import Agenda, arrivals
from tools.load.crowd import DOORS, address
from tools.load.ledger import REFERENCE, Ledger, reference
from tools.load.listeners import judge
from tools.load.record import Guest, Record
from tools.load.slope import growth
from tools.load.streams import Heard, Stream
from tools.load.texts import Speech
from tools.load.verdicts import Seen, hold, verdicts
from tools.load.weighing import Waiting
from tools.town.visits import Browser


def test_words_come_at_their_pace_the_same_for_the_same_seed() -> None:
    at = list(arrivals("a", 20.0, 500.0))
    assert at == list(arrivals("a", 20.0, 500.0)) != list(arrivals("b", 20.0, 500.0))
    assert at == sorted(at)
    assert len(at) == pytest.approx(10_000, rel=0.05)
    assert mean(b - a for a, b in pairwise(at)) == pytest.approx(0.05, rel=0.05)
    assert not list(arrivals("a", 0.0, 500.0))


class Walk:
    """A visit that notes when each of its steps was due."""

    is_endless = False

    def __init__(self, *pauses: float, blocks: threading.Event | None = None) -> None:
        self.since, self.due, self.begun = 0.0, list[float](), list[float]()
        self._pauses: Iterator[float] = iter(pauses)
        self._blocks = blocks

    def go_on(self) -> float | None:
        """Take a step."""
        if self._blocks:
            self._blocks.wait(5)
        self.due.append(self.since)
        self.begun.append(time.monotonic())
        return next(self._pauses, None)


def test_what_is_late_is_measured_from_when_it_was_due() -> None:
    agenda, stuck = Agenda(hands=1), threading.Event()
    now = time.monotonic()
    first, second = Walk(blocks=stuck), Walk(0.01)
    agenda.put(now, first)
    agenda.put(now - 1.0, second)  # the only hand takes what was due first, then is held up
    while not second.due:
        time.sleep(0.005)
    stuck.set()
    while not agenda.is_empty():
        time.sleep(0.005)
    agenda.end()
    assert second.due[0] == now - 1.0
    assert first.due == [now]
    assert len(second.due) == 2
    assert agenda.started == 3
    assert agenda.late == 1
    assert agenda.latest >= 1.0


def test_at_the_end_those_who_never_are_done_go_home_and_the_others_finish() -> None:
    agenda = Agenda(hands=2)
    endless, ending = Walk(*[0.01] * 1000), Walk(0.05, 0.05)
    endless.is_endless = True
    agenda.put(time.monotonic(), endless)
    agenda.put(time.monotonic(), ending)
    while not endless.due:
        time.sleep(0.005)
    agenda.close()
    while not agenda.is_empty():
        time.sleep(0.005)
    agenda.end()
    assert len(ending.due) == 3
    assert len(endless.due) < 100


def test_a_slope_is_told_for_half_an_hour_and_is_deaf_to_jumps() -> None:
    flat = [(5.0 * n, 100.0 + (50.0 if n % 17 == 0 else 0.0)) for n in range(360)]
    rising = [(at, 100.0 + 10.0 * at / 1800) for at, _value in flat]
    still, up = growth(flat), growth(rising)
    assert still is not None
    assert up is not None
    assert still.share == pytest.approx(0.0, abs=0.001)
    assert up.share == pytest.approx(10.0 / up.mean)
    assert up.low <= up.share <= up.high
    assert up.is_telling
    short = growth(flat[:50])
    assert short is not None
    assert not short.is_telling
    assert growth(flat[:10]) is None


def test_each_word_is_there_once_or_told() -> None:
    ledger = Ledger()
    refs = [reference("abc123", n) for n in range(6)]
    assert all(REFERENCE.fullmatch(ref) for ref in refs)
    for ref in refs[:3]:
        ledger.doubt(ref)
        ledger.take(ref, "api")
    ledger.take(refs[0], "api")  # said twice, as programs do
    ledger.doubt(refs[0])
    ledger.doubt(refs[3])
    ledger.doubt(refs[4])
    ledger.refuse(refs[5])
    account = ledger.settle([(refs[0], 1), (refs[2], 2), (refs[3], 1), (refs[5], 1)])
    assert (ledger.taken, account.taken, account.refused) == (3, 3, 1)
    assert (account.unsure, account.unsure_kept) == (2, 1)
    assert account.lost == (refs[1],)
    assert account.doubled == (refs[2],)
    assert account.unknown == (refs[5],)


def heard(member: str, start: int, *numbers: int) -> dict[str, object]:
    """What a stream heard."""
    last = max(numbers, default=start)
    return {"member": member, "start": start, "last": last, "count": len(numbers), "total": sum(numbers)}


def test_each_stream_hears_what_is_for_it_and_nothing_else() -> None:
    rows = [(1, None, True, 0.0), (2, "ines", False, 0.0), (3, None, True, 0.0), (4, "yann", False, 0.0), (5, None, True, 0.0)]  # fmt: skip  # noqa: E501
    right = judge([heard("ines", 1, 2, 3, 5), heard("yann", 0, 1, 3, 4, 5)], rows, [], {})
    assert (right.missed, right.wrong, right.behind, right.heard) == (0, 0, 0, 7)
    assert judge([heard("ines", 0, 1, 3, 5)], rows, [], {}).missed == 1
    assert judge([heard("ines", 0, 1, 2, 3, 4, 5)], rows, [], {}).wrong == 1
    assert judge([heard("ines", 0, 1, 3, 4, 5)], rows, [], {}).wrong == 1  # as many, and not those
    assert judge([heard("ines", 0, 1, 2)], rows, [], {}).behind == 2


def test_a_stream_is_read_however_it_is_cut() -> None:
    said = b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    said += b"id: 7\nevent: hello\ndata: {}\n\n"
    said += b'id: 8\nevent: change\ndata: {"topic": "words", "ref": ""}\n\n'
    said += b"event: presence\ndata: {}\n\nid: 8\nevent: beat\ndata: {}\n\n"
    said += b'id: 11\nevent: change\ndata: {"topic": "words", "ref": ""}\n\nid: 12\nevent: cha'
    for size in (1, 3, 7, 1000):
        one = Heard("ines")
        stream = Stream(one, b"", None, None)  # type: ignore[arg-type]  # nobody waits for its end here
        for start in range(0, len(said), size):
            stream.data_received(said[start : start + size])
        assert (one.start, one.last, one.count, one.total, one.opened) == (7, 11, 2, 19, 1)
        assert (one.disorder, one.reloads, one.refused) == (0, 0, 0)


def test_words_are_the_towns_each_with_its_reference() -> None:
    speech = Speech.of("graine", 200)
    told = [speech.word(n, reference("abc123", n), is_press=n % 2 == 0) for n in range(30)]
    assert told == [Speech.of("graine", 200).word(n, reference("abc123", n), is_press=n % 2 == 0) for n in range(30)]
    assert [REFERENCE.findall(one.text) for one in told] == [[reference("abc123", n)] for n in range(30)]
    assert len({one.text.partition("\n\nRéf.")[0] for one in told}) >= 28
    assert sum(DOORS.values()) == 100
    assert len({address(n) for n in range(5000)}) == 5000


def test_a_house_that_does_not_answer_is_a_fault_and_the_guest_goes_on() -> None:
    record = Record()

    def steps(guest: Guest) -> Iterator[float]:
        guest.get("page", "/")
        yield 1.0

    guest = Guest(Browser("http://localhost:9"), record, steps, comes_back=5.0)
    assert guest.go_on() == 5.0
    assert sum(record.faults.values()) == 1
    record.note("page", 503, 0.1)
    record.note("page", 404, 0.1)
    record.note("page", 422, 0.3)
    assert sum(record.faults.values()) == 2
    assert dict(record.strange) == {"page : 404": 1}
    (page,) = record.pages()
    assert (page.n, page.statuses) == (3, {503: 1, 404: 1, 422: 1})
    assert page.p50 == pytest.approx(100)


def seen(**more: object) -> Seen:
    """A run in which all went well, but for what is given."""
    ledger = Ledger()
    ledger.take(reference("abc123", 1), "api")
    well = {
        "words_begun": 100, "seconds": 5.0, "taken_in_time": 99,
        "account": ledger.settle([(reference("abc123", 1), 1)]), "law_holds": True, "law": {"received": 1},
        "growths": {"web": growth([(5.0 * n, 1e8) for n in range(360)])}, "pages": [], "faults": {}, "strange": {},
        "tracebacks": 0, "deaths": 0, "left": Waiting(0, 0.0, 0, 0, 0, 3), "oldest": 2.0,
        "hearing": judge([], [], [], {}), "late": 0, "started": 10, "latest": 0.1,
    }  # fmt: skip
    return Seen(**(well | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "missed",
    [
        {"growths": {"web": growth([(5.0 * n, 1e8 + 3e4 * n) for n in range(720)])}},
        {"faults": {"file : 500": 1}},
        {"tracebacks": 1},
        {"deaths": 1},
        {"left": Waiting(1, 61.0, 0, 0, 0, 3)},
        {"left": Waiting(0, 0.0, 1, 0, 0, 3)},
        {"left": Waiting(0, 0.0, 0, 1, 0, 3)},
        {"taken_in_time": 90},
        {"account": Ledger().settle([("LL-abc123-000001", 2)])},
        {"law_holds": False},
        {"hearing": judge([heard("ines", 0)], [(1, None, True, 0.0)], [], {})},
        {"hearing": judge([], [], [], {"cut": 1})},
    ],
)
def test_every_goal_can_be_missed(missed: dict[str, object]) -> None:
    assert hold(verdicts(seen()))
    assert not hold(verdicts(seen(**missed)))
