"""What the plan is made of: stories, told step by step, each word with its truth beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from egards.demo.words.nouns import Said, Truth


class Via(StrEnum):
    """By which touchpoint a word comes in."""

    MAIL = "mail"
    FORM = "form"
    REVIEW = "review"
    BUTTON = "button"


class Deed(StrEnum):
    """What one of us does in a conversation."""

    ASSIGN = "assign"
    NAME = "name"
    NOTE = "note"
    ANSWER = "answer"
    KEEP = "keep"
    REPEATED = "repeated"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    CALL = "call"


class Then(StrEnum):
    """What becomes of the conversation once an answer has left; the values of ``conversations.Draft.Then``."""

    WAITING = "waiting"
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Sender:
    """Under which signs a word comes in. Empty: the sign is not given."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """A customer's word. ``customer`` is who really speaks; None: nobody can know (a button on a wall)."""

    at: datetime
    via: Via
    sender: Sender
    said: Said
    customer: int | None
    score: int | None = None
    place: str = ""
    product: str = ""
    order: str = ""
    call_from: datetime | None = None
    call_to: datetime | None = None

    @property
    def truth(self) -> Truth:
        """What a person who reads it would say of it."""
        return self.said.truth


@dataclass(frozen=True, slots=True)
class Acts:
    """What one of us does. ``what`` is the text said or noted; ``until`` the date of what is promised or put aside.

    ``outcome`` is a call's (``conversations.actions.calls.Outcome``).
    """

    at: datetime
    deed: Deed
    by: str
    what: str = ""
    promised: str = ""
    until: datetime | None = None
    then: Then = Then.WAITING
    renegotiates: bool = False
    outcome: str = ""


Step = Says | Acts


@dataclass(frozen=True, slots=True)
class Story:
    """One need from its first word to its end, or to where it is today. ``key`` is unique in the town."""

    key: str
    part: str
    customer: int | None
    situation: str
    steps: tuple[Step, ...]
    cause: str = ""

    @property
    def begins_at(self) -> datetime:
        """When its first word is said."""
        return self.steps[0].at

    @property
    def says(self) -> tuple[Says, ...]:
        """Its customers' words, in order."""
        return tuple(step for step in self.steps if isinstance(step, Says))
