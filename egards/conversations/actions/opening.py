"""Conversations that new words open, a whole batch at a time: each with its first word, its event and its promise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from egards.accounts.models import Brand, Hours
from egards.conversations.actions.calls import ask_for_call
from egards.conversations.hours import working_calendar
from egards.conversations.models import Conversation, Event, Promise, Turn
from egards.conversations.rules.promises import promised_answer
from egards.core import live
from egards.core.happenings import happened
from egards.core.text import shortened
from egards.core.working_hours import NeverOpen
from egards.customers.actions import NewEntry, add_to_timeline
from egards.interactions.actions import Recorded
from egards.interactions.models import Handle

_NEED_CHARACTERS = 90
_GREETING = re.compile(
    r"^(?:(?:re|tr|fwd?)\s*:\s*)*"
    r"(?:(?:re-?)?(?:bonjour|bonsoir|salut|hello|madame|monsieur|mesdames|messieurs|cher|chère)\b"
    r"(?:\s+(?:[àa] tous|[àa] toutes|[àa] vous|[àa] toute l[’'][ée]quipe|l[’'][ée]quipe))*(?:[\s,;:!.]+|$))*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r".{12,}?[.!?…](?=\s|$)")
#: Handles by which somebody can be answered.
_ANSWERABLE = ("email", "phone")


@dataclass(frozen=True, slots=True)
class Opening:
    """A word that opens a conversation: its customer's root, what it stands beside and why, who had it before."""

    word: Recorded
    customer_id: UUID | None
    is_first_contact: bool
    beside_id: UUID | None
    link_reason: str
    owner_id: UUID | None


def new_conversation(opening: Opening) -> Conversation:
    """Return the conversation that a word opens, not written yet."""
    received, inbound = opening.word.word, opening.word.word.inbound
    brand = received.touchpoint.brand
    at = received.received_at
    return Conversation(
        brand=brand,
        touchpoint=received.touchpoint,
        place_id=received.touchpoint.place_id,
        customer_id=opening.customer_id,
        need=_need(inbound.subject, inbound.text),
        team=brand.default_team,
        owner_id=opening.owner_id,
        linked_to_id=opening.beside_id,
        link_reason=opening.link_reason,
        is_first_contact=opening.is_first_contact,
        opened_at=at,
        state_at=at,
        asked_at=at if _can_be_answered(opening.word) else None,  # a press on a wall waits for nobody
        last_in_id=opening.word.interaction_id,
        last_in_at=at,
        version=1,
    )


def write_openings(opened: Sequence[tuple[Opening, Conversation]]) -> None:
    """Write conversations with all that comes with them, in the caller's transaction (a fixed number of questions)."""
    if not opened:
        return
    calls = [(o, c) for o, c in opened if _call_hours(o.word) is not None]
    answers = [_promise(c) for o, c in opened if _call_hours(o.word) is None and _can_be_answered(o.word)]
    for promise in answers:
        promise.conversation.due_at = promise.due_at
    Conversation.objects.bulk_create([conversation for _opening, conversation in opened])
    Turn.objects.bulk_create([_turn(opening, conversation) for opening, conversation in opened])
    Promise.objects.bulk_create(answers)
    Event.objects.bulk_create(
        [Event(conversation=c, kind=Event.Kind.OPENED, at=c.opened_at) for _o, c in opened]
        + [_made(promise) for promise in answers]
    )
    add_to_timeline(entries=[_entry(promise) for promise in answers if promise.conversation.customer_id])
    _tell([conversation for _opening, conversation in opened])
    for opening, conversation in calls:
        _ask_for_call(opening.word, conversation)


def answer_promise(conversation: Conversation, at: datetime, *, is_first_word: bool = False) -> datetime:
    """Return by when a person answers a word of a conversation, as it is told to the customer.

    ``is_first_word``: the customer never wrote before, and waits less; what they write after that is promised as usual.
    """
    brand = conversation.brand
    minutes = brand.first_answer_minutes if is_first_word else brand.answer_minutes
    try:
        return promised_answer(working_calendar(brand, conversation.team), at, minutes * 60)
    except NeverOpen:  # hours without an opening promise nothing: a word is kept and answered all the same
        return promised_answer(Hours().calendar(), at, minutes * 60)


