"""What an open screen waits for: a change that comes while it looks is not slept through, a removal neither."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from egards.workspace import stream as streaming
from egards.workspace.stream import Listener, Wake
from tests.loops import run_apart


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(self: Wake) -> None:
        return

    monkeypatch.setattr(Wake, "_listen", never)
    monkeypatch.setattr(streaming, "RECHECK_SECONDS", 0.6)


class Screen:
    """A screen whose reads and rights the test decides; it leaves after the reads it was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, reads: int, while_it_looks: bool) -> None:
        self.reads, self.left, self.checks = 0, asyncio.get_running_loop().create_future(), 0
        wake = Wake()
        streaming._wakes[asyncio.get_running_loop()] = wake
        loop = asyncio.get_running_loop()

        def missed(listener: Listener, last: int | None) -> tuple[int, bytes]:
            self.reads += 1
            if while_it_looks:
                loop.call_soon_threadsafe(wake.ring)
            if self.reads == reads:
                loop.call_soon_threadsafe(self.left.set_result, None)
            return self.reads, b""

        def listener(session: str) -> Listener:
            self.checks += 1
            return Listener(session, frozenset({uuid4()}))

        monkeypatch.setattr(streaming, "_missed", missed)
        monkeypatch.setattr(streaming, "_listener", listener)

    async def serve(self) -> float:
        """Serve it until it leaves; return how many seconds that took."""
        loop = asyncio.get_running_loop()
        begun = loop.time()

        async def send(message: dict[str, Any]) -> None:
            await asyncio.sleep(0.005)

        scope = {"query_string": b"", "headers": []}
        await streaming._serve(scope, send, Listener("s", None), self.left)
        return loop.time() - begun


def test_what_is_published_while_a_screen_looks_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> float:
        return await Screen(monkeypatch, reads=10, while_it_looks=True).serve()

    assert run_apart(scene()) < 2.0


def test_however_much_is_published_rights_are_asked_again_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> tuple[float, int]:
        screen = Screen(monkeypatch, reads=4, while_it_looks=False)
        loop = asyncio.get_running_loop()
        for seconds in (0.45, 1.05, 1.65):
            loop.call_later(seconds, lambda: streaming._wakes[loop].ring())
        return await screen.serve(), screen.checks

    seconds, checks = run_apart(scene())
    assert checks >= int(seconds / 0.75)
