"""Conversations follow the word that opened them: when an address and its words change hands, so do they."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from egards.accounts.models import Member
from egards.conversations.actions.events import show
from egards.conversations.models import Conversation, Note, Promise, Turn
from egards.customers.actions import split_handle, undo_split
from egards.customers.models import Customer, Split, TimelineEntry
from egards.interactions.models import Handle


@transaction.atomic
def split_customer(*, customer: Customer, handle: Handle, by: Member) -> Split:
    """Take an address away from a customer, with its words and the conversations that they opened."""
    split = split_handle(customer=customer, handle=handle, by=by)
    follow_words(split)
    return split


@transaction.atomic
def undo_customer_split(*, split: Split, by: Member) -> Split:
    """Give an address back, with its words and their conversations."""
    split = undo_split(split=split, by=by)
    follow_words(split)
    return split


def follow_words(split: Split) -> int:
    """Give each conversation of both people to whom its first word belongs now; return how many changed hands."""
    both = (split.source_id, split.made_id)
    family = {*both, *Customer.objects.filter(merged_into_id__in=both).values_list("pk", flat=True)}
    root = split.source.merged_into_id or split.source_id
    rows = Conversation.objects.select_for_update().filter(customer_id__in={*family, root})
    moved = 0
    for conversation in rows.order_by("pk"):
        owner_id = _owner_of_first_word(conversation)
        if owner_id is not None and owner_id != conversation.customer_id:
            _give(conversation, owner_id)
            moved += 1
    return moved


def _owner_of_first_word(conversation: Conversation) -> UUID | None:
    first = Turn.objects.filter(conversation=conversation, why=Turn.Why.FIRST).values("interaction_id")
    entry = TimelineEntry.objects.filter(kind="word", ref__in=first).select_related("customer").first()
    return (entry.customer.merged_into_id or entry.customer_id) if entry else None


def _give(conversation: Conversation, owner_id: UUID) -> None:
    conversation.customer_id = owner_id
    conversation.save(update_fields=["customer"])
    refs = [
        *Promise.objects.filter(conversation=conversation).values_list("pk", flat=True),
        *Note.objects.filter(conversation=conversation).values_list("pk", flat=True),
        *Turn.objects.filter(conversation=conversation, why=Turn.Why.OURS).values_list("pk", flat=True),
    ]
    TimelineEntry.objects.filter(ref__in=refs).exclude(kind="word").update(customer_id=owner_id)
    show(conversation.pk, conversation.touchpoint_id)
