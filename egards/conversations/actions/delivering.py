"""What became of a letter comes back to its conversation: one that could not be delivered is something to do."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from egards.conversations.actions.events import locked, tell
from egards.conversations.actions.states import reopen
from egards.conversations.models import Event, Turn
from egards.notifications.actions import notify


@transaction.atomic
def failed(*, interaction_id: UUID) -> Event | None:
    """Open the conversation of a letter that could not be delivered, and call its author; once per letter."""
    turn = Turn.objects.select_related("conversation", "interaction", "by").filter(pk=interaction_id).first()
    if turn is None:
        return None
    conversation = locked(turn.conversation)
    known = conversation.events.filter(kind=Event.Kind.SEND_FAILED, interaction_id=interaction_id).first()
    if known is not None:
        return known
    event = tell(conversation, Event.Kind.SEND_FAILED, interaction=turn.interaction)
    if turn.is_program:
        return event  # nobody waits for an acknowledgement: the conversation is open already
    reopen(conversation=conversation, by=None)
    member = turn.by or conversation.owner
    if member is not None:
        notify(member=member, kind="send_failed", ref=conversation.pk)
    return event
