"""A mailbox by POP3 (RFC 1939): known by UIDL, left on the server unless it is said otherwise.

The server locks the mailbox as long as we are there, and what arrives meanwhile is only seen the next time: each
look is a connection of its own.
"""

from __future__ import annotations

import poplib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.utils.translation import gettext as _

from egards.touchpoints.boxes.box import (
    Box,
    BoxBroken,
    BoxFailed,
    BoxRefused,
    Listed,
    Login,
    why_unreachable,
    wrong_password,
)
from egards.touchpoints.smtp import STARTTLS, TLS

_ENTRY = re.compile(rb"(\d+) +(\S+)")
_LONGEST_LINE = 60 * 1024 * 1024  # bytes: no line of a message that we take is longer

#: The library stops at lines of 2,048 bytes, which senders of newsletters pass every day; sizes are asked before.
poplib._MAXLINE = _LONGEST_LINE  # type: ignore[attr-defined]


class Pop3Box(Box):
    """One look at a mailbox."""

    def __init__(self, login: Login, *, timeout: float) -> None:
        self._login = login
        self._pop = _reach(login, timeout)
        try:
            _sign_in(self._pop, login)
        except BoxFailed:
            self.close()
            raise

    def folders(self) -> list[str]:
        """POP3 has none."""
        return []

    def enter(self) -> None:
        """Nothing to open."""

    def listed(self, *, after: int = 0) -> list[Listed]:
        """Every message; ids say nothing of their order, so that ``after`` changes nothing."""
        with _told():
            sizes = {int(m[1]): int(m[2]) for m in _entries(self._pop.list()[1])}
            ids = {int(m[1]): m[2].decode("ascii", "replace") for m in _entries(_lines(self._pop.uidl()))}
        return [Listed(ids[number], number, size) for number, size in sorted(sizes.items()) if number in ids]

    def fetch(self, wanted: Sequence[Listed]) -> dict[str, bytes]:
        """Return the bytes of each; one that the server does not give is absent."""
        found = {}
        for one in wanted:
            with suppress(BoxRefused), _told():
                lines = self._pop.retr(one.number)[1]
                found[one.id] = b"\r\n".join(lines) + (b"\r\n" if lines else b"")
        return found

    def put_away(self, taken: Sequence[Listed]) -> None:
        """Delete them; the server does it when we leave."""
        with _told():
            for one in taken:
                self._pop.dele(one.number)

    def wait(self, seconds: float, *, is_over: Callable[[], bool]) -> None:
        """Wait for the time given."""
        end = time.monotonic() + seconds
        while not is_over() and time.monotonic() < end:
            time.sleep(1)

    def close(self) -> None:
        """Say goodbye: only then does the server delete what it was told to."""
        with suppress(Exception):
            self._pop.quit()
        with suppress(Exception):
            self._pop.close()


class _Line(poplib.POP3):
    """The library's client, encrypted from the first byte when that is asked; what fails closes the line."""

    _socket: socket.socket | None = None

    def __init__(self, login: Login, timeout: float) -> None:
        self._login = login
        try:
            super().__init__(login.host, login.port, timeout)
            if login.security == STARTTLS:
                self.stls(ssl.create_default_context())
        except BaseException:
            if self._socket is not None:
                self._socket.close()
            raise

    def _create_socket(self, timeout: float) -> socket.socket:
        self._socket = line = super()._create_socket(timeout)  # type: ignore[misc]
        if self._login.security == TLS:
            self._socket = ssl.create_default_context().wrap_socket(line, server_hostname=self._login.host)
        return self._socket


def _reach(login: Login, timeout: float) -> poplib.POP3:
    try:
        return _Line(login, timeout)
    except OSError as error:
        raise why_unreachable(error) from error
    except poplib.error_proto as error:
        raise BoxRefused(_("The server does not speak with this encryption at this port.")) from error


def _sign_in(pop: poplib.POP3, login: Login) -> None:
    pop.encoding = "utf-8"
    try:
        pop.user(login.username)
        pop.pass_(login.password)
    except poplib.error_proto as error:
        raise wrong_password() from error
    except (OSError, EOFError) as error:
        raise why_unreachable(error) from error


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except poplib.error_proto as error:
        if b"EOF" in repr(error).encode():
            raise BoxBroken(_("The line to the server broke.")) from error
        raise BoxRefused(_("The server does not give what was asked of it.")) from error
    except (OSError, EOFError) as error:
        raise BoxBroken(_("The line to the server broke.")) from error


def _lines(answer: Any) -> list[bytes]:
    return list(answer[1])


def _entries(lines: Sequence[bytes]) -> Iterator[re.Match[bytes]]:
    return (found for line in lines if (found := _ENTRY.match(line)))
