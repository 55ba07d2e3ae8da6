"""What cannot be done to a conversation, in a sentence for the member who tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from egards.accounts.models import Member
from egards.conversations.rules.note_hints import Hint


class ConversationError(Exception):
    """Something that cannot be done, in a sentence."""


class NothingSaid(ConversationError):
    """An empty answer or note."""


class InvalidDate(ConversationError):
    """A date that is past, or not after another."""


class CannotReach(ConversationError):
    """No address by which this customer may be answered that way."""


class AlreadyAnswered(ConversationError):
    """Something was said since the member looked: by a colleague (``by``), or by the customer (None)."""

    def __init__(self, sentence: str, *, by: Member | None, at: datetime) -> None:
        super().__init__(sentence)
        self.by = by
        self.at = at


class NeedsConfirmation(ConversationError):
    """A note that says what a note should not: the hints, and whether it may be kept all the same."""

    def __init__(self, sentence: str, *, hints: Sequence[Hint]) -> None:
        super().__init__(sentence)
        self.hints = tuple(hints)

    @property
    def is_refused(self) -> bool:
        """Whether no confirmation helps: a number or a secret that may not be kept."""
        return any(hint.blocks for hint in self.hints)
