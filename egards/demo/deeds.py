"""What advisers do in a conversation, said with the house's own verbs. The clock stands where the plan says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from django.db import transaction

from egards.accounts.models import Member
from egards.conversations.actions.calls import Outcome, log_call
from egards.conversations.actions.delivering import left
from egards.conversations.actions.drafts import UNDO_SECONDS, save_draft, send_draft
from egards.conversations.actions.errors import CannotReach, ConversationError
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.links import give_link
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.promises import keep_promise, running_promises
from egards.conversations.actions.states import assign, mark_repeated, name_need, resolve, snooze
from egards.conversations.models import Conversation, Draft, Link, Promise
from egards.core.clock import is_moved, moved_to, now
from egards.demo.house import House
from egards.demo.plan.story import Acts, Deed
from egards.interactions.models import Interaction
from egards.interactions.sending import leave_for_nowhere

if TYPE_CHECKING:
    from egards.demo.part import Thread


def do(house: House, thread: Thread, done: Acts) -> None:
    """Do one deed of an adviser in the conversation of a story.

    What the house refuses is not done: a visitor may have answered, resolved or joined it meanwhile.
    """
    if thread.conversation_id is None:
        return  # its first word opened none: it was refused, or is in quarantine
    conversation = Conversation.objects.get(pk=thread.conversation_id)
    while conversation.joined_into_id:
        conversation = Conversation.objects.get(pk=conversation.joined_into_id)
    with suppress(ConversationError), transaction.atomic():
        _DEEDS[done.deed](conversation, house.members[done.by], done)


def _assign(conversation: Conversation, by: Member, done: Acts) -> None:
    assign(conversation=conversation, by=by, owner=by)


def _name(conversation: Conversation, by: Member, done: Acts) -> None:
    name_need(conversation=conversation, need=done.what, by=by)


def _note(conversation: Conversation, by: Member, done: Acts) -> None:
    keep_note(conversation=conversation, by=by, text=done.what, confirmed=True)


def _answer(conversation: Conversation, by: Member, done: Acts) -> None:
    """By e-mail; on the page of their link when they left no address. It leaves once it may no more be called back."""
    draft = save_draft(
        conversation=conversation,
        member=by,
        text=done.what,
        then=Draft.Then(done.then),
        promised=done.promised,
        promised_by=done.until,
        renegotiates=_promised(conversation) if done.renegotiates else None,
    )
    try:
        send_draft(draft=draft, by=by, seen_version=conversation.version)
    except CannotReach:
        if not Link.objects.filter(conversation=conversation, level=Link.Level.SCREEN).exists():
            give_link(conversation=conversation, level=Link.Level.SCREEN)
        draft = save_draft(conversation=conversation, member=by, via=Draft.Via.PAGE)
        send_draft(draft=draft, by=by, seen_version=conversation.version)
    if is_moved():  # in the present, the house's own job lets it leave
        with moved_to(now() + timedelta(seconds=UNDO_SECONDS)):
            word = leave(draft_id=draft.pk)
            if word is not None:
                post(word)


def post(letter: Interaction) -> None:
    """Let a letter of ours leave for nowhere, and its conversation know it: what the house's jobs do in the present."""
    if leave_for_nowhere(interaction_id=letter.pk):
        left(interaction_id=letter.pk)


def _keep(conversation: Conversation, by: Member, done: Acts) -> None:
    promise = _promised(conversation)
    if promise is not None:
        keep_promise(promise=promise, by=by)


def _repeated(conversation: Conversation, by: Member, done: Acts) -> None:
    mark_repeated(conversation=conversation, by=by)


def _snooze(conversation: Conversation, by: Member, done: Acts) -> None:
    if done.until is not None:
        snooze(conversation=conversation, until=done.until, by=by)


def _resolve(conversation: Conversation, by: Member, done: Acts) -> None:
    """Refused when something is still promised: then an adviser, too, leaves it open."""
    resolve(conversation=conversation, by=by, without_answer=True)


def _call(conversation: Conversation, by: Member, done: Acts) -> None:
    log_call(conversation=conversation, by=by, outcome=cast(Outcome, done.outcome), text=done.what)


def _promised(conversation: Conversation) -> Promise | None:
    return next(iter(running_promises([conversation.pk], kind=Promise.Kind.OTHER)), None)


_DEEDS: Final[Mapping[Deed, Callable[[Conversation, Member, Acts], None]]] = {
    Deed.ASSIGN: _assign,
    Deed.NAME: _name,
    Deed.NOTE: _note,
    Deed.ANSWER: _answer,
    Deed.KEEP: _keep,
    Deed.REPEATED: _repeated,
    Deed.SNOOZE: _snooze,
    Deed.RESOLVE: _resolve,
    Deed.CALL: _call,
}
