"""One conversation as it was read: plain rows, parsed from what the base sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from egards.conversations.models import Conversation, SavedView

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of a word."""

    engine: str
    version: str
    at: datetime
    language: str
    polarity: int
    is_ambiguous: bool
    urgency: str
    intents: Sequence[str]
    themes: Sequence[Row]
    reasons: Sequence[Sequence[Any]]
    by_name: str | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came, or went, with a word; or that stands beside a draft."""

    id: UUID
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Address:
    """By what somebody can be answered."""

    handle_id: UUID
    kind: str
    value: str
    name: str
    is_gone: bool = False
    role: str = "author"


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a word of ours went."""

    state: str
    sent_at: datetime | None
    error: str
    is_uncertain: bool
    provider_id: str


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One word of the thread, with everything its block shows."""

    id: UUID
    at: datetime
    is_ours: bool
    kind: str
    touchpoint: str
    why: str
    by: str
    by_id: UUID | None
    is_program: bool
    is_to_confirm: bool
    is_on_page: bool
    subject: str
    text: str
    has_content: bool
    has_html: bool
    score: float | None
    problems: Sequence[str]
    said_name: str
    reading: Read | None
    files: Sequence[Attached]
    authors: Sequence[Address]
    sent: Sent | None
    around: Row
    others: Sequence[Address]
    also_at: Sequence[str]

    @property
    def is_unsent(self) -> bool:
        """Whether a person of ours wrote it as a letter that has not left yet."""
        return not self.is_program and self.sent is not None and self.sent.state in ("waiting", "held")


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note among us."""

    id: UUID
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened."""

    id: UUID
    at: datetime
    kind: str
    by: str
    interaction_id: UUID | None
    promise_id: UUID | None
    detail: Row


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """What was promised, by when, and what became of it."""

    id: UUID
    kind: str
    what: str
    status: str
    made_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    broken_at: datetime | None
    owner: str
    owner_id: UUID | None

    @property
    def is_running(self) -> bool:
        """Whether it is still to be kept."""
        return self.status in ("open", "paused", "broken") and self.settled_at is None


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call that the customer waits for."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    tries: int
    phone: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What a member writes, or what leaves in a moment."""

    id: UUID
    member: str
    member_id: UUID
    via: str
    handle_id: UUID | None
    text: str
    note: str
    promised: str
    promised_by: datetime | None
    renegotiates_id: UUID | None
    then: str
    seen_version: int
    leaves_at: datetime | None
    files: Sequence[Attached]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another conversation that may be the same need, or came before."""

    id: UUID
    number: int
    need: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Named:
    """A colleague or a team, to choose among."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A saved reply."""

    id: UUID
    title: str
    shortcut: str
    text: str


@dataclass(frozen=True)
class Opened:
    """One conversation with its thread (oldest first), and what answering it needs."""

    conversation: Conversation
    turns: Sequence[TurnRow]
    has_earlier: bool
    notes: Sequence[NoteRow]
    events: Sequence[EventRow]
    promises: Sequence[PromiseRow]
    call: CallRow | None
    draft: DraftRow | None
    leaving: DraftRow | None
    beside: Sequence[Beside]
    colleagues: Sequence[Named]
    teams: Sequence[Named]
    replies: Sequence[ReplyRow]
    views: Sequence[SavedView]
    emails: Sequence[Address]
    phones: Sequence[Address]
    has_page: bool
    tells_brand: bool
    is_proved: bool
    may_name: bool

    @property
    def unsent(self) -> TurnRow | None:
        """The answer of a person that stands ready and has not left, when the customer said nothing since."""
        heard_at = self.conversation.last_in_at
        ours = [turn for turn in self.turns if turn.is_unsent and (heard_at is None or turn.at >= heard_at)]
        return ours[-1] if ours else None

    @property
    def written_for(self) -> set[UUID]:
        """The promises still to keep that letters on their way will keep."""
        unsent = {turn.id for turn in self.turns if turn.is_unsent}
        written = [event for event in self.events if event.kind == "written" and event.interaction_id in unsent]
        return {UUID(pk) for event in written for pk in event.detail["keeps"]}


def moment(text: str | None) -> datetime | None:
    """Read a moment as the base writes it in JSON."""
    return datetime.fromisoformat(text) if text else None


def at_of(row: Row, name: str = "at") -> datetime:
    """Read a moment that is always there."""
    return datetime.fromisoformat(row[name])


