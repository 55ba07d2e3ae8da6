"""Promises: made, kept, renegotiated with the customer's knowledge, withdrawn. What they are follows from events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from egards.accounts.models import Hours, Member
from egards.conversations.actions.errors import ConversationError, InvalidDate
from egards.conversations.actions.events import show, tell
from egards.conversations.hours import calendar_of
from egards.conversations.models import Conversation, Event, Promise
from egards.conversations.rules.promises import Fact, Kind, state_of
from egards.core.clock import now
from egards.core.happenings import happened
from egards.customers.actions import NewEntry, add_to_timeline
from egards.interactions.models import Delivery, Interaction
from egards.notifications.actions import notify

#: The events that the rule counts with.
_COUNTED = tuple(kind.value for kind in Kind)
_RUNNING = (Promise.Status.OPEN, Promise.Status.PAUSED, Promise.Status.BROKEN)
#: Letters that will leave, or have left and are being told of.
_ON_THEIR_WAY = (Delivery.State.WAITING, Delivery.State.HELD, Delivery.State.SENT)
#: How many promises are settled in one go of the clock.
SETTLED_TOGETHER = 500


@transaction.atomic
def make_promise(
    *,
    conversation: Conversation,
    by: Member | None,
    kind: Promise.Kind,
    what: str = "",
    due_at: datetime | None = None,
    budget_seconds: int | None = None,
    owner: Member | None = None,
    hours: Hours | None = None,
    at: datetime | None = None,
    interaction: Interaction | None = None,
) -> Promise:
    """Promise something, by a date said to the customer (``due_at``) or within open time (``budget_seconds``).

    ``by`` None is the house itself. ``interaction`` is the word that told the customer. Raises ``InvalidDate``.
    """
    at = at or now()
    if (due_at is None) == (budget_seconds is None):
        raise ValueError("a promise has either a date or a budget")
    if due_at is not None and due_at <= at:
        raise InvalidDate(_("A promise is for later: choose a date to come."))
    promise = Promise.objects.create(
        conversation=conversation,
        kind=kind,
        what=what.strip(),
        owner=owner or by,
        made_by=by,
        hours=hours,
        made_at=at,
        budget_seconds=budget_seconds,
    )
    _tell(promise, Event.Kind.MADE, at=at, by=by, interaction=interaction, **_terms(due_at, budget_seconds))
    _settle(promise)
    if conversation.customer_id:
        entry = NewEntry(conversation.customer_id, at, "promise", promise.pk, conversation.touchpoint_id)
        add_to_timeline(entries=[entry])
    return promise


@transaction.atomic
def keep_promise(
    *, promise: Promise, by: Member | None, interaction: Interaction | None = None, at: datetime | None = None
) -> Promise:
    """Say that a promise was kept: in time or too late follows from the clock."""
    promise = _held(promise)
    _tell(promise, Event.Kind.KEPT, at=at or now(), by=by, interaction=interaction)
    return _settle(promise)


@transaction.atomic
def return_promises(*, interaction: Interaction, conversation: Conversation) -> list[Promise]:
    """Take back what a letter kept that came back: nobody has read it, so its promises are to be kept again."""
    rows = Promise.objects.filter(conversation=conversation, status__in=(Promise.Status.KEPT, Promise.Status.LATE))
    kept = _dressed(rows.filter(events__kind=Event.Kind.KEPT, events__interaction=interaction).distinct("id"))
    returned = []
    for promise in kept.order_by("id"):
        _tell(promise, Event.Kind.RETURNED, at=now(), interaction=interaction)
        returned.append(_settle(promise))
    return returned


@transaction.atomic
def renegotiate_promise(
    *,
    promise: Promise,
    due_at: datetime,
    by: Member | None,
    interaction: Interaction | None,
    at: datetime | None = None,
) -> Promise:
    """Give a promise another date. The customer knows: ``interaction`` told them, or (None) they chose it."""
    promise, at = _held(promise), at or now()
    if interaction is None and by is not None:
        raise ConversationError(_("Tell the customer first: a promise changes with the message that says so."))
    if due_at <= at:
        raise InvalidDate(_("A promise is for later: choose a date to come."))
    _tell(promise, Event.Kind.RENEGOTIATED, at=at, by=by, interaction=interaction, due_at=due_at.isoformat())
    return _settle(promise)


@transaction.atomic
def withdraw_promise(*, promise: Promise, by: Member | None) -> Promise:
    """Say that a promise no longer stands, because the customer does not want it any more."""
    promise = _held(promise)
    _tell(promise, Event.Kind.WITHDRAWN, at=now(), by=by)
    return _settle(promise)


def pause_promises(conversation: Conversation, *, at: datetime) -> None:
    """Stop the clock of promises counted in open time while we wait for the customer, in the caller's transaction."""
    _turn_clock(conversation, Promise.Status.OPEN, Event.Kind.PAUSED, at)


def resume_promises(conversation: Conversation, *, at: datetime) -> None:
    """Let the clock run again, in the caller's transaction."""
    _turn_clock(conversation, Promise.Status.PAUSED, Event.Kind.RESUMED, at)


def running_promises(conversation_ids: Iterable[UUID], *, kind: Promise.Kind | None = None) -> list[Promise]:
    """Return what is promised and not yet kept in some conversations, oldest first, with what settling needs."""
    rows = Promise.objects.filter(conversation_id__in=list(conversation_ids), status__in=_RUNNING)
    rows = rows.filter(kind=kind) if kind else rows
    return list(_dressed(rows).order_by("made_at", "id"))


