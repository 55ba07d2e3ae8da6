"""What a kind hands over: plain values, no Django, no database.

A kind translates bytes into ``Inbound``; every later step reads only these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

Role = Literal["author", "to", "cc", "about", "on_behalf_of", "forwarder"]
Automatic = Literal["out_of_office", "bounce", "list", "notification", "own_loop", ""]
HandleKind = Literal["email", "phone", "loyalty", "social", "device"]


class Proof(StrEnum):
    """How sure we are that a handle speaks for its person, weakest first."""

    NONE = "none"
    CLAIMED = "claimed"
    AUTHENTICATED = "authenticated"
    PROVED = "proved"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it appeared, with the name that stood beside it."""

    kind: HandleKind
    value: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One address in one role in an interaction."""

    role: Role
    address: Address
    proof: Proof = Proof.CLAIMED


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a word. ``name`` and ``content_type`` are the sender's claims."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment that came with a word. ``starts`` and ``ends`` are ISO 8601, a day alone for a whole day.

    ``method`` is what the word does with it (RFC 5546: REQUEST, REPLY, CANCEL…).
    """

    title: str
    starts: str
    ends: str = ""
    where: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """What became of one recipient of a letter of ours: the code and the reason said (``mime/bounce_reasons``).

    ``is_gone`` says that the address itself does not receive any more: writing there again is useless.
    """

    address: str
    status: str
    reason: str
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A word of somebody else that its author hands on. ``when`` is what stood there, as it was written."""

    author: Address
    text: str
    when: str = ""
    said_above: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One word of one person, translated, nothing decided yet.

    ``word_id`` is the provider's own id (Message-ID, review id…) or empty; an empty string is never a key.
    ``happened_at`` is the sender's claim, aware, or None. ``score`` comes with its ``scale`` (low, high).
    ``facts`` carries what else the source said (place, product, brand, order number…), by plain name.
    ``reply_token`` is the token of ours that the word carried: it says which conversation it answers.
    ``bounced`` is the id of the delivery of ours that it brings back: nobody could be reached (32 hexadecimal digits).
    ``problems`` are sentences about what could not be read as it should.

    ``automatic`` says which machine wrote (empty: a person may have), ``returns_on`` until when a person said to be
    away. ``ours`` is the id of the delivery of ours that this word would be, if it is ours coming back (32 hexadecimal
    digits), and ``unless_ours`` which machine wrote it when it is not. ``came_back`` are the recipients of a bounce.
    """

    word_id: str = ""
    text: str = ""
    subject: str = ""
    html: str = ""
    happened_at: datetime | None = None
    parties: tuple[Party, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    score: float | None = None
    scale: tuple[float, float] | None = None
    in_reply_to: tuple[str, ...] = ()
    reply_token: str = ""
    bounced: str = ""
    is_automatic: bool = False
    automatic: Automatic = ""
    returns_on: date | None = None
    ours: str = ""
    unless_ours: Automatic = ""
    appointments: tuple[Appointment, ...] = ()
    came_back: tuple[CameBack, ...] = ()
    forwarded: Forwarded | None = None
    occurrence: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def author(self) -> Party | None:
        """The first party in the role of author, if any."""
        return next((p for p in self.parties if p.role == "author"), None)


@dataclass(frozen=True, slots=True)
class Meta:
    """What the door knew when the bytes came in; ``is_live`` says that they come from outside, just now."""

    received_at: datetime
    default_region: str = "FR"
    options: dict[str, str] = field(default_factory=dict)
    is_live: bool = False


class Unreadable(Exception):
    """The bytes cannot be translated; they go to quarantine with this sentence (shown to members, French)."""


class Refused(Exception):
    """A delivery that is not accepted. ``permanent`` says that trying again is useless."""

    def __init__(self, reason: str, *, permanent: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
