"""Who may listen to the live stream. It is asked again every few seconds for each open browser: together, since five
hundred browsers that ask one by one keep the base and this process busier than all their pages.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from egards.accounts.models import Member
from egards.accounts.queries import access_of
from egards.accounts.scope import Scope
from egards.core.clock import now
from egards.core.presence import Place
from egards.touchpoints.queries import touchpoint_ids
from egards.workspace.feed import News

#: Those who ask within so long are answered together.
TOGETHER_SECONDS = 0.3


@dataclass(frozen=True)
class Listener:
    """Who listens: a session, its member, and the touchpoints they may see (None: all)."""

    session_key: str
    member_id: UUID
    touchpoints: frozenset[UUID] | None

    def may_hear(self, news: News) -> bool:
        """Say whether this concerns them: what is addressed to a member is for that member alone."""
        if news.member_id is not None:
            return news.member_id == self.member_id
        return self.touchpoints is None or news.touchpoint_id in self.touchpoints

    def may_see(self, place: Place) -> bool:
        """Say whether they may know who is there."""
        return self.touchpoints is None or place.fence in self.touchpoints


def listeners_of(session_keys: Iterable[str]) -> dict[str, Listener]:
    """Return who may listen, by session; a session that may not is left out. As many questions for one as for many."""
    sessions = _sessions([key for key in session_keys if key])
    members = _members(said[SESSION_KEY] for said in sessions.values())
    seen: dict[Scope, frozenset[UUID] | None] = {}
    found: dict[str, Listener] = {}
    for key, said in sessions.items():
        member = members.get(said[SESSION_KEY])
        if member is None or not _is_of(said, member):
            continue
        access = access_of(member)
        if access.may("read words"):
            scope = access.scope("read words")
            if scope not in seen:
                seen[scope] = None if scope.is_house else frozenset(touchpoint_ids(scope))
            found[key] = Listener(key, member.pk, seen[scope])
    return found


def listeners_now(session_keys: Iterable[str]) -> dict[str, Listener]:
    """``listeners_of`` in a thread that may have been idle for long: its connection may be gone."""
    close_old_connections()
    return listeners_of(session_keys)


class Doorkeeper:
    """Asks for all streams of one process and event loop at once."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._round: asyncio.Task[dict[str, Listener]] | None = None

    async def listener(self, session_key: str) -> Listener | None:
        """Return who a session is now, or None when it may not listen any more."""
        self._asked.add(session_key)
        if self._round is None:
            self._round = asyncio.ensure_future(self._answer())
        return (await asyncio.shield(self._round)).get(
            session_key
        )  # who leaves meanwhile leaves the others their round

    async def _answer(self) -> dict[str, Listener]:
        await asyncio.sleep(TOGETHER_SECONDS)
        asked, self._asked, self._round = self._asked, set(), None
        return await sync_to_async(listeners_now)(asked)


_doorkeepers: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Doorkeeper] = weakref.WeakKeyDictionary()


def doorkeeper_here() -> Doorkeeper:
    """Return the doorkeeper of the running event loop."""
    loop = asyncio.get_running_loop()
    return _doorkeepers.get(loop) or _doorkeepers.setdefault(loop, Doorkeeper())


def _sessions(keys: list[str]) -> dict[str, Mapping[str, Any]]:
    """Return what the sessions that are open and signed in say, by key."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    rows = store.get_model_class().objects.filter(session_key__in=keys, expire_date__gt=now())
    said = {key: store.decode(data) for key, data in rows.values_list("session_key", "session_data")}
    return {key: one for key, one in said.items() if SESSION_KEY in one}


def _members(pks: Iterable[str]) -> dict[str, Member]:
    active = Member.objects.filter(pk__in=set(pks), is_active=True).prefetch_related("roles")
    return {str(member.pk): member for member in active}


def _is_of(said: Mapping[str, Any], member: Member) -> bool:
    """Say whether a session still opens for its member, as ``django.contrib.auth.get_user`` does: not after they
    changed their password.
    """
    is_known = said.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    return is_known and constant_time_compare(said.get(HASH_SESSION_KEY, ""), member.get_session_auth_hash())
