"""What the house holds of one customer, part by part, as pages show it, and how each is read from its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from egards.conversations.models import Conversation
from egards.customers.models import Customer
from egards.interactions.models import Handle
from egards.interactions.wording import handle_icon, proof_label, shown_handle
from egards.touchpoints.inbound import Proof

_STRONG = (Proof.AUTHENTICATED, Proof.PROVED, Proof.CONFIRMED)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """One address of a customer, in words."""

    handle_id: UUID
    kind: str
    icon: str
    value: str
    proof: str
    is_strong: bool
    is_confirmed: bool
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who may be the same person, and the address that says so; ``decided_at`` when told apart."""

    id: UUID
    other_id: UUID
    name: str
    because: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Move:
    """A join or a separation made by hand, and whether it can still be undone."""

    id: UUID
    is_merge: bool
    at: datetime
    by: str
    customer: str
    other_id: UUID
    other: str
    address: str
    undone_at: datetime | None
    undone_by: str


@dataclass(frozen=True, slots=True)
class Promised:
    """One promise made to a customer."""

    id: UUID
    conversation_id: UUID
    kind: str
    what: str
    status: str
    owner: str
    made_at: datetime
    due_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of a customer, as their page lists it."""

    id: UUID
    number: int
    need: str
    state: str
    owner: str
    touchpoint_kind: str
    touchpoint: str
    opened_at: datetime
    state_at: datetime
    due_at: datetime | None
    is_maybe: bool

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done, by us or by them."""
        return self.state != Conversation.State.RESOLVED


@dataclass(frozen=True, slots=True)
class NoteKept:
    """What a member wrote about a conversation of this customer."""

    id: UUID
    conversation_id: UUID
    number: int
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Held:
    """Something that stops us from soliciting a person."""

    scope: str
    why: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person agreed to, or refused."""

    purpose: str
    medium: str


def known_in_words(handle: Handle, proof: str) -> Known:
    """Return an address and its proof as pages show them."""
    return Known(
        handle_id=handle.pk,
        kind=handle.kind,
        icon=handle_icon(handle.kind),
        value=shown_handle(handle),
        proof=proof_label(proof),
        is_strong=proof in _STRONG,
        is_confirmed=proof == Proof.CONFIRMED,
        is_shared=handle.is_shared,
    )


def known_row(row: Row) -> Known:
    """Read an address."""
    handle = Handle(id=UUID(row["handle_id"]), kind=row["kind"], value=row["value"], is_shared=row["is_shared"])
    return known_in_words(handle, row["proof"])


def alike_row(row: Row, family: Sequence[UUID]) -> Alike | None:
    """Read the other side of a resemblance; None once both are one person."""
    sides = [(UUID(row[f"{side}_root"]), row[f"{side}_name"]) for side in ("customer", "other")]
    others = [side for side in sides if side[0] not in family]
    if not others:
        return None
    root, name = others[0]
    because = shown_handle(Handle(kind=row["kind"], value=row["value"]))
    return Alike(UUID(row["id"]), root, named(name), because, moment(row["decided_at"]))


def once(found: Sequence[Alike]) -> list[Alike]:
    """Keep one line for each person."""
    return list({alike.other_id: alike for alike in reversed(found)}.values())[::-1]


def merge_row(row: Row) -> Move:
    """Read a join."""
    return _move(row, is_merge=True, address="")


def split_row(row: Row) -> Move:
    """Read a separation."""
    return _move(row, is_merge=False, address=shown_handle(Handle(kind=row["kind"], value=row["value"])))


def _move(row: Row, *, is_merge: bool, address: str) -> Move:
    return Move(
        id=UUID(row["id"]),
        is_merge=is_merge,
        at=datetime.fromisoformat(row["at"]),
        by=row["by"] or "",
        customer=named(row["customer"]),
        other_id=UUID(row["other_id"]),
        other=named(row["other"]),
        address=address,
        undone_at=moment(row["undone_at"]),
        undone_by=row["undone_by"] or "",
    )


def promise_row(row: Row) -> Promised:
    """Read a promise."""
    return Promised(
        id=UUID(row["id"]),
        conversation_id=UUID(row["conversation_id"]),
        kind=row["kind"],
        what=row["what"],
        status=row["status"],
        owner=row["owner"] or "",
        made_at=datetime.fromisoformat(row["made_at"]),
        due_at=moment(row["due_at"]),
        settled_at=moment(row["settled_at"]),
    )


def talk_row(row: Row) -> Talk:
    """Read a conversation."""
    return Talk(
        id=UUID(row["id"]),
        number=row["number"],
        need=row["need"],
        state=row["state"],
        owner=row["owner"] or "",
        touchpoint_kind=row["touchpoint_kind"],
        touchpoint=row["touchpoint"],
        opened_at=datetime.fromisoformat(row["opened_at"]),
        state_at=datetime.fromisoformat(row["state_at"]),
        due_at=moment(row["due_at"]),
        is_maybe=row["link_reason"] == Conversation.LinkReason.MAYBE,
    )


def note_row(row: Row) -> NoteKept:
    """Read a note."""
    ids = UUID(row["id"]), UUID(row["conversation_id"])
    return NoteKept(*ids, row["number"], row["by"] or "", datetime.fromisoformat(row["at"]), row["text"])


def open_first(talk: Talk) -> tuple[bool, float]:
    """Sort what is open before what is not, each from the newest."""
    return not talk.is_open, -talk.state_at.timestamp()


def moment(text: str | None) -> datetime | None:
    """Read a moment."""
    return datetime.fromisoformat(text) if text else None


def named(name: str | None) -> str:
    """Name somebody, or say that they have no name."""
    return str(Customer(name=name or ""))
