"""What a mailbox can do, whatever its protocol, and how it fails."""

from __future__ import annotations

import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Login:
    """How to reach a mailbox. ``security`` is one of ``touchpoints.smtp``; ``put_away`` is where messages go once
    they are committed here (IMAP: a folder; POP3: anything deletes them); empty leaves them as they are. ``token``,
    when there is one, opens the mailbox instead of the password (OAuth2)."""

    host: str
    port: int
    security: str
    username: str
    folder: str = "INBOX"
    put_away: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A message on the server: its id there (UID, UIDL), its place in the list, its size in bytes, and when the
    server took it (None: it does not say)."""

    id: str
    number: int
    size: int
    at: datetime | None = None


class BoxFailed(Exception):
    """A mailbox could not be read; ``reason`` is a sentence without a secret, a name or a word of the server."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BoxRefused(BoxFailed):
    """The server, or our own settings, say no: a person has something to mend."""


class TokenRefused(BoxRefused):
    """The server does not take the token: it may have died before its time, and another may do."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The provider agreed, but its server does not open this mailbox: look whether it allows IMAP, and"
                " whether the account that agreed is the mailbox’s own."
            )
        )


class BoxBroken(BoxFailed):
    """The line broke or nobody answers: later may be better."""


class Box(ABC):
    """A mailbox whose door is open. Methods raise ``BoxRefused`` or ``BoxBroken``.

    ``generation`` says how long ids keep their meaning: another one, and every message is to be read again.
    ``takes_order``: ids grow, so that what is new stands after the last one read. ``stays``: the line may be kept.
    """

    generation: str = ""
    takes_order: bool = False
    stays: bool = False

    @abstractmethod
    def folders(self) -> list[str]:
        """Return the names of the folders, empty when the protocol has none."""

    @abstractmethod
    def enter(self) -> None:
        """Open the folder; ``generation`` is known from then on."""

    @abstractmethod
    def listed(self, *, after: int = 0) -> list[Listed]:
        """Return the messages that are there, in order; with ``after``, only those beyond that id."""

    @abstractmethod
    def fetch(self, wanted: Sequence[Listed]) -> dict[str, bytes]:
        """Return the bytes of messages by id, without marking them; those that are gone or not given are absent."""

    @abstractmethod
    def put_away(self, taken: Sequence[Listed]) -> None:
        """Move or delete messages that are committed here."""

    @abstractmethod
    def wait(self, seconds: float, *, is_over: Callable[[], bool]) -> None:
        """Return when something may be new, when ``is_over``, or after ``seconds``."""

    @abstractmethod
    def close(self) -> None:
        """Say goodbye; never raises."""


def why_unreachable(error: Exception) -> BoxFailed:
    """Return what a failed connection means, for people. Of the error itself nothing is kept: it may cite a name."""
    if isinstance(error, socket.gaierror):
        return BoxRefused(_("No server has this name."))
    if isinstance(error, ConnectionRefusedError):
        return BoxRefused(_("The server refuses the connection at this port."))
    if isinstance(error, ssl.SSLCertVerificationError):
        return BoxRefused(_("The certificate of the server is not valid: the password was not sent."))
    if isinstance(error, ssl.SSLError):
        return BoxRefused(_("The server does not speak with this encryption at this port."))
    if isinstance(error, TimeoutError):
        return BoxBroken(_("The server does not answer."))
    return BoxBroken(_("The line to the server broke."))


def wrong_password() -> BoxRefused:
    """The server knows better."""
    return BoxRefused(_("The server refuses our name or password."))