def promises_on_their_way(conversation: Conversation) -> set[UUID]:
    """Return the promises that answers already written will keep, once their letters have left.

    One that could not leave, or was withdrawn, keeps nothing any more.
    """
    ours = Q(conversation=conversation) | Q(conversation__joined_into=conversation)
    letters = Event.objects.filter(ours, kind=Event.Kind.WRITTEN, interaction__delivery__state__in=_ON_THEIR_WAY)
    return {UUID(pk) for detail in letters.values_list("detail", flat=True) for pk in detail["keeps"]}


def awaits_answer(conversation: Conversation) -> bool:
    """Say whether an answer is promised that nobody has written yet."""
    running = running_promises([conversation.pk], kind=Promise.Kind.ANSWER)
    return bool(running) and bool({promise.pk for promise in running} - promises_on_their_way(conversation))


def settle_due() -> int:
    """Mark promises whose time is over as broken, and call their owner; return how many (the clock's job)."""
    broken = 0
    while True:
        with transaction.atomic():
            held = _held_late(now())
            late = _dressed(_late(now()).filter(conversation_id__in=held)).select_for_update(of=("self",))
            broken += len([_settle(promise) for promise in late.order_by("due_at")])
        if len(held) < SETTLED_TOGETHER:
            return broken


def _late(at: datetime) -> QuerySet[Promise]:
    return Promise.objects.filter(status=Promise.Status.OPEN, due_at__lt=at)


def _held_late(at: datetime) -> list[UUID]:
    """Hold conversations with a promise whose time is over; those that somebody is answering wait for the next turn.

    A conversation first, then its promises: the order in which whoever answers takes them, so that neither waits for
    the other for ever.
    """
    first = _late(at).order_by("due_at").values("conversation_id")[:SETTLED_TOGETHER]
    rows = Conversation.objects.select_for_update(skip_locked=True).filter(pk__in=first).order_by("pk")
    return [conversation.pk for conversation in rows.only("pk")]


def refresh_due(conversation: Conversation) -> None:
    """Write when the conversation's next promise is due, for lists, in the caller's transaction.

    What a written answer will keep asks nobody for anything: it goes on counting, but is not on the list of what to do.
    """
    rows = Promise.objects.filter(conversation=conversation, status__in=(Promise.Status.OPEN, Promise.Status.BROKEN))
    dues = {pk: due for pk, due in rows.values_list("pk", "due_at") if due}
    written = promises_on_their_way(conversation) if dues else set()
    conversation.due_at = min((due for pk, due in dues.items() if pk not in written), default=None)
    conversation.save(update_fields=["due_at"])


def _terms(due_at: datetime | None, budget_seconds: int | None) -> dict[str, str | int]:
    return {"due_at": due_at.isoformat()} if due_at else {"budget_seconds": budget_seconds or 0}


def _tell(
    promise: Promise,
    kind: Event.Kind,
    *,
    at: datetime,
    by: Member | None = None,
    interaction: Interaction | None = None,
    **terms: str | int,
) -> None:
    tell(promise.conversation, kind, at=at, by=by, promise=promise, interaction=interaction, **terms)


def _held(promise: Promise) -> Promise:
    Conversation.objects.select_for_update(of=("self",)).only("pk").get(promises=promise.pk)
    held = _dressed(Promise.objects.filter(pk=promise.pk)).select_for_update(of=("self",)).get()
    if held.status not in _RUNNING:
        raise ConversationError(_("This promise is settled already."))
    return held


def _dressed(rows: QuerySet[Promise]) -> QuerySet[Promise]:
    return rows.select_related("conversation__brand__hours", "conversation__team__hours", "hours", "owner")


def _settle(promise: Promise) -> Promise:
    """Derive what a promise is now from its events, and tell when it has just been broken."""
    facts = [_fact(event) for event in promise.events.filter(kind__in=_COUNTED).order_by("at", "id")]
    # another machine's clock may be ahead of ours: what it wrote has happened all the same
    state = state_of(facts, calendar_of(promise), max([now(), *(fact.at for fact in facts)]))
    is_newly_broken = state.broken_at is not None and promise.broken_at is None
    promise.status, promise.due_at = Promise.Status(str(state.status)), state.due_at
    promise.first_due_at, promise.broken_at = state.first_due_at, state.broken_at
    promise.settled_at = state.settled_at
    promise.save(update_fields=["status", "due_at", "first_due_at", "broken_at", "settled_at"])
    if is_newly_broken:
        _break(promise, state.broken_at)
    refresh_due(promise.conversation)
    return promise


def _break(promise: Promise, at: datetime | None) -> None:
    _tell(promise, Event.Kind.BROKEN, at=at or now())
    happened("promise broken", [promise.pk])
    owner = promise.owner or promise.conversation.owner
    if owner is not None and promise.settled_at is None:
        notify(member=owner, kind="promise_broken", ref=promise.conversation_id)


def _fact(event: Event) -> Fact:
    due_at = event.detail.get("due_at")
    return Fact(
        kind=Kind(event.kind),
        at=event.at,
        budget_seconds=event.detail.get("budget_seconds"),
        due_at=datetime.fromisoformat(due_at) if due_at else None,
    )


def _turn_clock(conversation: Conversation, status: Promise.Status, kind: Event.Kind, at: datetime) -> None:
    rows = Promise.objects.filter(conversation=conversation, status=status, budget_seconds__isnull=False)
    for promise in _dressed(rows):
        _tell(promise, kind, at=at)
        _settle(promise)
    show(conversation.pk, conversation.touchpoint_id)
