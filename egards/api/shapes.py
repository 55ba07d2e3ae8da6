"""What the API answers: the shapes of its JSON."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class ArrivalOut(BaseModel):
    """What became of a delivery: waiting, stored, duplicate or quarantined."""

    arrival_id: UUID
    status: str
    interaction_id: UUID | None = None
    reason: str = ""


class ArrivalsOut(BaseModel):
    """What became of several deliveries, in the order they were posted."""

    arrivals: list[ArrivalOut]


class PartyOut(BaseModel):
    """One address in one role; its value is empty once its person was forgotten."""

    role: str
    kind: str
    value: str
    name: str
    proof: str


class ThemeOut(BaseModel):
    """A theme found, with its own polarity (−2..+2)."""

    theme: str
    polarity: int


class ReadingOut(BaseModel):
    """What was understood: an interpretation, with its engine. ``margin`` 0..1 is its confidence."""

    polarity: int
    is_ambiguous: bool
    margin: float
    language: str
    urgency: str
    intents: list[str]
    themes: list[ThemeOut]
    engine: str
    version: str


class InteractionOut(BaseModel):
    """One word: the fact, its contents, and its current reading (null until it is read)."""

    id: UUID
    touchpoint: str
    kind: str
    direction: str
    mode: str
    happened_at: datetime
    received_at: datetime
    subject: str
    text: str
    score: float | None
    scale: tuple[float, float] | None
    product: str
    place: str
    facts: dict[str, str]
    is_automatic: bool
    customer_id: UUID | None
    parties: list[PartyOut]
    reading: ReadingOut | None


class InteractionsOut(BaseModel):
    """A page of words, oldest received first; ``next`` is given back as ``after``, null at the end."""

    items: list[InteractionOut]
    next: UUID | None


class IdentityOut(BaseModel):
    """An address of a customer, with how sure we are that it is theirs."""

    kind: str
    value: str
    proof: str
    since: datetime


class CustomerOut(BaseModel):
    """A customer, and the addresses they used at this brand. ``id`` is the one that stands for all those joined."""

    id: UUID
    name: str
    is_forgotten: bool
    identities: list[IdentityOut]


class EntryOut(BaseModel):
    """One line of a timeline: ``ref`` is an interaction’s id when ``kind`` is “word”."""

    happened_at: datetime
    kind: str
    ref: UUID
    touchpoint: str | None


class TimelineOut(BaseModel):
    """A page of a timeline, newest first; ``next`` is given back as ``after``, null at the end."""

    items: list[EntryOut]
    next: str | None


class LawOut(BaseModel):
    """received = stored + duplicate + quarantined + refused + waiting."""

    received: int
    stored: int
    duplicate: int
    quarantined: int
    refused: int
    waiting: int


class TouchpointOut(BaseModel):
    """A touchpoint with the law’s figures."""

    slug: str
    name: str
    kind: str
    is_open: bool
    law: LawOut


class TouchpointsOut(BaseModel):
    """The touchpoints of the brand."""

    items: list[TouchpointOut]


class WebhookOut(BaseModel):
    """A webhook of the brand, and how it fares."""

    id: UUID
    url: str
    events: list[str]
    is_open: bool
    closed_why: str
    failing_since: datetime | None
    waiting: int


class WebhooksOut(BaseModel):
    """The webhooks of the brand."""

    items: list[WebhookOut]


class FieldProblemOut(BaseModel):
    """What is wrong with one field."""

    field: str
    sentence: str


class ProblemOut(BaseModel):
    """An error (RFC 9457): a word for programs, a sentence for people."""

    status: int
    code: str
    detail: str
    fields: list[FieldProblemOut]
