"""What the house answered, and how soon: per page, from the moment that each was due."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from statistics import median, quantiles
from time import monotonic

from tools.town.visits import Answer, Browser, Unexpected

#: What a person is shown again, filled, to correct or to confirm: no fault of the house.
ASKED_AGAIN = (409, 422, 429)
_FAULTS_TOLD = 40


@dataclass(frozen=True)
class PageTimes:
    """One page: how many answers, milliseconds, and answers by status."""

    name: str
    n: int
    p50: float
    p95: float
    longest: float
    statuses: dict[int, int]


@dataclass
class Record:
    """Answers so far. ``is_open``: warming up is not recorded."""

    is_open: bool = True
    faults: Counter[str] = field(default_factory=Counter)
    strange: Counter[str] = field(default_factory=Counter)
    _times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def note(self, name: str, status: int, seconds: float) -> None:
        """Keep one answer; 5xx are faults, what no page should answer is strange."""
        with self._lock:
            if status >= 500:
                self.faults[f"{name} : {status}"] += 1
            elif status >= 400 and status not in ASKED_AGAIN:
                self.strange[f"{name} : {status}"] += 1
            if self.is_open:
                self._times[name].append(seconds)
                self._statuses[name][status] += 1

    def note_fault(self, name: str, error: Exception) -> None:
        """Keep that no answer came: a link that broke, an answer that is none."""
        with self._lock:
            if len(self.faults) < _FAULTS_TOLD or name in self.faults:
                self.faults[f"{name} : {type(error).__name__} {error}"[:200]] += 1

    def note_strange(self, name: str, why: str) -> None:
        """Keep that an answer was not what a person expects there."""
        with self._lock:
            self.strange[f"{name} : {why}"[:200]] += 1

    def pages(self) -> list[PageTimes]:
        """Return what was measured, by page."""
        with self._lock:
            return [_page(name, self._times[name], self._statuses[name]) for name in sorted(self._times)]

    @property
    def answers(self) -> int:
        """How many answers were measured."""
        with self._lock:
            return sum(map(len, self._times.values()))


def _page(name: str, seconds: list[float], statuses: Counter[int]) -> PageTimes:
    p95 = quantiles(seconds, n=20, method="inclusive")[18] if len(seconds) > 1 else seconds[0]
    return PageTimes(name, len(seconds), 1000 * median(seconds), 1000 * p95, 1000 * max(seconds), dict(statuses))


Steps = Iterator[float]


class Guest:
    """Somebody in front of the house with a browser: their steps, each answer kept (``agenda.Visit``)."""

    def __init__(self, browser: Browser, record: Record, steps: Callable[[Guest], Steps], *, comes_back: float = 0.0):
        """``comes_back``: after a fault they begin again, so many seconds later; 0: they leave."""
        self.browser, self.record, self.since = browser, record, 0.0
        self.is_endless = comes_back > 0
        self._begin, self._comes_back = steps, comes_back
        self._steps = steps(self)

    def get(self, name: str, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Open a page."""
        return self._ask(name, lambda: self.browser.get(path, headers))

    def post(self, name: str, path: str, fields: dict[str, str], *, with_token: bool = True) -> Answer:
        """Send a form."""
        return self._ask(name, lambda: self.browser.post(path, fields, with_token=with_token))

    def post_bytes(self, name: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send bytes as a program does."""
        return self._ask(name, lambda: self.browser.post_bytes(path, body, headers))

    def hand_over(self, name: str, hand_over: Callable[[], None]) -> None:
        """Hand something over by another door than pages: it was taken, unless that raises ``OSError``."""

        def ask() -> Answer:
            hand_over()
            return Answer(200, "")

        self._ask(name, ask)

    def go_on(self) -> float | None:
        """Do the next thing (``agenda.Visit``)."""
        try:
            pause = next(self._steps, None)
        except (OSError, HTTPException):  # kept where it was asked
            pause = self._comes_back or None
            self._steps = self._begin(self)
        except Unexpected as problem:
            self.record.note_strange("visite", str(problem))
            pause = self._comes_back or None
            self._steps = self._begin(self)
        if pause is None:
            self.browser.close()
        return pause

    def _ask(self, name: str, ask: Callable[[], Answer]) -> Answer:
        try:
            answer = ask()
        except (OSError, HTTPException) as error:
            self.record.note_fault(name, error)
            with suppress(OSError):
                self.browser.close()
            raise
        finally:
            began, self.since = self.since, monotonic()
        self.record.note(name, answer.status, self.since - began)
        return answer
