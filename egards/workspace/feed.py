"""What one process knows of the live stream: it listens once and reads each event once, for all its open screens.

The last events are kept in memory; a screen that is further behind reads pages from the base. Who is where
(``core/presence.py``) comes by the same connection and lives here only.
"""

from __future__ import annotations

import asyncio
import json
import logging
import weakref
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections, connection
from django.db.models import Max, Min

from egards.core import live, presence
from egards.core.models import LiveEvent
from egards.core.presence import Presence

log = logging.getLogger("egards.live")

#: The base is read again after so long, whether somebody rang or not, and who has gone silent is forgotten.
LOOK_SECONDS = 2.0
#: So many events are kept in memory, and read from the base in one go.
MOST_KEPT = 10_000
PAGE = 1000

_FIELDS = ("number", "topic", "ref", "touchpoint_id", "member_id")


@dataclass(frozen=True, slots=True)
class News:
    """One event, as it is sent, and who may hear it."""

    number: int
    touchpoint_id: UUID | None
    member_id: UUID | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Edges:
    """The oldest and the newest number that the base holds; 0 when it holds none."""

    oldest: int
    newest: int


def sse(name: str, data: dict[str, object], number: int | None = None) -> bytes:
    """Return one event as SSE text; with a number the browser remembers it."""
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class Feed:
    """The events of one process and event loop. Streams take ``change``, look, then wait for it."""

    def __init__(self) -> None:
        self.presence = Presence()
        self.oldest = self.newest = 0
        self._floor = 0
        self._recent: deque[News] = deque()
        self._ready, self._heard, self._changed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.hears = asyncio.Event()
        self._tasks = [asyncio.ensure_future(self._listen()), asyncio.ensure_future(self._look())]

    @property
    def change(self) -> asyncio.Event:
        """The next change to come: taken before one looks at what there is, so that none comes in between unheard."""
        return self._changed

    async def ready(self) -> None:
        """Return once it knows where the stream stands and hears who is where, as far as the base lets it soon.

        Who is where is told once and kept nowhere: what is said before one listens is never heard.
        """
        await self._ready.wait()
        await wait_for(self.hears, LOOK_SECONDS)

    def after(self, number: int) -> list[News] | None:
        """Return the events after ``number`` from memory, oldest first; None when they are not all kept."""
        if number < self._floor:
            return None
        found: list[News] = []
        for news in reversed(self._recent):
            if news.number <= number:
                break
            found.append(news)
        return found[::-1]

    def take(self, edges: Edges, events: Iterable[News]) -> None:
        """Take in what the base holds beyond ``newest``; begin anew when its numbers went back (a restored base)."""
        if edges.newest < self.newest or not self._ready.is_set():
            self._recent.clear()
            self._floor = self.newest = edges.newest
            self._ready.set()
        self.oldest = edges.oldest
        for news in events:
            self._recent.append(news)
            self.newest = news.number
        while len(self._recent) > MOST_KEPT:
            self._floor = self._recent.popleft().number
        self.ring()

    def ring(self) -> None:
        """Wake every screen."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _look(self) -> None:
        while True:
            self._heard.clear()
            try:
                await self._look_once()
            except Error:
                log.warning("live stream: the database is away, trying again")
                await asyncio.sleep(1)
            self._forget_the_silent()
            await wait_for(self._heard, LOOK_SECONDS)

    async def _look_once(self) -> None:
        edges = await sync_to_async(edges_now)()
        if edges.newest < self.newest or not self._ready.is_set():
            self.take(edges, ())
        while self.newest < edges.newest:
            page = await sync_to_async(events_after)(self.newest, edges.newest)
            if not page:  # emptied meanwhile: the next look will see it
                return
            self.take(edges, page)
        self.oldest = edges.oldest

    def _forget_the_silent(self) -> None:
        mark = self.presence.mark
        self.presence.expire(asyncio.get_running_loop().time())
        if self.presence.mark != mark:
            self.ring()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (psycopg.Error, OSError):
                log.warning("live stream: the database is away, trying again")
                self.hears.clear()
                await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        parameters = {k: v for k, v in connection.get_connection_params().items() if k not in _DJANGO_ONLY}
        async with await psycopg.AsyncConnection.connect(**_KEPT_ALIVE | parameters, autocommit=True) as listening:
            await listening.execute(f"LISTEN {live.CHANNEL}")
            await listening.execute(f"LISTEN {presence.CHANNEL}")
            self.hears.set()
            self._heard.set()
            async for said in listening.notifies():
                if said.channel == live.CHANNEL:
                    self._heard.set()
                else:
                    self._hear_presence(said.payload)

    def _hear_presence(self, payload: str) -> None:
        try:
            self.presence.hear(payload, asyncio.get_running_loop().time())
        except (ValueError, TypeError):
            log.warning("live stream: a presence that cannot be read was left out")
        else:
            self.ring()


_feeds: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Feed] = weakref.WeakKeyDictionary()

#: A base that went away without a word is noticed within a minute.
_KEPT_ALIVE: dict[str, Any] = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
_DJANGO_ONLY = ("context", "cursor_factory", "prepare_threshold")


def feed_here() -> Feed:
    """Return the feed of the running event loop."""
    loop = asyncio.get_running_loop()
    return _feeds.get(loop) or _feeds.setdefault(loop, Feed())


def edges_now() -> Edges:
    """Ask the base where its stream begins and ends."""
    close_old_connections()
    edges = LiveEvent.objects.aggregate(newest=Max("number"), oldest=Min("number"))
    return Edges(edges["oldest"] or 0, edges["newest"] or 0)


def events_after(number: int, newest: int) -> list[News]:
    """Read at most a page of the events after ``number``, up to ``newest``."""
    close_old_connections()
    events = LiveEvent.objects.filter(number__gt=number, number__lte=newest).order_by("number")
    return [
        News(number, touchpoint_id, member_id, sse("change", {"topic": topic, "ref": str(ref or "")}, number))
        for number, topic, ref, touchpoint_id, member_id in events.values_list(*_FIELDS)[:PAGE]
    ]


async def wait_for(change: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or after ``seconds``."""
    try:
        await asyncio.wait_for(change.wait(), max(0.0, seconds))
    except TimeoutError:
        return
