"""Asks one route as one person, sees what comes back and what was written, then takes everything back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.http import QueryDict
from django.test.client import ClientHandler, RequestFactory
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from egards.accounts.models import JournalEntry
from tests.permissions.corner import Body, Corner
from tests.permissions.routes import Route
from tests.permissions.town import LIBRARIES, OBJECTS
from tests.permissions.visitors import Program, Visitor

#: Tables that reading may write, and why.
MAY_BE_WRITTEN = {
    "django_session": "the state of somebody's own visit",
    "egards_api_bucket": "how often a key asks",
    "egards_api_apikey": "the hour at which a key was last used",
}
_MASKS = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(rb'"X-CSRFToken": "[^"]*"'),
    re.compile(rb'nonce="[^"]*"'),
)
_WRITES = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
"""


@dataclass(frozen=True)
class Seen:
    """What came back, how many rows of which tables were written on the way, and the ids the journal names."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    written: Mapping[str, int]
    touched: frozenset[str] = frozenset()

    def masked(self, *values: object) -> tuple[int, bytes, str, str]:
        """What may be told apart by whoever asked: everything but fresh tokens and the very values they sent."""
        body, to = self.body, self.headers.get("Location", "")
        for mask in _MASKS:
            body = mask.sub(b"", body)
        for value in values:
            body = body.replace(str(value).encode(), b"?")
            to = to.replace(str(value), "?")
        return self.status, body, to, self.headers.get("Content-Type", "")


class CannotFill(Exception):
    """A route whose arguments the town does not know."""


class Walker:
    """One browser (and one program) for everybody; sessions are made once."""

    def __init__(self, visitors: Iterable[Visitor]) -> None:
        self.browser = _Browser()
        self.sessions = {v.name: session_of(v) for v in visitors if v.member}
        self.counted, self.journal = _written(), _journal()
        self.walked: set[tuple[str, str]] = set()
        self.asked = 0
        self.fields: set[str] = set()

    def ask(
        self,
        who: Visitor | Program,
        route: Route,
        method: str,
        *,
        url: str,
        body: Body | None = None,
        query: Mapping[str, object] | None = None,
        keep: bool = False,
    ) -> Seen:
        """Ask, note which fields the view looked at, and (unless ``keep``) roll back whatever it wrote."""
        headers = self._present(who, body)
        data, kind = _payload(body, method)
        before, mark = self.counted, transaction.savepoint()
        with _Fields() as fields:
            asked = urlencode(query or {})
            response: Any = self.browser.generic(method, url, data, kind, headers=headers, QUERY_STRING=asked)
        self.counted = _written()
        written = {t: n - before.get(t, 0) for t, n in self.counted.items() if n != before.get(t, 0)}
        touched = frozenset(_journal() - self.journal) if written else frozenset()
        (transaction.savepoint_commit if keep else transaction.savepoint_rollback)(mark)
        self.walked.add((route.name, method))
        self.fields |= {f"{route.name}?{name}" for name in fields.names}
        self.asked += 1
        return Seen(response.status_code, response.content, response.headers, written, touched)

    def _present(self, who: Visitor | Program, body: Body | None) -> dict[str, str]:
        """Take the cookies of somebody, or return the headers of a program."""
        cookies: SimpleCookie = SimpleCookie()
        headers = dict(body.headers) if body else {}
        if isinstance(who, Program):
            headers |= {"Authorization": f"Bearer {who.text}"} if who.text else {}
        elif who.name in self.sessions:
            cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who.name]
        self.browser.cookies = cookies
        return headers


def address(route: Route, corner: Corner | None, *, absent: bool = False) -> str:
    """Return a concrete address of a route in a corner; ``absent``: of the nearest row that does not exist."""
    values = {}
    for argument in route.arguments:
        if argument.key in OBJECTS and corner is not None:
            value = OBJECTS[argument.key](corner)
            values[argument.name] = nobody(value) if absent else value
        elif argument.key in LIBRARIES:
            values[argument.name] = LIBRARIES[argument.key]
        else:
            raise CannotFill(
                f"{route}: the town has nothing for « {argument.key} ». Add it to OBJECTS in tests/permissions/town.py."
            )
    return reverse(route.name, kwargs=values)


def nobody(value: object) -> object:
    """Return the nearest value of the same form behind which there is no row."""
    if isinstance(value, int):
        return value + 999_999
    return UUID(int=value.int ^ 1) if isinstance(value, UUID) else f"{value}-absent"


def unexpected_writes(seen: Seen) -> dict[str, int]:
    """Return what was written beyond what reading may write."""
    return {table: n for table, n in seen.written.items() if table not in MAY_BE_WRITTEN}


def hash_of_everything() -> dict[str, str]:
    """Return a hash of every row of every table, but those that reading may write (S14)."""
    hashes = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - MAY_BE_WRITTEN.keys()):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '') FROM {name} t")
            (rows,) = cursor.fetchone()
            hashes[table] = hashlib.sha256(rows.encode()).hexdigest()
    return hashes


class _Browser(RequestFactory):
    """Django's test client without what we do not look at (copies of every context): it is asked thousands of times.

    What a view raises becomes an answer 500, as it does for everybody.
    """

    def __init__(self) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)

    def request(self, **request: Any) -> Any:
        """Let the whole house answer."""
        return self.handler(self._base_environ(**request))  # type: ignore[attr-defined]


class _Fields:
    """Notes the names of the query and form fields that views look at: ``QueryDict`` is asked through this class."""

    def __enter__(self) -> _Fields:
        names = self.names = set[str]()

        def noted(asked: QueryDict, name: str) -> Any:
            names.add(name)
            return MultiValueDict.__getitem__(asked, name)

        def noted_list(asked: QueryDict, name: str, *rest: Any, **more: Any) -> Any:
            names.add(name)
            return MultiValueDict._getlist(asked, name, *rest, **more)  # type: ignore[attr-defined]

        setattr(QueryDict, "__getitem__", noted)  # noqa: B010 set on the class, beside what it inherits
        setattr(QueryDict, "_getlist", noted_list)  # noqa: B010
        return self

    def __exit__(self, *_error: object) -> None:
        del QueryDict.__getitem__
        del QueryDict._getlist  # type: ignore[attr-defined]


def _payload(body: Body | None, method: str) -> tuple[bytes, str]:
    if method in ("GET", "HEAD", "OPTIONS"):
        return b"", ""
    sent = body.data if body else {}
    if isinstance(sent, bytes):
        return sent, body.content_type if body else ""
    return urlencode(sent).encode(), "application/x-www-form-urlencoded"


def _written() -> dict[str, int]:
    """Count the rows written so far in this transaction, per table; what was rolled back counts too."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITES)
        return dict(cursor.fetchall())


def _journal() -> set[str]:
    return {f"{e.subject_id} {e.detail}" for e in JournalEntry.objects.all()}


def session_of(visitor: Visitor) -> str:
    """Open a session as signing in does; somebody inactive had one from before."""
    assert visitor.member is not None
    session = SessionStore()
    session[SESSION_KEY] = str(visitor.member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = visitor.member.get_session_auth_hash()
    session.save()
    assert session.session_key
    return session.session_key
