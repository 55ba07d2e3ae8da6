"""The listener for letters, behind the site's own mail server: LMTP (RFC 2033), or SMTP, on one port.

« 250 » is said after COMMIT only, for each recipient apart in LMTP; when the base is away, « come back later » (4xx).
It stands on this machine or the house's own network: it is no server for the Internet (EGARDS_LMTP).
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from egards.interactions.mail_door import largest, take_letter, touchpoint_at

log = logging.getLogger("egards.maildoor")

HANDS = 4
LONGEST_LINE = 64 * 1024 * 1024  # bytes; senders pass the 998 of the standard, and their letters are not refused for it
_LATER = "451 4.3.0 Come back later"
_FULL = "452 4.3.1 No room now, come back later"
_DISK_FULL = "53100"  # PostgreSQL's code for it
_NOBODY = "550 5.1.1 Nobody here reads this address"
_TAKEN = "250 2.0.0 Received"
_DEFAULT_PORT = 2424

T = TypeVar("T")


class WrongAddress(ValueError):
    """The listener may not stand there, in a French sentence."""


def listening_at(said: str) -> tuple[str, int]:
    """Return host and port out of « host:port ». Raises ``WrongAddress`` for what the Internet could reach."""
    host, _colon, port = said.strip().rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        address, number = ip_address("127.0.0.1" if host == "localhost" else host), int(port or _DEFAULT_PORT)
    except ValueError:
        raise WrongAddress("EGARDS_LMTP s’écrit adresse:port, par exemple 127.0.0.1:2424.") from None
    is_inside = address.is_loopback or (address.is_private and not address.is_unspecified)
    if not is_inside and os.environ.get("EGARDS_LMTP_ANYWHERE") != "1":
        raise WrongAddress(
            "EGARDS_LMTP doit rester sur cette machine ou sur votre réseau : votre serveur d’e-mail se tient devant."
        )
    return str(address), number


class Letters:
    """What is done with letters: looked up and committed by a few hands, each with a connection of its own."""

    def __init__(self) -> None:
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="letters")

    async def handle_RCPT(  # noqa: N802 the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say at once whether anybody reads this address."""
        try:
            found = await self._by_hand(lambda: touchpoint_at(address))
        except (DatabaseError, InterfaceError):
            return _LATER
        if found is None:
            return _NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Commit the letter for each recipient; one answer each in LMTP, the worst of them in SMTP."""
        raw, sender = envelope.original_content or b"", envelope.mail_from or ""
        answers = [await self._by_hand(partial(_take, raw, sender, to)) for to in envelope.rcpt_tos]
        if getattr(server, "is_lmtp", False):
            return "\r\n".join(answers)
        return next((answer for answer in answers if answer != _TAKEN), _TAKEN)

    async def handle_exception(self, error: Exception) -> str:
        """Whatever breaks on our side, closing doors included, the other server keeps its letter (never 5xx)."""
        log.warning("a line was answered « later »: %s", type(error).__name__)
        return _LATER

    def close(self) -> None:
        """Finish what is being committed; each hand closes its own connection, all there at once so that none does it
        for another."""
        together = threading.Barrier(HANDS)
        for _hand in range(HANDS):
            self._hands.submit(_leave_base, together)
        self._hands.shutdown(wait=True)

    async def _by_hand(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hands, _with_base, work)


class Door(SMTP):
    """One line: LHLO begins LMTP, EHLO or HELO begin SMTP."""

    line_length_limit = LONGEST_LINE
    is_lmtp = False

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802
        """LMTP from here on."""
        self.is_lmtp = True
        await self.smtp_EHLO(arg)

    async def push(self, status: Any) -> None:
        """In LMTP a letter that is too large is refused to each of its recipients."""
        if self.is_lmtp and str(status).startswith("552 Error: Too much") and self.envelope is not None:
            status = "\r\n".join([str(status)] * len(self.envelope.rcpt_tos))
        await super().push(status)


def main() -> None:
    """Listen until SIGTERM."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd writes addresses there
    asyncio.run(listen(*listening_at(os.environ.get("EGARDS_LMTP", ""))))


async def listen(host: str, port: int) -> None:
    """Listen there; at the end, what is being committed is finished."""
    loop, letters, stop = asyncio.get_running_loop(), Letters(), asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    server = await loop.create_server(lambda: door_for(letters, loop), host, port)
    await stop.wait()
    server.close()
    await asyncio.to_thread(letters.close)


def door_for(letters: Letters, loop: asyncio.AbstractEventLoop) -> Door:
    """Return what speaks on one line."""
    return Door(letters, data_size_limit=largest(), enable_SMTPUTF8=True, hostname="egards", ident="Egards", loop=loop)


def _take(raw: bytes, sender: str, recipient: str) -> str:
    try:
        touchpoint = touchpoint_at(recipient)
        if touchpoint is None:
            return _NOBODY
        take_letter(touchpoint=touchpoint, raw=raw, sender=sender, recipient=recipient)
    except OSError:
        log.warning("a letter of %d bytes was not kept: the disk refuses it", len(raw))
        return _FULL
    except Exception as error:  # whatever it is, the other server keeps the letter and comes back
        log.warning("a letter of %d bytes was not kept: %s", len(raw), type(error).__name__)
        return _FULL if getattr(error.__cause__, "sqlstate", None) == _DISK_FULL else _LATER
    return _TAKEN


def _leave_base(together: threading.Barrier) -> None:
    with suppress(threading.BrokenBarrierError):
        together.wait(timeout=10)
    connection.close()


def _with_base(work: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return work()
    except (DatabaseError, InterfaceError):
        connection.close()
        raise
