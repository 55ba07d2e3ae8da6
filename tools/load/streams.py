"""Open live streams, all in this one process: what each heard, where it broke off, and went on.

python -m tools.load.streams PORT FILE — FILE: JSON, a list of {"key", "member"}. Prints a line of totals (JSON) every
few seconds; when its input ends, writes what each heard on the last line. As ``EventSource`` does, but in HTTP/1.0: an
answer without chunks costs the listener less than the house.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

#: A stream that says nothing for so long is dead: the house says something every four seconds.
DEAF_SECONDS = 16.0
TOLD_EVERY = 5.0
#: One stream in so many breaks off now and then (a lift, a lid), after so long; it comes back a little later.
BREAKS_OFF = 8
STAYS_SECONDS = (15.0, 90.0)
AWAY_SECONDS = (0.3, 4.0)
OPENED_A_SECOND = 50.0
#: At the end nobody goes any more, and those who were away come back and hear the rest.
LAST_SECONDS = 7.0

_EVENT = re.compile(rb"id: (\d+)\nevent: (\w+)\n")


@dataclass
class Heard:
    """What one stream heard: numbers after ``start`` up to ``last``, their count and sum; and what went wrong."""

    member: str
    start: int = -1
    last: int = 0
    count: int = 0
    total: int = 0
    opened: int = 0
    broken_off: int = 0
    cut: int = 0
    refused: int = 0
    deaf: int = 0
    disorder: int = 0
    reloads: int = 0
    closed: int = 0


@dataclass
class Stream(asyncio.Protocol):
    """One connection of one browser."""

    heard: Heard
    request: bytes
    moments: list[tuple[int, float]] | None
    over: asyncio.Future[None]
    _kept: bytes = b""
    _is_open: bool = False
    at: float = field(default_factory=time.monotonic)
    transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Take whole events; keep the rest."""
        self.at = time.monotonic()
        text = self._kept + data
        if not self._is_open:
            head, blank, text = text.partition(b"\r\n\r\n")
            if not blank:
                self._kept = head
                return
            self._is_open = b" 200 " in head.partition(b"\r\n")[0]
            self.heard.refused += not self._is_open
            self.heard.opened += self._is_open
        whole, end, self._kept = text.rpartition(b"\n\n")
        if end:
            self._take(whole)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if not self.over.done():
            self.over.set_result(None)

    def _take(self, whole: bytes) -> None:
        heard = self.heard
        heard.closed += b"event: closed" in whole
        for number_said, name in _EVENT.findall(whole):
            number = int(number_said)
            if name == b"change":
                heard.disorder += number <= heard.last
                heard.count += 1
                heard.total += number
                heard.last = number
                if self.moments is not None:
                    self.moments.append((number, time.time()))
            elif name == b"reload":
                heard.reloads += 1
                heard.last = number
            elif name == b"hello" and heard.start < 0:
                heard.start = heard.last = number


async def main(port: int, sessions: list[dict[str, str]]) -> None:
    """Listen until the input ends."""
    everybody = [Heard(one["member"]) for one in sessions]
    moments: list[tuple[int, float]] = []
    ending = asyncio.Event()
    loop, tasks = asyncio.get_running_loop(), []
    end = loop.run_in_executor(None, sys.stdin.read)
    for number, (heard, one) in enumerate(zip(everybody, sessions, strict=True)):
        listening = _listen(port, heard, one["key"], number, moments if number == 1 else None, ending)
        tasks.append(asyncio.ensure_future(listening))
        await asyncio.sleep(1 / OPENED_A_SECOND)
    while not end.done():
        print(json.dumps(_totals(everybody)), flush=True)
        await asyncio.wait([end], timeout=TOLD_EVERY)
    ending.set()
    await asyncio.sleep(LAST_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps({"heard": [asdict(one) for one in everybody], "moments": moments}), flush=True)


async def _listen(
    port: int,
    heard: Heard,
    session: str,
    number: int,
    moments: list[tuple[int, float]] | None,
    ending: asyncio.Event,
) -> None:
    chance, loop = random.Random(number), asyncio.get_running_loop()
    source = f"127.200.{number // 250}.{number % 250 + 1}"
    while True:
        stays = chance.uniform(*STAYS_SECONDS) if number % BREAKS_OFF == 0 else float("inf")
        over = loop.create_future()
        stream = Stream(heard, _request(port, session, heard), moments, over)
        try:
            await loop.create_connection(lambda: stream, "127.0.0.1", port, local_addr=(source, 0))  # noqa: B023 at once
        except OSError:
            heard.refused += 1
            await asyncio.sleep(1)
            continue
        try:
            await _until_over(stream, stays, ending)
        finally:
            if stream.transport:
                stream.transport.abort()
        await asyncio.sleep(chance.uniform(*AWAY_SECONDS))


async def _until_over(stream: Stream, stays: float, ending: asyncio.Event) -> None:
    """Stay on a stream until it ends, falls silent, or its browser goes."""
    until = time.monotonic() + stays
    while not stream.over.done():
        silent = stream.at + DEAF_SECONDS
        now = time.monotonic()
        until = float("inf") if ending.is_set() else until
        if now >= until:
            stream.heard.broken_off += 1
            return
        if now >= silent:
            stream.heard.deaf += 1
            return
        await asyncio.wait([stream.over], timeout=max(0.0, min(until, silent) - now) + 0.01)
    stream.heard.cut += 1


def _request(port: int, session: str, heard: Heard) -> bytes:
    after = f"Last-Event-ID: {heard.last}\r\n" if heard.start >= 0 else ""
    return (
        f"GET /flux/ HTTP/1.0\r\nHost: localhost:{port}\r\n{after}"
        f"Cookie: sessionid={session}\r\nAccept: text/event-stream\r\n\r\n"
    ).encode()


def _totals(everybody: list[Heard]) -> dict[str, int]:
    names = ("opened", "count", "broken_off", "cut", "refused", "deaf", "disorder", "reloads", "closed")
    return {name: sum(getattr(one, name) for one in everybody) for name in names}


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())))
