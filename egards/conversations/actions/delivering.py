"""What became of a letter comes back to its conversation: it left, could not be delivered, or was not to be sent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from egards.conversations.actions.events import locked, show, tell
from egards.conversations.actions.promises import refresh_due, resume_promises, return_promises
from egards.conversations.actions.reaching import has_reached, written_answer
from egards.conversations.actions.states import reopen
from egards.conversations.models import Conversation, Event, Turn
from egards.interactions.models import Delivery
from egards.notifications.actions import notify


@transaction.atomic
def left(*, interaction_id: UUID) -> Event | None:
    """Let an answer that has left the house change what it was written to change, at the moment it left; once.

    None when there is nothing to change: a letter of the house itself, one told already, or one that came back since.
    """
    found = _held_turn(interaction_id)
    delivery = Delivery.objects.filter(interaction_id=interaction_id, state=Delivery.State.SENT).first()
    if found is None or delivery is None or delivery.sent_at is None:
        return None
    turn, conversation = found
    written = _told(conversation, Event.Kind.WRITTEN, interaction_id)
    if written is None or _told(conversation, Event.Kind.LEFT, interaction_id):
        return None
    event = tell(conversation, Event.Kind.LEFT, at=delivery.sent_at, interaction=turn.interaction)
    has_reached(conversation, written_answer(written), at=delivery.sent_at)
    return event


@transaction.atomic
def failed(*, interaction_id: UUID) -> Event | None:
    """Open the conversation of a letter that could not be delivered, and call its author; once per letter.

    What a letter had kept before it came back is to be kept again, and nobody is said to have been answered by it.
    """
    found = _held_turn(interaction_id)
    if found is None:
        return None
    turn, conversation = found
    if known := _told(conversation, Event.Kind.SEND_FAILED, interaction_id):
        return known
    event = tell(conversation, Event.Kind.SEND_FAILED, interaction=turn.interaction)
    if turn.is_program:
        return event  # nobody waits for an acknowledgement: the conversation is open already
    return_promises(interaction=turn.interaction, conversation=conversation)
    _unanswer(conversation, interaction_id)
    reopen(conversation=conversation, by=None)
    resume_promises(conversation, at=event.at)
    refresh_due(conversation)
    member = turn.by or conversation.owner
    if member is not None:
        notify(member=member, kind="send_failed", ref=conversation.pk)
    return event


@transaction.atomic
def withdrawn(*, interaction_id: UUID) -> None:
    """Put what a letter was to keep back on the list of what to do: somebody chose not to send it."""
    found = _held_turn(interaction_id)
    if found is not None:
        _turn, conversation = found
        refresh_due(conversation)
        show(conversation.pk, conversation.touchpoint_id)


def _unanswer(conversation: Conversation, interaction_id: UUID) -> None:
    """The first answer was this one, and it came back: the customer still waits for a first answer."""
    event = _told(conversation, Event.Kind.LEFT, interaction_id)
    if event is not None and conversation.answered_at == event.at:
        conversation.answered_at = conversation.answer_worked_seconds = None
        conversation.save(update_fields=["answered_at", "answer_worked_seconds"])


def _held_turn(interaction_id: UUID) -> tuple[Turn, Conversation] | None:
    """The letter's place, and the conversation it stands in by now, held until the commit."""
    turn = Turn.objects.select_related("conversation", "interaction", "by").filter(pk=interaction_id).first()
    if turn is None:
        return None
    conversation = locked(turn.conversation)
    while conversation.joined_into is not None:  # joined between the two questions
        conversation = locked(conversation.joined_into)
    return turn, conversation


def _told(conversation: Conversation, kind: Event.Kind, interaction_id: UUID) -> Event | None:
    """An event of a letter, wherever it was told before conversations were joined."""
    events = Event.objects.filter(kind=kind, interaction_id=interaction_id).select_related("interaction", "by")
    joined = Conversation.objects.filter(joined_into=conversation).values_list("pk", flat=True)
    return events.filter(conversation_id__in=[conversation.pk, *joined]).first()
