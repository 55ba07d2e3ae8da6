"""``/flux/``: the live stream (SSE). Each open browser gets what its member may see, in the order of the numbers.

- ``hello``: the number it starts from. ``?after=<n>`` or ``Last-Event-ID`` says where: what came since is sent.
  ``?ago=<ms>`` starts from so long ago: a page made a moment before the stream opened misses nothing either.
- ``change`` ``{topic, ref}``: something changed. ``presence`` ``{conversation, people}``: who else is there now.
- ``reload``: what was missed is too old, or too much. ``beat``: still here. ``closed``: may not listen any more.

Who may listen is asked again every few seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings

from egards.core.live import KEPT_HOURS, number_before
from egards.core.presence import Place
from egards.workspace.feed import Feed, events_after, feed_here, sse, wait_for
from egards.workspace.listeners import Listener, doorkeeper_here, listeners_now

#: How often an open stream asks again whether its member may still listen, and shows that it is alive.
RECHECK_SECONDS = 4.0
#: A lone change is told at once; while changes never stop, they are told together, so often.
REST_SECONDS = 0.25
#: A browser that missed more is told to reload: that is quicker.
MOST_MISSED = 50_000
#: A page may have been read a little before the moment its browser remembers.
MARGIN_SECONDS = 1.0

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class Told:
    """How far a stream has come: the last number, the last change of presence, and where it said somebody is."""

    number: int
    presence: int = -1
    places: set[Place] = field(default_factory=set)


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one open browser until it leaves or may no longer listen."""
    session_key = _cookie(scope)
    listener = (await sync_to_async(listeners_now)([session_key])).get(session_key)
    if listener is None or scope["method"] != "GET" or _is_from_elsewhere(scope):
        await _answer(send, 404)
        return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    leaving = asyncio.ensure_future(_left(receive))
    serving = asyncio.ensure_future(_serve(scope, send, listener, leaving))
    try:  # a tab that closes leaves nothing behind that waits for its next beat
        await asyncio.wait({serving, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()
    finally:
        serving.cancel()
        leaving.cancel()


async def _serve(scope: Scope, send: Send, listener: Listener | None, leaving: asyncio.Future[None]) -> None:
    loop, feed = asyncio.get_running_loop(), feed_here()
    await feed.ready()
    told = Told(await _start(scope, feed))
    body, checked = sse("hello", {}, told.number), loop.time()
    while listener is not None and not leaving.done():
        change = feed.change
        body += await _missed(feed, listener, told) + _presence(feed, listener, told)
        if body:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            if told.number >= feed.newest:
                await asyncio.sleep(REST_SECONDS)
        if told.number >= feed.newest:
            await wait_for(change, checked + RECHECK_SECONDS - loop.time())
        body = b""
        if loop.time() - checked >= RECHECK_SECONDS:
            listener = await doorkeeper_here().listener(listener.session_key)
            checked, body = loop.time(), sse("beat", {}, told.number)
    if not leaving.done():
        await send({"type": "http.response.body", "body": sse("closed", {}), "more_body": False})


async def _start(scope: Scope, feed: Feed) -> int:
    """Return the number after which this browser wants to hear."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    after = _number(_header(scope, b"last-event-id") or asked.get("after", [""])[0])
    if after is not None:
        return after
    ago = _number(asked.get("ago", [""])[0])
    if ago is None:
        return feed.newest
    return await sync_to_async(number_before)(min(ago / 1000 + MARGIN_SECONDS, KEPT_HOURS * 3600))


async def _missed(feed: Feed, listener: Listener, told: Told) -> bytes:
    """Return the next events that the listener may hear, as SSE text, and note how far they go."""
    if told.number > feed.newest or feed.oldest > told.number + 1 or feed.newest - told.number > MOST_MISSED:
        told.number = feed.newest
        return sse("reload", {}, told.number)
    events = feed.after(told.number)
    if events is None:
        newest = feed.newest
        events = await sync_to_async(events_after)(told.number, newest)
        told.number = newest if not events else told.number
    if events:
        told.number = events[-1].number
    return b"".join(news.body for news in events if listener.may_hear(news))


def _presence(feed: Feed, listener: Listener, told: Told) -> bytes:
    """Return who else is where, as far as that is news to this stream; at its start, wherever somebody is."""
    seen = feed.presence
    places = seen.everywhere() if told.presence < 0 else seen.changed_since(told.presence)
    told.presence = seen.mark
    body = b""
    for place in places:
        people = seen.people(place, but=listener.member_id) if listener.may_see(place) else []
        if people or place in told.places:
            body += sse("presence", {"conversation": place.what, "people": [asdict(person) for person in people]})
        told.places = told.places | {place} if people else told.places - {place}
    return body


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


def _number(value: str) -> int | None:
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
