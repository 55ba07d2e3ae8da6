"""The plain facts that a decision reads, and the verdict that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID


class Medium(StrEnum):
    """By what we would reach the person."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"


class Purpose(StrEnum):
    """Why we would reach the person. One purpose per contact; an offer in it makes it prospecting."""

    ANSWER = "answer"
    FOLLOW_UP = "follow_up"
    REPAIR = "repair"
    LEGAL = "legal"
    SAFETY = "safety"
    SURVEY = "survey"
    PROSPECTING = "prospecting"
    USAGE_HELP = "usage_help"


class HoldScope(StrEnum):
    """What a hold stops. Answers, repair, legal notices and safety are never held."""

    PHONE_PROSPECTING = "phone_prospecting"
    PROSPECTING = "prospecting"
    SOLICITATIONS = "solicitations"
    EVERYTHING = "everything"


class Source(StrEnum):
    """How we know what a person agreed to or refused."""

    PERSON = "person"  # said by themselves: a link, a reply STOP, their page
    FORM = "form"
    ADVISER = "adviser"
    PAPER = "paper"
    IMPORT = "import"
    BLOCTEL = "bloctel"  # the register of objections to calls, until 10 August 2026


#: What always passes, whatever the person refused.
ALWAYS: Final = frozenset({Purpose.ANSWER, Purpose.REPAIR, Purpose.LEGAL, Purpose.SAFETY})
#: What we start ourselves, and the person may refuse without a reason.
SOLICITATIONS: Final = frozenset({Purpose.SURVEY, Purpose.PROSPECTING, Purpose.USAGE_HELP})


class RuleMissing(LookupError):
    """No rule of that code is in force at that moment: nothing may be decided, so nothing leaves."""


@dataclass(frozen=True, slots=True)
class RuleFact:
    """One rule as the engine reads it. ``value`` has the shape that ``pack.py`` checks for its code."""

    id: UUID
    code: str
    version: int
    text_fr: str
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """The rules in force at one moment, by code."""

    at: datetime
    rules: Mapping[str, RuleFact]

    def __getitem__(self, code: str) -> RuleFact:
        """Return the rule of that code; raise ``RuleMissing`` with a sentence when none is in force."""
        try:
            return self.rules[code]
        except KeyError:
            sentence = f"Aucune règle « {code} » n’est en vigueur le {self.at:%d/%m/%Y} : rien ne part."
            raise RuleMissing(sentence) from None


@dataclass(frozen=True, slots=True)
class Asked:
    """The question put to the gate. ``offer`` is the code of what is offered, for prospecting."""

    medium: Medium
    purpose: Purpose
    moment: datetime
    offer: str = ""


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """A consent given and not withdrawn."""

    id: UUID
    purpose: str
    medium: str


@dataclass(frozen=True, slots=True)
class ObjectionFact:
    """An objection in force. An empty ``medium`` is all of them."""

    purpose: str
    medium: str
    source: str


@dataclass(frozen=True, slots=True)
class ContractFact:
    """A contract or a sale. ``covers`` are codes of its object and what improves it; a sale has its end."""

    id: UUID
    covers: frozenset[str]
    is_informed: bool
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A hold: why, on what, until when."""

    why: str
    scope: str
    until: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class PermitFact:
    """A contact that was permitted before."""

    at: datetime
    medium: str
    purpose: str
    points: int


@dataclass(frozen=True, slots=True)
class CauseFact:
    """The word that this contact follows from: whether it is this person's, live, and when it came."""

    is_theirs: bool
    is_archive: bool
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of the person, as far as contact goes. ``zones``: every IANA zone they may be in."""

    zones: tuple[str, ...]
    department: str = ""
    consents: tuple[ConsentFact, ...] = ()
    objections: tuple[ObjectionFact, ...] = ()
    contracts: tuple[ContractFact, ...] = ()
    holds: tuple[HoldFact, ...] = ()
    permits: tuple[PermitFact, ...] = ()
    cause: CauseFact | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say. ``ground_id`` is the consent or contract that allows; ``points`` weigh on the person."""

    is_allowed: bool
    rule: RuleFact
    detail: str = ""
    points: int = 0
    ground_id: UUID | None = None
    conditions: tuple[str, ...] = ()
