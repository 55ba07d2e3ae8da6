"""Calls: asked for by the customer at an hour they chose, moved, given up; and what was said on the telephone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from egards.accounts.models import Brand, Member
from egards.consent.actions import may_contact
from egards.consent.rules.facts import Medium, Purpose
from egards.conversations.actions.errors import ConversationError, InvalidDate, NothingSaid
from egards.conversations.actions.events import locked, show, tell
from egards.conversations.actions.first_answer import note_answer
from egards.conversations.actions.promises import (
    awaits_answer,
    keep_promise,
    make_promise,
    renegotiate_promise,
    running_promises,
    withdraw_promise,
)
from egards.conversations.models import CallBack, Conversation, Event, Promise, Turn
from egards.conversations.reach import addresses_of
from egards.core.clock import now
from egards.core.text import storable
from egards.customers.actions import NewEntry, add_to_timeline
from egards.interactions.models import Handle, Interaction
from egards.interactions.outbox import write_word
from egards.touchpoints.actions import touchpoint_of_kind

Outcome = Literal["reached", "missed", "message"]
#: After so many tries on different half-days we write instead (domain A.28).
MOST_TRIES = 3


@transaction.atomic
def ask_for_call(
    *,
    conversation: Conversation,
    starts_at: datetime,
    ends_at: datetime,
    handle: Handle | None = None,
    at: datetime | None = None,
) -> CallBack:
    """Promise a call within the hours that the customer chose. ``at``: when they asked (default: now).

    Asked in time and read too late, it is a promise broken, not a word refused.
    """
    promise = make_promise(
        conversation=conversation,
        by=None,
        kind=Promise.Kind.CALL,
        due_at=ends_at,
        owner=conversation.owner,
        at=at,
    )
    return CallBack.objects.create(
        conversation=conversation,
        brand=conversation.brand,
        promise=promise,
        handle=handle,
        starts_at=starts_at,
        ends_at=ends_at,
    )


@transaction.atomic
def move_call(*, call_back: CallBack, starts_at: datetime, ends_at: datetime) -> CallBack:
    """Move a call to other hours, which the customer chose."""
    call_back = _open_call(call_back)
    if not now() < starts_at < ends_at:
        raise InvalidDate(_("This hour is past: choose another."))
    renegotiate_promise(promise=call_back.promise, due_at=ends_at, by=None, interaction=None)
    call_back.starts_at, call_back.ends_at = starts_at, ends_at
    call_back.save(update_fields=["starts_at", "ends_at"])
    return call_back


@transaction.atomic
def cancel_call(*, call_back: CallBack) -> None:
    """The customer prefers to be written to: the call is withdrawn, and an answer is promised by the same hour."""
    call_back = _open_call(call_back)
    withdraw_promise(promise=call_back.promise, by=None)
    call_back.ended_at = now()
    call_back.save(update_fields=["ended_at"])
    conversation = call_back.conversation
    if not awaits_answer(conversation) and call_back.ends_at > now():
        make_promise(
            conversation=conversation,
            by=None,
            kind=Promise.Kind.ANSWER,
            due_at=call_back.ends_at,
            owner=conversation.owner,
        )


@transaction.atomic
def log_call(
    *, conversation: Conversation, by: Member, outcome: Outcome, text: str, call_back: CallBack | None = None
) -> Interaction:
    """Write down a call to the customer: what was said, or that nobody was there. Raises ``NothingSaid``.

    The call passes the gate like any contact, and answers the customer's word: reached, it keeps the promise of it.
    """
    conversation = locked(conversation)
    if outcome == "reached" and not text.strip():
        raise NothingSaid(_("Write in a few words what was said, so that nobody asks again."))
    at = now()
    word = _write(conversation, by, storable(text), at)
    Turn.objects.create(interaction=word, conversation=conversation, at=at, why=Turn.Why.OURS, by=by)
    if conversation.customer_id:
        entry = NewEntry(conversation.customer_id, at, "call", word.pk, conversation.touchpoint_id)
        add_to_timeline(entries=[entry])
    tell(conversation, Event.Kind.CALLED, by=by, at=at, interaction=word, outcome=outcome)
    call_back = call_back or conversation.call_backs.filter(ended_at=None).order_by("starts_at").first()
    if call_back is not None:
        _try(call_back, outcome, by, word)
    if outcome == "reached":
        _answered(conversation, by, word)
    conversation.version += 1
    conversation.save(update_fields=["version"])
    show(conversation.pk, conversation.touchpoint_id)
    return word


def taken_slots(*, brand: Brand, since: datetime) -> dict[datetime, int]:
    """Return how many calls are promised at each hour from ``since`` on (by start, in UTC)."""
    rows = CallBack.objects.filter(brand=brand, ended_at=None, starts_at__gte=since)
    return dict(rows.values_list("starts_at").annotate(n=Count("pk")))


def _open_call(call_back: CallBack) -> CallBack:
    rows = CallBack.objects.select_for_update(of=("self",)).select_related("conversation__brand", "promise")
    held = rows.get(pk=call_back.pk)
    if held.ended_at is not None:
        raise ConversationError(_("This call has taken place already, or was given up."))
    return held


def _write(conversation: Conversation, by: Member, text: str, at: datetime) -> Interaction:
    """Keep what was said. The call has taken place: what the gate says of it is on record, and changes nothing."""
    touchpoint = touchpoint_of_kind(brand=conversation.brand, kind="phone", name=_("Telephone"))
    phone = next((reach.handle for reach in addresses_of(conversation, "phone")), None)
    if conversation.customer is not None and phone is not None:
        may_contact(
            customer=conversation.customer,
            medium=Medium.PHONE,
            purpose=Purpose.ANSWER,
            moment=at,
            cause=conversation.last_in,
            by=by,
            handle=phone,
        )
    return write_word(touchpoint=touchpoint, handle=phone, subject="", text=text, at=at)


def _try(call_back: CallBack, outcome: Outcome, by: Member, word: Interaction) -> None:
    call_back.tries += 1
    if outcome == "reached":
        keep_promise(promise=call_back.promise, by=by, interaction=word)
        call_back.ended_at = now()
    call_back.save(update_fields=["tries", "ended_at"])


def _answered(conversation: Conversation, by: Member, word: Interaction) -> None:
    """A voice is an answer: the promise of one is kept, and the wait for a person is over."""
    for promise in running_promises([conversation.pk], kind=Promise.Kind.ANSWER):
        keep_promise(promise=promise, by=by, interaction=word)
    note_answer(conversation, at=word.received_at)
    conversation.owner = conversation.owner or by
    conversation.last_out_at = word.received_at
    conversation.save(update_fields=["owner", "last_out_at", "answered_at", "answer_worked_seconds"])
