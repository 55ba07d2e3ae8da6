"""What an open screen waits for: a change that comes while it looks is not slept through, a removal neither."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from egards.workspace import listeners
from egards.workspace import stream as streaming
from egards.workspace.feed import Edges, Feed, News, feed_here
from egards.workspace.listeners import Doorkeeper, Listener
from egards.workspace.stream import Told
from tests.loops import run_apart


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(self: Feed) -> None:
        self.take(Edges(0, 0), ())

    monkeypatch.setattr(Feed, "_listen", never)
    monkeypatch.setattr(Feed, "_look", never)
    monkeypatch.setattr(streaming, "RECHECK_SECONDS", 0.6)
    monkeypatch.setattr(listeners, "TOGETHER_SECONDS", 0.01)


class Screen:
    """A screen whose looks and rights the test decides; it leaves after the looks it was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, looks: int, while_it_looks: bool) -> None:
        self.looks, self.left, self.checks = 0, asyncio.get_running_loop().create_future(), 0
        self.feed = feed_here()
        self.feed.hears.set()  # no base rings here

        async def missed(feed: Feed, listener: Listener, told: Told) -> bytes:
            self.looks += 1
            if while_it_looks:
                feed.ring()
            if self.looks == looks:
                self.left.set_result(None)
            return b""

        def listeners_now(sessions: set[str]) -> dict[str, Listener]:
            self.checks += 1
            return {one: Listener(one, uuid4(), frozenset({uuid4()})) for one in sessions}

        monkeypatch.setattr(streaming, "_missed", missed)
        monkeypatch.setattr(listeners, "listeners_now", listeners_now)

    async def serve(self) -> float:
        """Serve it until it leaves; return how many seconds that took."""
        loop = asyncio.get_running_loop()
        begun = loop.time()

        async def send(message: dict[str, Any]) -> None:
            await asyncio.sleep(0.005)

        scope = {"query_string": b"", "headers": []}
        await streaming._serve(scope, send, Listener("s", uuid4(), None), self.left)
        return loop.time() - begun


def test_what_is_published_while_a_screen_looks_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> float:
        return await Screen(monkeypatch, looks=10, while_it_looks=True).serve()

    assert run_apart(scene()) < 2.0


def test_however_much_is_published_rights_are_asked_again_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> tuple[float, int]:
        screen = Screen(monkeypatch, looks=4, while_it_looks=False)
        loop = asyncio.get_running_loop()
        for seconds in (0.45, 1.05, 1.65):
            loop.call_later(seconds, screen.feed.ring)
        return await screen.serve(), screen.checks

    seconds, checks = run_apart(scene())
    assert checks >= int(seconds / 0.75)


# ── what one process keeps in memory ─────────────────────────────────────────────────────────────────────────────────


def news(number: int) -> News:
    return News(number, None, None, b"")


def numbers_after(feed: Feed, number: int) -> list[int] | None:
    found = feed.after(number)
    return None if found is None else [one.number for one in found]


def test_a_process_begins_where_the_stream_stands_and_knows_what_it_does_not_know() -> None:
    async def scene() -> None:
        feed = Feed()
        feed.take(Edges(1, 40), ())
        feed.take(Edges(1, 43), [news(41), news(42), news(43)])
        assert numbers_after(feed, 40) == [41, 42, 43]
        assert numbers_after(feed, 42) == [43]
        assert numbers_after(feed, 43) == []
        assert feed.after(39) is None

    run_apart(scene())


def test_what_falls_out_of_memory_is_read_from_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egards.workspace.feed.MOST_KEPT", 2)

    async def scene() -> None:
        feed = Feed()
        feed.take(Edges(0, 0), ())
        feed.take(Edges(1, 4), [news(n) for n in (1, 2, 3, 4)])
        assert numbers_after(feed, 2) == [3, 4]
        assert feed.after(1) is None

    run_apart(scene())


def test_a_restored_base_whose_numbers_went_back_makes_everybody_reload() -> None:
    async def scene() -> bytes:
        feed = Feed()
        feed.take(Edges(1, 90), ())
        feed.take(Edges(1, 60), ())
        told = Told(90)
        body = await streaming._missed(feed, Listener("s", uuid4(), None), told)
        assert told.number == 60
        return body

    assert run_apart(scene()).startswith(b"id: 60\nevent: reload")


def test_what_is_for_one_member_is_for_nobody_else() -> None:
    mine, place = uuid4(), uuid4()
    me = Listener("s", mine, frozenset({place}))
    assert me.may_hear(News(1, place, None, b""))
    assert me.may_hear(News(2, None, mine, b""))
    assert not me.may_hear(News(3, place, uuid4(), b""))
    assert not Listener("s", uuid4(), None).may_hear(News(4, None, mine, b""))


def test_all_streams_of_a_process_are_asked_about_together(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[set[str]] = []
    listening = {name: Listener(name, uuid4(), None) for name in ("a", "b")}

    def listeners_now(sessions: set[str]) -> dict[str, Listener]:
        rounds.append(set(sessions))
        return listening

    monkeypatch.setattr(listeners, "listeners_now", listeners_now)

    async def scene() -> list[Listener | None]:
        door = Doorkeeper()
        leaving = asyncio.ensure_future(door.listener("a"))
        asking = [asyncio.ensure_future(door.listener(name)) for name in ("a", "b", "gone")]
        await asyncio.sleep(0)
        leaving.cancel()  # its round goes on for the others
        answers = await asyncio.gather(*asking)
        return [*answers, await door.listener("b")]

    assert run_apart(scene()) == [listening["a"], listening["b"], None, listening["b"]]
    assert rounds == [{"a", "b", "gone"}, {"b"}]
