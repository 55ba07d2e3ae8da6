"""Readers of a house's live stream over HTTP, as a browser without tabs: they break off at random, and come back with
the last number they heard.
"""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings

#: A stream that says nothing for so long is taken for dead; the house says something every four seconds.
DEAF_SECONDS = 12.0


@dataclass(frozen=True)
class Heard:
    """One event, and when it was heard."""

    number: int
    topic: str
    ref: str
    at: float


@dataclass
class Reader:
    """One session's reader; ``after`` is where it begins."""

    name: str
    host: str
    port: int
    session: str
    seed: int
    stays_seconds: tuple[float, float]
    last: int = 0
    heard: list[Heard] = field(default_factory=list)
    breaks: int = 0
    refused: int = 0
    reloads: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Read until ``is_over``."""
        chance = random.Random(self.seed)
        while not self.is_over.is_set():
            until = time.monotonic() + chance.uniform(*self.stays_seconds)
            try:
                self._listen(lambda: self.is_over.is_set() or time.monotonic() > until)  # noqa: B023 run at once
            except OSError:
                self.refused += 1
                time.sleep(0.2)
            self.breaks += 1

    def _listen(self, is_enough: Callable[[], bool]) -> None:
        request = (
            f"GET /flux/ HTTP/1.0\r\nHost: localhost:{self.port}\r\nLast-Event-ID: {self.last}\r\n"
            f"Cookie: {settings.SESSION_COOKIE_NAME}={self.session}\r\nAccept: text/event-stream\r\n\r\n"
        )
        with socket.create_connection((self.host, self.port), timeout=DEAF_SECONDS) as link:
            link.sendall(request.encode())
            for name, number, data in _events(link):
                self._take(name, number, data)
                if is_enough():
                    return

    def _take(self, name: str, number: int, data: str) -> None:
        if name == "change":
            said = json.loads(data)
            self.heard.append(Heard(number, said["topic"], said["ref"], time.time()))
        self.reloads += name == "reload"
        if number:
            self.last = number


def _events(link: socket.socket) -> Iterator[tuple[str, int, str]]:
    """Yield (name, number or 0, data) of each whole event. Raises ``OSError`` when the link ends or is refused.

    Asked in HTTP/1.0, the answer comes as it is, without chunks.
    """
    with link.makefile("rb") as lines:
        status = lines.readline()
        if b" 200 " not in status:
            raise ConnectionError(status)
        fields: dict[str, str] = {}
        for line in lines:
            text = line.decode().rstrip("\r\n")
            if not text and "event" in fields and "data" in fields:
                yield fields["event"], int(fields.get("id", 0)), fields["data"]
                fields = {}
            name, colon, value = text.partition(": ")
            if colon and name in ("id", "event", "data"):
                fields[name] = value
    raise ConnectionError("the stream ended")
