"""A mailbox on a server that is not there: messages, moods, and a line that breaks when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from egards.core.clock import now
from egards.core.sealing import seal
from egards.touchpoints.boxes import Box, BoxBroken, BoxRefused, Listed
from egards.touchpoints.models import Mailbox, Touchpoint


@dataclass
class FakeBox(Box):
    """Messages by UID; ``refuses`` are never given, ``breaks`` cut the line each time they are asked for."""

    messages: dict[int, tuple[bytes, datetime | None]] = field(default_factory=dict)
    generation: str = "1"
    takes_order: bool = True
    refuses: set[int] = field(default_factory=set)
    breaks: set[int] = field(default_factory=set)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    def add(self, *raws: bytes, at: datetime | None = None) -> None:
        """Let messages arrive."""
        for raw in raws:
            self.messages[max(self.messages, default=0) + 1] = (raw, at or now())

    def folders(self) -> list[str]:
        """One."""
        return ["INBOX"]

    def enter(self) -> None:
        """Nothing to open."""

    def listed(self, *, after: int = 0) -> list[Listed]:
        """As a server lists them."""
        there = sorted(self.messages.items())
        return [Listed(str(uid), uid, len(raw), at) for uid, (raw, at) in there if uid > after]

    def fetch(self, wanted: Sequence[Listed]) -> dict[str, bytes]:
        """As a server gives them, in its moods."""
        self.asked.append(tuple(one.id for one in wanted))
        if self.breaks & {one.number for one in wanted}:
            raise BoxBroken("broken")
        if self.refuses & {one.number for one in wanted}:
            raise BoxRefused("refused")
        return {one.id: self.messages[one.number][0] for one in wanted if one.number in self.messages}

    def put_away(self, taken: Sequence[Listed]) -> None:
        """Move them out of sight."""
        for one in taken:
            self.away.append(one.id)
            del self.messages[one.number]

    def wait(self, seconds: float, *, is_over: Callable[[], bool]) -> None:
        """Nothing comes."""

    def close(self) -> None:
        """Nothing to close."""


def read_by(touchpoint: Touchpoint, *, takes_past: bool = True) -> Mailbox:
    """Connect a touchpoint to a mailbox without asking any server."""
    return Mailbox.objects.create(
        touchpoint=touchpoint, host="imap.lindelle.example", port=993, security="tls", username="bonjour",
        secret=seal("secret", purpose="mailbox secrets"), takes_past=takes_past,
    )  # fmt: skip
