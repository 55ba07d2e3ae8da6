"""When things are due, and few hands that do them: an open loop, whatever the house answers.

A visit is a generator: each ``next`` does one thing, and yields for how many seconds the person pauses. What is due is
measured from the moment it was due, so that a house that is late cannot hide it by keeping its customers waiting.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

#: A start later than this is counted as late.
LATE_SECONDS = 0.5


class Visit(Protocol):
    """Somebody on their way through the house. ``since`` is the moment from which the next answer is measured.

    ``is_endless``: they never are done by themselves.
    """

    since: float
    is_endless: bool

    def go_on(self) -> float | None:
        """Do the next thing; return for how long to pause, or None when all is done. Never raises."""
        ...


def arrivals(seed: str, a_second: float, seconds: float) -> Iterator[float]:
    """Yield when words come, in seconds from the start: at random, ``a_second`` on average (a Poisson process)."""
    chance, at = Random(f"{seed}/arrivals"), 0.0
    while a_second > 0:
        at += chance.expovariate(a_second)
        if at >= seconds:
            return
        yield at


@dataclass(order=True)
class Due:
    """A visit and when it goes on; ``turn`` keeps the order of those due together."""

    at: float
    turn: int
    visit: Visit = field(compare=False)


@dataclass
class Agenda:
    """What is due, by moments of ``time.monotonic``; ``hands`` threads take it in order."""

    hands: int = 16
    started: int = 0
    late: int = 0
    latest: float = 0.0
    _heap: list[Due] = field(default_factory=list)
    _busy: int = 0
    _turn: int = 0
    _is_closing: bool = False
    _is_over: bool = False

    def __post_init__(self) -> None:
        self._some = threading.Condition()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self.hands)]
        for thread in self._threads:
            thread.start()

    def put(self, at: float, visit: Visit) -> None:
        """Have a visit go on at a moment."""
        with self._some:
            self._put(at, visit)

    def is_empty(self) -> bool:
        """Whether nobody is on their way any more."""
        with self._some:
            return not self._heap and not self._busy

    def forget(self) -> None:
        """Count late starts anew."""
        with self._some:
            self.started = self.late = 0
            self.latest = 0.0

    def close(self) -> None:
        """Send home those who never are done; the others finish what they began."""
        with self._some:
            self._is_closing = True
            self._heap = [due for due in self._heap if not due.visit.is_endless]
            heapq.heapify(self._heap)
            self._some.notify_all()

    def end(self, seconds: float = 60.0) -> None:
        """Let the hands rest: what is being done is done, nothing more is begun."""
        with self._some:
            self._is_over = True
            self._some.notify_all()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        while (due := self._take()) is not None:
            due.visit.since = due.at
            pause = due.visit.go_on()
            with self._some:
                self._busy -= 1
                if pause is not None and not (self._is_closing and due.visit.is_endless):
                    self._put(time.monotonic() + pause, due.visit)

    def _put(self, at: float, visit: Visit) -> None:
        self._turn += 1
        heapq.heappush(self._heap, Due(at, self._turn, visit))
        self._some.notify()

    def _take(self) -> Due | None:
        with self._some:
            while not self._is_over:
                wait = self._heap[0].at - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    return self._begin(heapq.heappop(self._heap))
                self._some.wait(wait)
            return None

    def _begin(self, due: Due) -> Due:
        lateness = time.monotonic() - due.at
        self._busy += 1
        self.started += 1
        self.late += lateness > LATE_SECONDS
        self.latest = max(self.latest, lateness)
        return due