def hours_id_of(brand: Brand, conversation: Conversation) -> UUID | None:
    """Return the hours that a conversation's promises are counted in."""
    team = conversation.team
    return (team.hours_id if team else None) or brand.hours_id


def _need(subject: str, text: str) -> str:
    """Until a person says it better: the subject, or the first thing the customer wrote after their greeting."""
    lines = (_GREETING.sub("", " ".join(line.split())) for line in (subject, *text.splitlines()))
    line = next((line for line in lines if line), "")
    first = _SENTENCE.match(line)
    line = first[0].rstrip(" .") if first else line
    return shortened(line[:1].upper() + line[1:], _NEED_CHARACTERS)


def _can_be_answered(word: Recorded) -> bool:
    """By an address, or on the page of a form's link: a word without either is promised nothing."""
    return word.word.touchpoint.behaviour().has_page or any(h.kind in _ANSWERABLE for h in word.authors)


def _promise(conversation: Conversation) -> Promise:
    due_at = answer_promise(conversation, conversation.opened_at, is_first_word=conversation.is_first_contact)
    return Promise(
        conversation=conversation,
        kind=Promise.Kind.ANSWER,
        owner_id=conversation.owner_id,
        hours_id=hours_id_of(conversation.brand, conversation),
        made_at=conversation.opened_at,
        due_at=due_at,
        first_due_at=due_at,
    )


def _turn(opening: Opening, conversation: Conversation) -> Turn:
    return Turn(
        interaction_id=opening.word.interaction_id,
        conversation=conversation,
        at=conversation.opened_at,
        why=Turn.Why.FIRST,
    )


def _made(promise: Promise) -> Event:
    due_at = promise.due_at.isoformat() if promise.due_at else ""
    return Event(
        conversation=promise.conversation,
        promise=promise,
        kind=Event.Kind.MADE,
        at=promise.made_at,
        detail={"due_at": due_at},
    )


def _entry(promise: Promise) -> NewEntry:
    conversation = promise.conversation
    if conversation.customer_id is None:
        raise ValueError("nobody's timeline")
    return NewEntry(conversation.customer_id, promise.made_at, "promise", promise.pk, conversation.touchpoint_id)


def _tell(conversations: Sequence[Conversation]) -> None:
    for touchpoint_id in {conversation.touchpoint_id for conversation in conversations}:
        refs = [c.pk for c in conversations if c.touchpoint_id == touchpoint_id]
        live.publish("conversation", touchpoint_id=touchpoint_id, refs=refs)
    happened("conversation opened", [conversation.pk for conversation in conversations])


def _call_hours(word: Recorded) -> tuple[datetime, datetime] | None:
    """The hours of a call that a form asked for, when a number was left and they are to come."""
    facts = word.word.inbound.facts
    try:
        starts_at, ends_at = (datetime.fromisoformat(facts[name]) for name in ("call_from", "call_to"))
    except (KeyError, ValueError):
        return None
    is_whole = starts_at.tzinfo is not None and ends_at.tzinfo is not None
    has_phone = any(handle.kind == "phone" for handle in word.authors)
    return (starts_at, ends_at) if is_whole and has_phone and word.word.received_at < starts_at < ends_at else None


def _ask_for_call(word: Recorded, conversation: Conversation) -> None:
    hours = _call_hours(word)
    phone = next((handle for handle in word.authors if handle.kind == "phone"), None)
    if hours is None or phone is None:
        return
    ask_for_call(
        conversation=conversation,
        starts_at=hours[0],
        ends_at=hours[1],
        handle=Handle.objects.get(pk=phone.id),
        at=conversation.opened_at,
    )
