"""Every change of a conversation is an event, and open screens hear of it once it is committed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from egards.accounts.models import Member
from egards.conversations.models import Conversation, Event, Promise
from egards.core import live
from egards.core.clock import now
from egards.interactions.models import Interaction

#: The topic that open screens follow; its reference is the conversation.
TOPIC = "conversation"


def tell(
    conversation: Conversation,
    kind: Event.Kind,
    *,
    by: Member | None = None,
    at: datetime | None = None,
    promise: Promise | None = None,
    interaction: Interaction | None = None,
    **detail: str | int | bool | list[str] | None,
) -> Event:
    """Write that something happened, in the caller's transaction. ``detail`` holds ids, codes and dates only."""
    event = Event.objects.create(
        conversation=conversation,
        kind=kind,
        by=by,
        at=at or now(),
        promise=promise,
        interaction=interaction,
        detail=detail,
    )
    show(conversation.pk, conversation.touchpoint_id)
    return event


def show(conversation_id: UUID, touchpoint_id: UUID) -> None:
    """Tell open screens, after the commit, that a conversation changed."""
    live.publish(TOPIC, touchpoint_id=touchpoint_id, refs=[conversation_id])


def locked(conversation: Conversation) -> Conversation:
    """Return the conversation as it stands, held until the commit: two members never change it at once."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related(
        "brand", "touchpoint", "customer", "team"
    )
    return rows.get(pk=conversation.pk)
