"""The live stream ``/flux/``: who may listen hears their own brand, until they sign out or lose their role (S18)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from egards.accounts.actions import add_member, brand_named, give_role, place_named
from egards.accounts.models import Member, Role
from egards.core import live, presence
from egards.core.clock import now
from egards.core.ids import new_id
from egards.core.models import LiveEvent
from egards.touchpoints.actions import open_touchpoint
from egards.workspace.stream import stream
from tests.loops import run_apart
from tests.permissions.visitors import Visitor
from tests.permissions.walker import session_of

pytestmark = pytest.mark.django_db(transaction=True)

#: An open stream is closed at most this long after its member may no longer listen.
CLOSED_WITHIN_SECONDS = 5.0


class Screen:
    """One open screen, and everything it was sent."""

    def __init__(self, session: str = "", *, method: str = "GET", query: str = "", **headers: str) -> None:
        given = {"cookie": f"{settings.SESSION_COOKIE_NAME}={session}", **headers}
        pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
        self.scope = {
            "type": "http", "method": method, "path": "/flux/", "headers": pairs, "query_string": query.encode()
        }  # fmt: skip
        self.sent: list[dict[str, Any]] = []
        self.leaving = asyncio.Event()
        self.task = asyncio.ensure_future(stream(self.scope, self._receive, self._send))

    @property
    def status(self) -> int:
        """The status it was answered with; 0 before."""
        return next((m["status"] for m in self.sent if m["type"] == "http.response.start"), 0)

    @property
    def heard(self) -> bytes:
        """All it was sent."""
        return b"".join(m.get("body", b"") for m in self.sent)

    @property
    def is_closed(self) -> bool:
        """Whether the house ended it."""
        return self.task.done() and self.sent[-1].get("more_body", False) is False

    async def hears(self, text: bytes, *, within: float = 8.0) -> bool:
        """Wait until it was sent this, or for so long."""
        return await _until(lambda: text in self.heard, within)

    async def leave(self) -> None:
        """Close the tab."""
        self.leaving.set()
        await self.task

    async def _receive(self) -> dict[str, Any]:
        await self.leaving.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


@pytest.fixture(autouse=True)
def _connections_closed() -> Iterator[None]:
    yield
    connections.close_all()


def listen(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story in a thread and an event loop of its own (a browser test may leave one running in this thread)."""

    async def whole() -> None:
        try:
            await story()
        finally:
            await sync_to_async(connections.close_all)()

    run_apart(whole())


def member(name: str, role: str = "", *, brand: str = "Boréal", place: str = "") -> tuple[Member, str]:
    """A member with a role, and their session."""
    made = add_member(email=f"{name}@maison.example", name=name, password="une longue phrase de passe 7")
    house = brand_named(name=brand)
    if role:
        give_role(member=made, name=role, brand=house, place=place_named(brand=house, name=place) if place else None)
    return made, session_of(Visitor(name, made))


def say_something_changed(touchpoint_id: UUID) -> bytes:
    """Publish one event of a touchpoint; return what a screen that hears it would be sent."""
    ref = new_id()
    live.publish("words", touchpoint_id=touchpoint_id, refs=[ref])
    live.move_outbox()
    return str(ref).encode()


def test_strangers_and_those_without_words_find_nothing() -> None:
    sessions = [member("sans")[1], member("equipes", "people")[1]]
    gone, left = member("partie", "adviser")
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    async def story() -> None:
        screens = [Screen(s) for s in ("", "faux", "x" * 32, left, *sessions)]
        await asyncio.gather(*(s.task for s in screens))
        assert [s.status for s in screens] == [404] * 6
        assert {s.heard for s in screens} == {b""}

    listen(story)


def test_only_get_and_only_from_our_own_pages() -> None:
    session = member("odile", "adviser")[1]

    async def story() -> None:
        screens = [
            Screen(session, method="POST"),
            Screen(session, sec_fetch_site="cross-site"),
            Screen(session, origin="https://ailleurs.example", host="maison.example"),
        ]
        await asyncio.gather(*(s.task for s in screens))
        assert [s.status for s in screens] == [404] * 3
        ours = Screen(session, sec_fetch_site="same-origin", origin="https://maison.example", host="maison.example")
        assert await ours.hears(b"event: hello")
        await ours.leave()

    listen(story)


def test_each_hears_their_own_brand_and_place() -> None:
    north, south = brand_named(name="Boréal"), brand_named(name="Zénith")
    market = place_named(brand=north, name="Halle")
    ours = open_touchpoint(brand=north, kind="api", name="ici").pk
    there = open_touchpoint(brand=north, kind="api", name="halle", place=market).pk
    theirs = open_touchpoint(brand=south, kind="api", name="ailleurs").pk
    sessions = {
        "north": member("nord", "adviser")[1],
        "south": member("sud", "adviser", brand="Zénith")[1],
        "market": member("halle", "store", place="Halle")[1],
        "house": member("maison", "admin")[1],
    }
    Role.objects.filter(name="admin").update(brand=None)

    async def story() -> None:
        screens = {name: Screen(session) for name, session in sessions.items()}
        for screen in screens.values():
            assert await screen.hears(b"event: hello")
        events = [await sync_to_async(say_something_changed)(t) for t in (ours, there, theirs)]
        assert await screens["house"].hears(events[2])
        assert await screens["south"].hears(events[2])
        assert await screens["north"].hears(events[1])
        assert await screens["market"].hears(events[1])
        heard = {name: [event in screen.heard for event in events] for name, screen in screens.items()}
        for screen in screens.values():
            await screen.leave()
        assert heard == {
            "north": [True, True, False],
            "south": [False, False, True],
            "market": [False, True, False],
            "house": [True, True, True],
        }
        back = Screen(sessions["market"], last_event_id="0")
        assert await back.hears(events[1])
        assert events[0] not in back.heard
        assert events[2] not in back.heard
        await back.leave()

    listen(story)


