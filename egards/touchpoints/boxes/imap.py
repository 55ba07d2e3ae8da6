"""A mailbox by IMAP (RFC 3501, IDLE: RFC 2177). UIDs and UIDVALIDITY only: never « unseen », never dates.

imap-tools signs in, names folders and waits; bytes are asked with BODY.PEEK[], which leaves no trace on the server.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox

from egards.touchpoints.boxes.box import (
    Box,
    BoxBroken,
    BoxFailed,
    BoxRefused,
    Listed,
    Login,
    TokenRefused,
    why_unreachable,
    wrong_password,
)
from egards.touchpoints.smtp import STARTTLS, TLS, bearer

#: How long IDLE is asked for at once: routers forget silent lines, and a missed word is found at the next look.
IDLE_SECONDS = 240
_LOOK_SECONDS = 1.0
#: Messages moved by one command: servers refuse lines that are too long.
MOVED_TOGETHER = 500
_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
_LITERAL = re.compile(rb"\bBODY\[\] \{(\d+)\}$", re.IGNORECASE)
_EMPTY = re.compile(rb"\bBODY\[\] (?:NIL|\"\")", re.IGNORECASE)


class ImapBox(Box):
    """One connection, one folder: opened to look at only, unless messages are moved away afterwards."""

    takes_order = True
    stays = True

    def __init__(self, login: Login, *, timeout: float) -> None:
        self._login = login
        self._box = _reach(login, timeout)
        try:
            _sign_in(self._box, login)
        except BoxFailed:
            self.close()
            raise

    def folders(self) -> list[str]:
        """Every folder that can be opened, INBOX first."""
        with _told():
            names = [f.name for f in self._box.folder.list() if "\\Noselect" not in f.flags]
        return sorted(names, key=lambda name: (name.upper() != "INBOX", name))

    def enter(self) -> None:
        """Open the folder; messages stay as they are unless they are to be moved.

        Without MOVE (RFC 6851) nothing is moved: a copy and a deletion would also expunge what others marked.
        """
        if self._login.put_away and "MOVE" not in self._box.client.capabilities:
            raise BoxRefused(_("This server cannot move messages: leave them where they are."))
        try:
            with _told():
                self._box.folder.set(self._login.folder, readonly=not self._login.put_away)
        except MailboxFolderSelectError as error:
            raise BoxRefused(_("The server has no folder of this name, or does not let us open it.")) from error
        _kind, validity = self._box.client.response("UIDVALIDITY")
        self.generation = (validity[-1] or b"").decode("ascii", "replace") if validity else ""
        if not self.generation:
            raise BoxRefused(_("This server does not say how long its numbers hold (UIDVALIDITY)."))

    def listed(self, *, after: int = 0) -> list[Listed]:
        """Ids, sizes and dates, one line a message: a search would put them all on one."""
        answer = self._fetch(f"{after + 1}:*", "(UID RFC822.SIZE INTERNALDATE)")
        found = {one.number: one for part in answer if isinstance(part, bytes) for one in _listed(part)}
        return [found[uid] for uid in sorted(found) if uid > after]  # « n:* » always tells the last one

    def fetch(self, wanted: Sequence[Listed]) -> dict[str, bytes]:
        """Return the bytes of each; one whose length is not the one announced came by a broken line."""
        answer = self._fetch(",".join(one.id for one in wanted), "(UID BODY.PEEK[])")
        return dict(_bodies(answer))

    def put_away(self, taken: Sequence[Listed]) -> None:
        """Move them to the chosen folder."""
        try:
            with _told():
                self._box.move([one.id for one in taken], self._login.put_away, chunks=MOVED_TOGETHER)
        except ImapToolsError as error:
            raise BoxRefused(_("The server does not let us move messages to the chosen folder.")) from error

    def wait(self, seconds: float, *, is_over: Callable[[], bool]) -> None:
        """Wait in IDLE when the server knows it, else for the time given."""
        if "IDLE" not in self._box.client.capabilities:
            _rest(seconds, is_over)
            return
        end = time.monotonic() + IDLE_SECONDS
        with _told():
            self._box.idle.start()  # type: ignore[no-untyped-call]
            while not is_over() and time.monotonic() < end:
                began = time.monotonic()
                # an early answer of nothing at all is a line that is no more: saying « done » will tell
                if self._box.idle.poll(_LOOK_SECONDS) or time.monotonic() - began < _LOOK_SECONDS / 2:
                    break
            self._box.idle.stop()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Say goodbye."""
        with suppress(Exception):
            self._box.client.logout()
        with suppress(Exception):  # a broken line says no goodbye, and is closed all the same
            self._box.client.shutdown()

    def _fetch(self, which: str, what: str) -> list[Any]:
        with _told():
            kind, data = self._box.client.uid("FETCH", which, what)
            if kind != "OK":
                raise BoxRefused(_("The server does not give what was asked of it."))
            return list(data)


