"""Whose turn it is: assigned, snoozed, resolved, opened again; and a few things said of a conversation."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from egards.accounts.models import Member, Team
from egards.conversations.actions.errors import ConversationError, InvalidDate, NothingSaid
from egards.conversations.actions.events import locked, show, tell
from egards.conversations.actions.promises import (
    promises_on_their_way,
    refresh_due,
    running_promises,
    withdraw_promise,
)
from egards.conversations.models import Conversation, Event, Note, Promise, Turn
from egards.core.clock import now
from egards.core.text import storable
from egards.notifications.actions import notify

State = Conversation.State
#: A need is one line.
NEED_CHARACTERS = 120
#: How many conversations are woken in one go of the clock.
WOKEN_TOGETHER = 500


@transaction.atomic
def assign(*, conversation: Conversation, by: Member, owner: Member | None, team: Team | None = None) -> Conversation:
    """Give a conversation to somebody (None: to nobody yet), and to a team if said. Their promises go with it."""
    conversation = locked(conversation)
    if owner is not None and not owner.is_active:
        raise ConversationError(_("%(name)s does not work here any more.") % {"name": owner.name})
    conversation.owner = owner
    conversation.team = team or conversation.team
    conversation.save(update_fields=["owner", "team"])
    Promise.objects.filter(pk__in=[p.pk for p in running_promises([conversation.pk])]).update(owner=owner)
    owner_id, team_id = (str(row.pk) if row else None for row in (owner, team))
    tell(conversation, Event.Kind.ASSIGNED, by=by, owner=owner_id, team=team_id)
    if owner is not None and owner.pk != by.pk:
        notify(member=owner, kind="assigned", ref=conversation.pk, by=by)
    return conversation


@transaction.atomic
def snooze(*, conversation: Conversation, until: datetime, by: Member) -> Conversation:
    """Put a conversation aside until a date, or until the customer speaks. Its promises go on counting."""
    conversation = locked(conversation)
    if until <= now():
        raise InvalidDate(_("The date must be in the future."))
    if conversation.state == State.RESOLVED:
        raise ConversationError(_("This conversation is resolved: reopen it first."))
    _turn(conversation, State.SNOOZED, until=until)
    tell(conversation, Event.Kind.SNOOZED, by=by, until=until.isoformat())
    return conversation


@transaction.atomic
def resolve(*, conversation: Conversation, by: Member | None, without_answer: bool = False) -> Conversation:
    """Say that the need is met. Refused while something promised is still to be done.

    An answer that nobody waits for any more (« merci ! ») is let go when a person answered before, or when the
    member says so (``without_answer``).
    """
    conversation = locked(conversation)
    if conversation.state == State.RESOLVED:
        return conversation
    running = running_promises([conversation.pk])
    if any(promise.kind != Promise.Kind.ANSWER for promise in running):
        raise ConversationError(_("Something is still promised here. Keep the promise or withdraw it, then resolve."))
    if running and not without_answer:
        if promises_on_their_way(conversation) & {promise.pk for promise in running}:
            raise ConversationError(_("The answer has not left the house yet. Once it has, resolve."))
        if not conversation.answered_at:
            raise ConversationError(
                _("Nobody has answered this customer yet. Answer first, or resolve without an answer.")
            )
    for promise in running:
        withdraw_promise(promise=promise, by=by)
    conversation.refresh_from_db(fields=["due_at"])
    _turn(conversation, State.RESOLVED)
    tell(conversation, Event.Kind.RESOLVED, by=by, without_answer=without_answer)
    return conversation


@transaction.atomic
def reopen(*, conversation: Conversation, by: Member | None) -> Conversation:
    """Take up a conversation again."""
    conversation = locked(conversation)
    if conversation.state != State.OPEN:
        _turn(conversation, State.OPEN)
        tell(conversation, Event.Kind.REOPENED, by=by)
    return conversation


def wait_for_customer(conversation: Conversation) -> None:
    """Say that it is the customer's turn, in the caller's transaction that holds the conversation."""
    _turn(conversation, State.WAITING)


@transaction.atomic
def name_need(*, conversation: Conversation, need: str, by: Member) -> Conversation:
    """Say in one line what the conversation is about. Raises ``NothingSaid``."""
    conversation = locked(conversation)
    need = " ".join(storable(need).split())[:NEED_CHARACTERS]
    if not need:
        raise NothingSaid(_("Say in a few words what this customer needs."))
    conversation.need, conversation.is_need_named = need, True
    conversation.save(update_fields=["need", "is_need_named"])
    tell(conversation, Event.Kind.NEED_NAMED, by=by)
    return conversation


@transaction.atomic
def mark_repeated(*, conversation: Conversation, by: Member) -> Event:
    """Say that the customer had to explain again what we already knew. Once per word of theirs."""
    conversation = locked(conversation)
    known = conversation.events.filter(kind=Event.Kind.REPEATED, interaction=conversation.last_in).first()
    return known or tell(conversation, Event.Kind.REPEATED, by=by, interaction=conversation.last_in)


@transaction.atomic
def confirm_author(*, turn: Turn, by: Member) -> Turn:
    """Say that a word whose author was not known is this conversation's customer's, or somebody they trust."""
    conversation = locked(turn.conversation)
    turn.is_to_confirm = False
    turn.save(update_fields=["is_to_confirm"])
    tell(conversation, Event.Kind.CONFIRMED, by=by, interaction=turn.interaction)
    return turn


@transaction.atomic
def join_conversations(*, kept: Conversation, joined: Conversation, by: Member) -> Conversation:
    """Say that two conversations are one need: the words, notes and promises of ``joined`` go to ``kept``."""
    pair = sorted((kept, joined), key=lambda c: c.pk)
    held = {c.pk: c for c in (locked(pair[0]), locked(pair[1]))}
    kept, joined = held[kept.pk], held[joined.pk]
    _check_joinable(kept, joined)
    Turn.objects.filter(conversation=joined).update(conversation=kept, why=Turn.Why.JOINED)
    Note.objects.filter(conversation=joined).update(conversation=kept)
    Promise.objects.filter(conversation=joined).update(conversation=kept)
    kept.call_backs.model.objects.filter(conversation=joined).update(conversation=kept)
    Conversation.objects.filter(joined_into=joined).update(joined_into=kept)
    Conversation.objects.filter(linked_to=joined).exclude(pk=kept.pk).update(linked_to=kept)
    if kept.linked_to_id == joined.pk:
        kept.linked_to, kept.link_reason = None, ""
    _take_over(kept, joined)
    joined.joined_into = kept
    joined.save(update_fields=["joined_into"])
    _turn(joined, State.RESOLVED)
    refresh_due(kept)
    refresh_due(joined)
    tell(joined, Event.Kind.JOINED, by=by, into=str(kept.pk))
    tell(kept, Event.Kind.JOINED, by=by, joined=str(joined.pk))
    return kept


@transaction.atomic
def wake_due() -> int:
    """Open again the conversations that were put aside until now; return how many (the clock's job)."""
    rows = Conversation.objects.select_for_update(skip_locked=True).filter(
        state=State.SNOOZED, snoozed_until__lte=now()
    )
    woken = list(rows.order_by("snoozed_until")[:WOKEN_TOGETHER])
    for conversation in woken:
        _turn(conversation, State.OPEN)
        tell(conversation, Event.Kind.WOKEN)
    return len(woken)


def _turn(conversation: Conversation, state: Conversation.State, *, until: datetime | None = None) -> None:
    conversation.state, conversation.state_at, conversation.snoozed_until = state, now(), until
    conversation.save(update_fields=["state", "state_at", "snoozed_until"])
    show(conversation.pk, conversation.touchpoint_id)


def _check_joinable(kept: Conversation, joined: Conversation) -> None:
    if kept.pk == joined.pk:
        raise ConversationError(_("This is already the same conversation."))
    if kept.joined_into_id or joined.joined_into_id:
        raise ConversationError(_("One of these conversations is already joined to another. Start from that one."))
    roots = {c.customer.root_id if c.customer else None for c in (kept, joined)}
    if None in roots or len(roots) > 1 or kept.brand_id != joined.brand_id:
        raise ConversationError(_("These conversations are with two different customers."))


def _take_over(kept: Conversation, joined: Conversation) -> None:
    """What lists sort by, now that both are one."""
    if joined.last_in_at and (kept.last_in_at is None or joined.last_in_at > kept.last_in_at):
        kept.last_in_id, kept.last_in_at = joined.last_in_id, joined.last_in_at
    kept.version = F("version") + 1
    kept.save(update_fields=["linked_to", "link_reason", "last_in", "last_in_at", "version"])
    kept.refresh_from_db()