def test_what_is_for_one_member_reaches_them_alone_wherever_their_screens_are() -> None:
    (alice, hers), (_bob, his), (_chief, whole) = (member(name, "adviser") for name in ("alice", "bob", "chef"))
    Role.objects.filter(member__name="chef").update(brand=None, name="admin")
    ours = open_touchpoint(brand=brand_named(name="Boréal"), kind="api", name="ici").pk

    def call() -> bytes:
        ref = new_id()
        live.publish("notice", member_id=alice.pk, refs=[ref])
        live.move_outbox()
        return str(ref).encode()

    async def story() -> None:
        first, second, other, chief = screens = [Screen(s) for s in (hers, hers, his, whole)]
        for screen in screens:
            assert await screen.hears(b"event: hello")
        notice = await sync_to_async(call)()
        shared = await sync_to_async(say_something_changed)(ours)
        for screen in screens:
            assert await screen.hears(shared)
        assert [notice in s.heard for s in (first, second, other, chief)] == [True, True, False, False]
        for screen in screens:
            await screen.leave()
        back = Screen(his, last_event_id="0")
        assert await back.hears(shared)
        assert notice not in back.heard
        await back.leave()

    listen(story)


def test_who_is_there_is_told_behind_the_same_fence_and_never_to_oneself() -> None:
    north, south = brand_named(name="Boréal"), brand_named(name="Zénith")
    ours = open_touchpoint(brand=north, kind="api", name="ici").pk
    open_touchpoint(brand=south, kind="api", name="ailleurs")
    (yann, his), (_maud, hers) = member("yann", "adviser"), member("maud", "adviser")
    theirs = member("sud", "adviser", brand="Zénith")[1]
    conversation = str(new_id())

    def say(state: str) -> None:
        presence.tell(presence.Sighting(conversation, str(ours), str(yann.pk), "yann", "aaaaaaaa", state))

    async def story() -> None:
        screens = [Screen(s) for s in (his, hers, theirs)]
        for screen in screens:
            assert await screen.hears(b"event: hello")
        own, neighbour, stranger = screens
        await sync_to_async(say)("writes")
        assert await neighbour.hears(b'"name": "yann", "state": "writes"', within=15)
        late = Screen(hers)
        assert await late.hears(b'"name": "yann", "state": "writes"', within=15)
        await sync_to_async(say)("leaves")
        nobody = f'{{"conversation": "{conversation}", "people": []}}'.encode()
        assert await neighbour.hears(nobody, within=15)
        assert await late.hears(nobody, within=15)
        for screen in (*screens, late):
            await screen.leave()
        assert not any(conversation.encode() in s.heard for s in (own, stranger))

    listen(story)


def test_nothing_of_who_is_there_is_kept() -> None:
    ours = open_touchpoint(brand=brand_named(name="Boréal"), kind="api", name="ici").pk
    somebody = str(new_id())
    before = _rows()
    presence.tell(presence.Sighting(str(new_id()), str(ours), somebody, "yann", "aaaaaaaa", "reads"))
    assert _rows() == before


def test_a_stream_that_begins_so_long_ago_gets_what_came_since() -> None:
    session = member("tard", "adviser")[1]
    ours = open_touchpoint(brand=brand_named(name="Boréal"), kind="api", name="ici").pk
    old, fresh = say_something_changed(ours), say_something_changed(ours)
    LiveEvent.objects.filter(number=1).update(at=now() - timedelta(minutes=10))

    async def story() -> None:
        late, early = Screen(session, query="ago=1000"), Screen(session, query="ago=900000")
        new = Screen(session)
        assert await late.hears(fresh)
        assert await early.hears(fresh)
        assert await new.hears(b"event: hello")
        heard = [(old in s.heard, fresh in s.heard) for s in (late, early, new)]
        for screen in (late, early, new):
            await screen.leave()
        assert heard == [(False, True), (True, True), (False, False)]

    listen(story)


def test_it_closes_after_signing_out_losing_the_role_or_leaving_the_house() -> None:
    (_out, signed_out), (loses, no_role), (leaves, gone), (_stays, staying) = (
        member(name, "adviser") for name in ("sort", "perd", "part", "reste")
    )

    def end() -> None:
        SessionStore(signed_out).flush()
        loses.roles.all().delete()
        Member.objects.filter(pk=leaves.pk).update(is_active=False)

    async def story() -> None:
        screens = [Screen(s) for s in (signed_out, no_role, gone)]
        other = Screen(staying)
        for screen in (*screens, other):
            assert await screen.hears(b"event: hello")
        await sync_to_async(end)()
        event = await sync_to_async(say_something_changed)(new_id())
        assert await _until(lambda: all(s.is_closed for s in screens), CLOSED_WITHIN_SECONDS)
        assert not any(event in screen.heard for screen in screens)
        assert not other.is_closed
        await other.leave()

    listen(story)


def _rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


async def _until(holds: Callable[[], bool], seconds: float) -> bool:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not holds() and loop.time() < end:
        await asyncio.sleep(0.02)
    return holds()
