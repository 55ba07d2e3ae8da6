"""``/flux/``: the live stream (SSE). One LISTEN per process wakes every open screen; each gets what it may see.

A browser that comes back sends the number of the last event it saw (``Last-Event-ID``) and gets exactly what it
missed, or ``reload`` when that is older than what is kept. Who may listen is asked again every few seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.db import close_old_connections, connection
from django.db.models import Max, Min
from django.http import HttpRequest

from egards.accounts.models import Member
from egards.accounts.queries import access_of
from egards.core.live import CHANNEL
from egards.core.models import LiveEvent
from egards.touchpoints.queries import touchpoint_ids

log = logging.getLogger("egards.live")

#: How often an open stream asks again whether its member may still listen, and shows that it is alive.
RECHECK_SECONDS = 4.0
#: At most this many events are sent to one screen at once; beyond, it is told to reload.
MOST_MISSED = 1000

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Listener:
    """Who listens: a session, and the touchpoints its member may see (None: all)."""

    session_key: str
    touchpoints: frozenset[UUID] | None


class Wake:
    """One LISTEN per process and event loop; streams wait on it."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._task = asyncio.ensure_future(self._listen())

    @property
    def change(self) -> asyncio.Event:
        """The next change to come: taken before one looks at what there is, so that none comes in between unheard."""
        return self._changed

    async def wait(self, change: asyncio.Event, seconds: float) -> None:
        """Return when something was published since ``change`` was taken, or after ``seconds``."""
        try:
            await asyncio.wait_for(change.wait(), max(0.0, seconds))
        except TimeoutError:
            return

    def ring(self) -> None:
        """Say that something was published."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except psycopg.Error:
                log.warning("live stream: the database is away, trying again")
                await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        parameters = connection.get_connection_params()
        wanted = {k: v for k, v in parameters.items() if k in ("dbname", "user", "password", "host", "port")}
        async with await psycopg.AsyncConnection.connect(**wanted, autocommit=True) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            async for _notification in listening.notifies():
                self.ring()


_wakes: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Wake] = weakref.WeakKeyDictionary()


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one open screen until it leaves or may no longer listen."""
    listener = await sync_to_async(_listener)(_cookie(scope))
    if listener is None or scope["method"] != "GET" or _is_from_elsewhere(scope):
        await _answer(send, 404)
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await _serve(scope, send, listener, leaving)
    finally:
        leaving.cancel()


async def _serve(scope: Scope, send: Send, listener: Listener | None, leaving: asyncio.Future[None]) -> None:
    loop = asyncio.get_running_loop()
    wake = _wakes.get(loop) or _wakes.setdefault(loop, Wake())
    last = _last_event_id(scope)
    checked = loop.time()
    while listener is not None and not leaving.done():
        change = wake.change
        last, body = await sync_to_async(_missed)(listener, last)
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await wake.wait(change, checked + RECHECK_SECONDS - loop.time())
        if loop.time() - checked >= RECHECK_SECONDS:
            listener = await sync_to_async(_listener)(listener.session_key)
            checked = loop.time()
    if not leaving.done():
        await send({"type": "http.response.body", "body": b"event: closed\ndata: {}\n\n", "more_body": False})


def _missed(listener: Listener, last: int | None) -> tuple[int, bytes]:
    """Return the newest number and the events after ``last`` as SSE text; a comment when there is none."""
    close_old_connections()
    edges = LiveEvent.objects.aggregate(newest=Max("number"), oldest=Min("number"))
    newest = edges["newest"] or 0
    if last is None:
        return newest, _event("hello", newest, {})
    if last > newest or (edges["oldest"] or 0) > last + 1 or newest - last > MOST_MISSED:
        return newest, _event("reload", newest, {})
    events = LiveEvent.objects.filter(number__gt=last, number__lte=newest).order_by("number")
    seen = [e for e in events if _may_see(listener, e)]
    body = b"".join(_event("change", e.number, {"topic": e.topic, "ref": str(e.ref or "")}) for e in seen)
    return newest, body or b": ok\n\n"


def _may_see(listener: Listener, event: LiveEvent) -> bool:
    return listener.touchpoints is None or event.touchpoint_id in listener.touchpoints


def _event(name: str, number: int, data: dict[str, str]) -> bytes:
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _listener(session_key: str) -> Listener | None:
    """Return who this session is, or None when it may not listen."""
    close_old_connections()
    engine = import_module(settings.SESSION_ENGINE)
    request = HttpRequest()
    request.session = engine.SessionStore(session_key)
    if not session_key or SESSION_KEY not in request.session:
        return None
    member = get_user(request)
    if not isinstance(member, Member) or not member.is_active:
        return None
    access = access_of(member)
    if not access.may("read words"):
        return None
    scope = access.scope("read words")
    return Listener(session_key, None if scope.is_house else frozenset(touchpoint_ids(scope)))


def _is_from_elsewhere(scope: Scope) -> bool:
    """Say whether another site's page asks: browsers tell (Fetch Metadata), or send that site's Origin."""
    origin = _header(scope, b"origin").partition("//")[2]
    is_cross = _header(scope, b"sec-fetch-site") in ("cross-site", "same-site")
    return is_cross or bool(origin and origin != _header(scope, b"host"))


def _cookie(scope: Scope) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(_header(scope, b"cookie"))
    except CookieError:
        return ""
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _last_event_id(scope: Scope) -> int | None:
    """The browser's own number when it reconnects; ``?after=`` when another tab takes the stream over."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0]
    value = _header(scope, b"last-event-id") or asked
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