def maybe_id(text: str | None) -> UUID | None:
    """Read an id that may be missing."""
    return UUID(text) if text else None


def turn_row(row: Row) -> TurnRow:
    """Read one word."""
    reading, sent, content = first(row["reading"]), first(row["sent"]), first(row["content"])
    words: Row = content or {
        "subject": "",
        "text": "",
        "has_html": False,
        "problems": [],
        "said_name": "",
        "around": {},
    }
    return TurnRow(
        id=UUID(row["id"]),
        at=at_of(row),
        is_ours=row["direction"] == "out",
        kind=row["kind"],
        touchpoint=row["touchpoint"],
        why=row["why"],
        by=row["by"] or "",
        by_id=maybe_id(row["by_id"]),
        is_program=row["is_program"],
        is_to_confirm=row["is_to_confirm"],
        is_on_page=row["level"] == "screen",
        subject=words["subject"],
        text=words["text"],
        has_content=content is not None,
        has_html=words["has_html"],
        score=row["score"],
        problems=words["problems"],
        said_name=words["said_name"] or "",
        reading=Read(**{**reading, "at": at_of(reading)}) if reading else None,
        files=[attached(file) for file in row["files"]],
        authors=[address(author) for author in row["authors"]],
        sent=Sent(**{**sent, "sent_at": moment(sent["sent_at"])}) if sent else None,
        around=words["around"],
        others=[address(other) for other in row["others"]],
        also_at=sorted({where["name"] for where in row["arrived"]} - {row["touchpoint"]}),
    )


def note_row(row: Row) -> NoteRow:
    """Read a note."""
    return NoteRow(UUID(row["id"]), at_of(row), row["by"], row["text"])


def event_row(row: Row) -> EventRow:
    """Read an event."""
    interaction, promise = maybe_id(row["interaction_id"]), maybe_id(row["promise_id"])
    return EventRow(UUID(row["id"]), at_of(row), row["kind"], row["by"] or "", interaction, promise, row["detail"])


def promise_row(row: Row) -> PromiseRow:
    """Read a promise."""
    return PromiseRow(
        id=UUID(row["id"]),
        kind=row["kind"],
        what=row["what"],
        status=row["status"],
        made_at=at_of(row, "made_at"),
        due_at=moment(row["due_at"]),
        settled_at=moment(row["settled_at"]),
        broken_at=moment(row["broken_at"]),
        owner=row["owner"] or "",
        owner_id=maybe_id(row["owner_id"]),
    )


def call_row(row: Row | None) -> CallRow | None:
    """Read the call that is waited for, if any."""
    if row is None:
        return None
    starts, ends = at_of(row, "starts_at"), at_of(row, "ends_at")
    return CallRow(UUID(row["id"]), starts, ends, row["tries"], row["phone"] or "")


def draft_row(row: Row | None) -> DraftRow | None:
    """Read a draft, if there is one."""
    if row is None:
        return None
    return DraftRow(
        id=UUID(row["id"]),
        member=row["name"],
        member_id=UUID(row["member_id"]),
        via=row["via"],
        handle_id=maybe_id(row["handle_id"]),
        text=row["text"],
        note=row["note"],
        promised=row["promised"],
        promised_by=moment(row["promised_by"]),
        renegotiates_id=maybe_id(row["renegotiates_id"]),
        then=row["then"],
        seen_version=row["seen_version"],
        leaves_at=moment(row["leaves_at"]),
        files=[attached(file) for file in row["files"]],
    )


def attached(row: Row) -> Attached:
    """Read a file."""
    return Attached(UUID(row["id"]), row["name"], row["size"] or 0)


def address(row: Row) -> Address:
    """Read an address."""
    is_gone, role = row.get("is_gone", False), row.get("role", "author")
    return Address(UUID(row["handle_id"]), row["kind"], row["value"], row["name"], is_gone, role)


def beside(row: Row) -> Beside:
    """Read a neighbour."""
    return Beside(UUID(row["id"]), row["number"], row["need"], row["state"], row["reason"])


def named(row: Row) -> Named:
    """Read somebody to choose."""
    return Named(UUID(row["id"]), row["name"])


def reply_row(row: Row) -> ReplyRow:
    """Read a saved reply."""
    return ReplyRow(UUID(row["id"]), row["title"], row["shortcut"], row["text"])


def first(rows: Sequence[Row]) -> Row | None:
    """Return the only row of a list of one, or none."""
    return rows[0] if rows else None