class _Line(imaplib.IMAP4):
    """The library's client, encrypted from the first byte when that is asked; a failed handshake closes the line."""

    def __init__(self, login: Login, timeout: float) -> None:
        self._login = login
        super().__init__(login.host, login.port, timeout)

    def _create_socket(self, timeout: float) -> socket.socket:
        line: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]
        if self._login.security != TLS:
            return line
        try:
            return ssl.create_default_context().wrap_socket(line, server_hostname=self._login.host)
        except BaseException:
            line.close()
            raise


class _MailBox(BaseMailBox):
    def __init__(self, login: Login, timeout: float) -> None:
        self._login, self._timeout = login, timeout
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Line(self._login, self._timeout)
        if self._login.security == STARTTLS:
            try:
                client.starttls(ssl.create_default_context())
            except BaseException:
                with suppress(OSError):  # the handshake may have taken the line with it
                    client.shutdown()
                raise
        return client


def _reach(login: Login, timeout: float) -> BaseMailBox:
    try:
        return _MailBox(login, timeout)
    except (OSError, EOFError) as error:
        raise why_unreachable(error) from error
    except imaplib.IMAP4.abort as error:
        if "TLS" not in str(error):  # a server without STARTTLS is told by an « abort » too
            raise BoxBroken(_("The line to the server broke.")) from error
        raise BoxRefused(_("The server does not speak with this encryption at this port.")) from error
    except imaplib.IMAP4.error as error:
        raise BoxRefused(_("The server does not speak with this encryption at this port.")) from error


def _sign_in(box: BaseMailBox, login: Login) -> None:
    try:
        if login.token:
            box.client.authenticate("XOAUTH2", bearer(login.username, login.token))
        elif (login.username + login.password).isascii():
            box.login(login.username, login.password, initial_folder=None)
        else:
            box.login_utf8(login.username, login.password, initial_folder=None)
        _kind, said = box.client.capability()  # many servers say more once they know us
        box.client.capabilities = tuple((said[-1] or b"").decode("ascii", "replace").upper().split())
    except imaplib.IMAP4.abort as error:
        raise BoxBroken(_("The line to the server broke.")) from error
    except (imaplib.IMAP4.error, MailboxLoginError) as error:
        if "[UNAVAILABLE]" in str(error):  # RFC 5530: it could not look, which says nothing of the password
            raise BoxBroken(_("The server cannot check who we are just now.")) from error
        raise (TokenRefused() if login.token else wrong_password()) from error
    except OSError as error:
        raise why_unreachable(error) from error


@contextmanager
def _told() -> Iterator[None]:
    """Tell broken lines and refusals from one another; what imap-tools says of a command stays as it is."""
    try:
        yield
    except (imaplib.IMAP4.abort, OSError, EOFError) as error:
        raise BoxBroken(_("The line to the server broke.")) from error
    except imaplib.IMAP4.error as error:
        raise BoxRefused(_("The server does not give what was asked of it.")) from error


def _listed(line: bytes) -> Iterator[Listed]:
    uid, size = _UID.search(line), _SIZE.search(line)
    if uid and size:
        moment = imaplib.Internaldate2tuple(line)
        at = datetime.fromtimestamp(time.mktime(moment), UTC) if moment else None
        yield Listed(uid[1].decode(), int(uid[1]), int(size[1]), at)


def _bodies(answer: Sequence[Any]) -> Iterator[tuple[str, bytes]]:
    """Go through an answer: a literal comes as a pair, and the UID may stand on either side of it (RFC 3501 §7.4.2)."""
    for index, part in enumerate(answer):
        if isinstance(part, tuple):
            head, raw = part
            literal = _LITERAL.search(head)
            after = answer[index + 1] if index + 1 < len(answer) and isinstance(answer[index + 1], bytes) else b""
            uid = _UID.search(head) or _UID.search(after)
            if literal and uid:
                if len(raw) != int(literal[1]):
                    raise BoxBroken(_("The line to the server broke."))
                yield uid[1].decode(), raw
        elif isinstance(part, bytes) and _EMPTY.search(part) and (uid := _UID.search(part)):
            yield uid[1].decode(), b""


def _rest(seconds: float, is_over: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not is_over() and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
