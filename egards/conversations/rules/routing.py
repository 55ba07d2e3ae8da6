"""Where a word goes: to the conversation it answers, to one of its own, or nowhere. Pure.

A token of ours says which conversation a word answers, whoever bears it: an author who is not the customer is then to
be confirmed. A word that only cites a message we know (In-Reply-To, References) joins its conversation when its author
takes part in it already and our own mail server vouches for them; anybody can write an id. Else it opens its own
conversation, and stands « perhaps » beside the one cited, or the one that the same customer has open. Neither the
subject nor the name of the author ever decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from egards.touchpoints.inbound import Proof

#: How sure we must be of an author for their word to join on the strength of what it cites.
SURE = frozenset({Proof.AUTHENTICATED, Proof.PROVED, Proof.CONFIRMED})


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
    """A word as routing sees it. ``opens`` says that its touchpoint's words call for an answer.

    ``reopened_within`` is how long an answer opens a resolved conversation again; later, it opens another.
    """

    received_at: datetime
    is_automatic: bool
    opens: bool
    reopened_within: timedelta


@dataclass(frozen=True, slots=True)
class Route:
    """Where a word goes; ``beside`` is the conversation that a new one stands beside, and ``follows`` why."""

    way: Way
    to: UUID | None = None
    beside: UUID | None = None
    follows: bool = False


def route_of(
    word: Said, *, answers: Standing | None, open_ones: Sequence[Standing], cited: Standing | None = None
) -> Route:
    """Return where a word goes.

    ``answers`` is the conversation it answers for sure, ``cited`` one that it only names, ``open_ones`` the customer's
    own that are open, newest first.
    """
    if word.is_automatic:
        return Route(Way.JOIN_QUIETLY, answers.id) if answers else Route(Way.NOWHERE)
    if answers and not (answers.is_resolved and word.received_at - answers.state_at > word.reopened_within):
        return Route(Way.JOIN, answers.id)
    if answers:
        return Route(Way.OPEN, beside=answers.id, follows=True)
    if not word.opens:
        return Route(Way.NOWHERE)
    beside = cited or (open_ones[0] if open_ones else None)
    return Route(Way.OPEN, beside=beside.id if beside else None)


def may_join_by_citing(authors: Collection[tuple[UUID, Proof]], participants: Collection[UUID]) -> bool:
    """Say whether a word that cites a conversation joins it: one of its author's handles takes part, and is sure."""
    return any(handle in participants and proof in SURE for handle, proof in authors)
