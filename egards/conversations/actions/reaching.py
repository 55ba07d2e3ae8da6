"""An answer reaches the customer's way: it keeps what was promised, ends the wait for a person, gives them the turn.

On the follow-up page, as soon as it is written. A letter, at the moment it left the house: until then what it is to
change stands in its ``WRITTEN`` event, the promises go on counting, and nobody is said to be answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from egards.accounts.models import Member
from egards.conversations.actions.events import show
from egards.conversations.actions.first_answer import note_answer
from egards.conversations.actions.promises import (
    keep_promise,
    pause_promises,
    renegotiate_promise,
    running_promises,
)
from egards.conversations.actions.states import reopen, resolve, wait_for_customer
from egards.conversations.models import Conversation, Draft, Event, Promise
from egards.interactions.models import Interaction


@dataclass(frozen=True, slots=True)
class Answer:
    """What a word of ours is to change. It keeps ``keeps``, and gives ``renegotiates`` the date ``due_at``."""

    word: Interaction
    by: Member | None
    then: str
    keeps: frozenset[UUID]
    renegotiates: UUID | None
    due_at: datetime | None

    def detail(self) -> dict[str, Any]:
        """Return what an event keeps of it: ids, a code and a date."""
        moved = {"renegotiates": str(self.renegotiates)} if self.renegotiates else {}
        moved |= {"due_at": self.due_at.isoformat()} if self.renegotiates and self.due_at else {}
        return {"then": self.then, "keeps": sorted(map(str, self.keeps)), **moved}


def answer_of(conversation: Conversation, draft: Draft, word: Interaction) -> Answer:
    """Return what an answer is to change, as it stands when it is written: what is promised later, it does not keep."""
    promised = running_promises([conversation.pk], kind=Promise.Kind.ANSWER)
    return Answer(
        word=word,
        by=draft.member,
        then=draft.then,
        keeps=frozenset(promise.pk for promise in promised if promise.pk != draft.renegotiates_id),
        renegotiates=draft.renegotiates_id,
        due_at=draft.promised_by,
    )


def written_answer(event: Event) -> Answer:
    """Return what a letter is to change, as its ``WRITTEN`` event tells it."""
    if event.interaction is None:
        raise ValueError("an answer is a word")
    moved, due_at = event.detail.get("renegotiates"), event.detail.get("due_at")
    return Answer(
        word=event.interaction,
        by=event.by,
        then=event.detail["then"],
        keeps=frozenset(map(UUID, event.detail["keeps"])),
        renegotiates=UUID(moved) if moved else None,
        due_at=datetime.fromisoformat(due_at) if due_at else None,
    )


def has_reached(conversation: Conversation, answer: Answer, *, at: datetime) -> None:
    """Write what an answer changes, at the moment it reached its way; the caller's transaction holds the conversation.

    What was settled since it was written (the customer was called meanwhile) stays as it is.
    """
    for promise in running_promises([conversation.pk]):
        if promise.pk in answer.keeps:
            keep_promise(promise=promise, by=answer.by, interaction=answer.word, at=at)
        elif promise.pk == answer.renegotiates and answer.due_at is not None and answer.due_at > at:
            renegotiate_promise(promise=promise, due_at=answer.due_at, by=answer.by, interaction=answer.word, at=at)
    note_answer(conversation, at=at)
    conversation.last_out_at = at
    conversation.save(update_fields=["last_out_at", "answered_at", "answer_worked_seconds"])
    if not _has_moved_since(conversation, answer):
        _turn(conversation, answer, at)
    show(conversation.pk, conversation.touchpoint_id)


def _has_moved_since(conversation: Conversation, answer: Answer) -> bool:
    """Whether the customer spoke, or somebody decided whose turn it is, since it was written: they say it last."""
    written_at = answer.word.received_at
    has_spoken = conversation.last_in_at is not None and conversation.last_in_at > written_at
    return has_spoken or conversation.state_at > written_at


def _turn(conversation: Conversation, answer: Answer, at: datetime) -> None:
    running = running_promises([conversation.pk])
    if answer.then == Draft.Then.RESOLVED and not running:
        resolve(conversation=conversation, by=answer.by)
    elif answer.then == Draft.Then.OPEN or running:
        reopen(conversation=conversation, by=answer.by)
    else:
        wait_for_customer(conversation)
        pause_promises(conversation, at=at)
