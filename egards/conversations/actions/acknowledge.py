"""At once, a letter says that the word arrived, who answers and by when; signed, and it may be answered."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from egards.consent.actions import may_contact
from egards.consent.rules.facts import Medium, Purpose
from egards.conversations.actions.errors import ConversationError
from egards.conversations.actions.events import locked, show
from egards.conversations.actions.links import address_of, give_link, mailed_link
from egards.conversations.actions.promises import running_promises
from egards.conversations.letters import Said, acknowledgement, fresh_link
from egards.conversations.models import Conversation, Link, Turn
from egards.conversations.reach import addresses_of
from egards.conversations.rules.automatic import A_DAY, Told, may_answer_by_itself
from egards.conversations.senders import house_subject, subject_of, touchpoint_for
from egards.conversations.tokens import reply_token
from egards.core.clock import now
from egards.interactions.models import Delivery, Handle, Interaction, Participation
from egards.interactions.outbox import put_out
from egards.touchpoints.inbound import Proof

_SURE = (Proof.AUTHENTICATED, Proof.PROVED, Proof.CONFIRMED)


@transaction.atomic
def acknowledge(*, conversation_id: UUID, is_due_by_law: bool = False) -> Interaction | None:
    """Write to the customer who opened a conversation, once; None when they cannot be written to, or were already.

    Nothing of what they wrote is in it, not even their subject: it may have been written in somebody else's name.
    """
    conversation = locked(Conversation(pk=conversation_id))
    word = conversation.last_in
    if word is None or word.is_automatic or not conversation.touchpoint.behaviour().acknowledges:
        return None
    if not is_due_by_law and conversation.turns.exclude(by=None, is_program=False).exists():
        return None  # acknowledged, or a person was quicker
    handle = next((reach.handle for reach in addresses_of(conversation) if reach.is_from_here), None)
    if handle is None or conversation.customer is None:
        return None
    is_vouched = Participation.objects.filter(interaction=word, role="author", handle=handle, proof__in=_SURE).exists()
    if not may_answer_by_itself(now(), _told(conversation, handle), is_vouched=is_vouched, is_due_by_law=is_due_by_law):
        return None
    promise = next(iter(running_promises([conversation.pk])), None)
    link = mailed_link(conversation=conversation, handle=handle)
    said = acknowledgement(conversation, promise=promise, page=address_of(link), subject=house_subject(conversation))
    return _write(conversation, handle, said, Purpose.FOLLOW_UP, link)


def _told(conversation: Conversation, handle: Handle) -> Told:
    """What the house wrote by itself of late."""
    here = conversation.turns.filter(is_program=True).order_by("-at").values_list("at", flat=True).first()
    letters = Delivery.objects.filter(handle=handle, is_automatic=True, made_at__gt=now() - A_DAY)
    return Told(here, list(letters.values_list("made_at", flat=True)))


@transaction.atomic
def renew_link(*, link: Link) -> None:
    """Send a fresh link to the address of an old one, at its holder's wish. Raises ``ConversationError``."""
    conversation = locked(link.conversation)
    if link.level != Link.Level.MAILED or link.handle is None or link.revoked_at or not link.handle.value:
        raise ConversationError(_("This link was shown on a screen: write to us again, or call us."))
    if Link.objects.filter(conversation=conversation, handle=link.handle, made_at__gt=link.expires_at).exists():
        return  # one was sent since
    fresh = give_link(conversation=conversation, level=Link.Level.MAILED, handle=link.handle)
    said = fresh_link(conversation, page=address_of(fresh), subject=subject_of(conversation))
    _write(conversation, link.handle, said, Purpose.FOLLOW_UP, fresh)


def _write(conversation: Conversation, handle: Handle, said: Said, purpose: Purpose, link: Link) -> Interaction | None:
    if conversation.customer is None:
        return None
    decision = may_contact(
        customer=conversation.customer,
        medium=Medium.EMAIL,
        purpose=purpose,
        moment=now(),
        cause=conversation.last_in,
        handle=handle,
    )
    if not decision.is_allowed:
        return None
    word = put_out(
        touchpoint=touchpoint_for(conversation),
        permit_id=decision.permit_id,
        handle=handle,
        subject=said.subject,
        text=said.text,
        html=said.letter.html,
        plain=said.letter.text,
        cause=conversation.last_in,
        reply_token=reply_token(conversation.pk),
        is_automatic=True,
    )
    Turn.objects.create(
        interaction=word,
        conversation=conversation,
        at=word.received_at,
        why=Turn.Why.OURS,
        link=link,
        is_program=True,
    )
    show(conversation.pk, conversation.touchpoint_id)
    return word
