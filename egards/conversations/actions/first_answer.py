"""How long a customer waited for a person: written once, at the first human answer, on the wall and in open time."""

from __future__ import annotations

from datetime import datetime

from egards.conversations.hours import working_calendar
from egards.conversations.models import Conversation
from egards.core.working_hours import working_seconds


def note_answer(conversation: Conversation, *, at: datetime) -> None:
    """Write how long the customer waited for a person, at the first human answer. The caller saves."""
    if conversation.answered_at is not None or conversation.asked_at is None:
        return
    conversation.answered_at = at
    calendar = working_calendar(conversation.brand, conversation.team)
    conversation.answer_worked_seconds = working_seconds(calendar, conversation.asked_at, at)
