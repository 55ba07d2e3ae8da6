"""Where a word goes: to the conversation it answers, to one of its own, or nowhere. Pure.

A token of ours says which conversation a word answers. Without one, nothing joins by itself: the word opens its own
conversation, and stands « perhaps » beside the one that the same customer has open. The subject alone never decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

#: An answer to a conversation that was resolved longer ago than this opens another, linked to it.
REOPENED_WITHIN = timedelta(days=14)


class Way(StrEnum):
    """What becomes of a word."""

    JOIN = "join"
    JOIN_QUIETLY = "join quietly"  # automatic mail: shown, but it wakes nobody and touches no promise
    OPEN = "open"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation as routing sees it."""

    id: UUID
    is_resolved: bool
    state_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A word as routing sees it. ``opens`` says that its touchpoint's words call for an answer."""

    received_at: datetime
    is_automatic: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Where a word goes; ``beside`` is the conversation that a new one stands beside, and ``follows`` why."""

    way: Way
    to: UUID | None = None
    beside: UUID | None = None
    follows: bool = False


def route_of(word: Said, *, answers: Standing | None, open_ones: Sequence[Standing]) -> Route:
    """Return where a word goes. ``answers`` is what its token names; ``open_ones`` the customer's, newest first."""
    if word.is_automatic:
        return Route(Way.JOIN_QUIETLY, answers.id) if answers else Route(Way.NOWHERE)
    if answers and not (answers.is_resolved and word.received_at - answers.state_at > REOPENED_WITHIN):
        return Route(Way.JOIN, answers.id)
    if answers:
        return Route(Way.OPEN, beside=answers.id, follows=True)
    if not word.opens:
        return Route(Way.NOWHERE)
    return Route(Way.OPEN, beside=open_ones[0].id if open_ones else None)
