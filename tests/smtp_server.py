"""A real SMTP server on loopback that keeps what it takes, and answers what a test tells it to.

with smtp_server() as server:
    server.answer_with("451 4.7.1 come back later", at="DATA")
    … send through 127.0.0.1:server.port …
    assert server.messages == []
"""

from __future__ import annotations

from asyncio import Server
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Taken:
    """One message as the server took it."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)

    def text(self) -> str:
        """The text part."""
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""

    def html(self) -> str:
        """The HTML part."""
        body = self.message.get_body(("html",))
        return str(body.get_content()) if body else ""


@dataclass
class SmtpServer:
    """What the server took, and what it shall say instead of « 250 »: one answer a turn, then it agrees again."""

    port: int = 0
    messages: list[Taken] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    password: str = ""
    keeps_what_it_refuses: bool = False
    tokens: set[str] = field(default_factory=set)
    signed_in: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of a mail touchpoint that sends through here."""
        return {"host": "127.0.0.1", "port": self.port, "security": "none", "plus_addresses": True, "username": ""}

    def answer_with(self, *answers: str, at: str = "RCPT") -> None:
        """Say these, one each time, at MAIL, RCPT or DATA (once the message was given)."""
        self.said.setdefault(at, []).extend(answers)

    def _next(self, at: str) -> str:
        waiting = self.said.get(at)
        return waiting.pop(0) if waiting else ""

    async def handle_MAIL(  # noqa: N802 the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender."""
        if self.password and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if answer := self._next("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        if answer := self._next("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The message."""
        answer = self._next("DATA")
        if not answer or self.keeps_what_it_refuses:
            raw = envelope.original_content or b""
            self.messages.append(Taken(envelope.mail_from or "", list(envelope.rcpt_tos), raw))
        if answer == "hang up":
            transport = server.transport
            if transport is not None:
                transport.close()
        return answer or "250 2.0.0 OK queued"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """Whether a token is one of ours; a « no » is a question first, which is answered by nothing."""
        user, bearer = b64decode(args[1]).decode().split("\x01")[:2]
        if bearer.removeprefix("auth=Bearer ") in self.tokens:
            self.signed_in.append(user.removeprefix("user="))
            return AuthResult(success=True, auth_data=user)
        assert await server.challenge_auth(b'{"status": "401"}') == b""
        return AuthResult(success=False, handled=False)

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Whether a name and password are right."""
        right = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=right, handled=False)


class FreePort(Controller):
    """A controller on a port that the system chooses: the one it got is known once it listens."""

    def _trigger_server(self) -> None:
        self.port = cast(Server, self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def smtp_server(*, password: str = "", handler: SmtpServer | None = None) -> Iterator[SmtpServer]:
    """Run a server on a free port of 127.0.0.1; with ``password``, it takes nothing without it. It knows ``tokens``."""
    handler = handler or SmtpServer(password=password)
    options: dict[str, Any] = {"auth_require_tls": False}
    if password:
        options |= {"authenticator": handler.authenticate}
    controller = FreePort(handler, hostname="127.0.0.1", port=0, **options)
    controller.start()
    handler.port = controller.port
    try:
        yield handler
    finally:
        controller.stop()
