"""Notes among us: objective, kept as the customer may one day read them (CNIL, « zones de commentaires »)."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from egards.accounts.models import Member, Role
from egards.conversations.actions.errors import NeedsConfirmation, NothingSaid
from egards.conversations.actions.events import locked, show
from egards.conversations.models import Conversation, Draft, Note
from egards.conversations.rules.note_hints import hints
from egards.core.text import plain, storable
from egards.customers.actions import NewEntry, add_to_timeline
from egards.notifications.actions import notify


@transaction.atomic
def keep_note(*, conversation: Conversation, by: Member, text: str, confirmed: bool = False) -> Note:
    """Keep a note, and call those it names. Raises ``NothingSaid``, ``NeedsConfirmation``.

    A note that says what a note should not is kept only when its author confirms it, and that is written down; one
    with a national number, a bank account or a password is refused.
    """
    conversation = locked(conversation)
    text = storable(text).strip()
    if not text:
        raise NothingSaid(_("Write something first."))
    found = hints(text)
    if any(hint.blocks for hint in found):
        raise NeedsConfirmation(_("This may not be kept in a note."), hints=found)
    if found and not confirmed:
        raise NeedsConfirmation(_("The customer may ask to read this note."), hints=found)
    codes = sorted({hint.code for hint in found})
    note = Note.objects.create(conversation=conversation, by=by, text=text, warned_of=codes)
    Draft.objects.filter(conversation=conversation, member=by, leaves_at=None).update(note="")
    for member in mentioned(text, conversation):
        if member.pk != by.pk:
            notify(member=member, kind="mentioned", ref=conversation.pk, by=by)
    if conversation.customer_id:
        entry = NewEntry(conversation.customer_id, note.at, "note", note.pk, conversation.touchpoint_id)
        add_to_timeline(entries=[entry])
    show(conversation.pk, conversation.touchpoint_id)
    return note


def mentioned(text: str, conversation: Conversation) -> list[Member]:
    """Return the members of the conversation's brand whom a text names: « @Prénom Nom », or « @Prénom » alone.

    A first name that several bear calls all of them: better once too many than nobody.
    """
    said = plain(text)
    if "@" not in said:
        return []
    return [member for member in _colleagues(conversation) if _names(said, plain(member.name))]


def _colleagues(conversation: Conversation) -> QuerySet[Member]:
    here = Role.objects.filter(Q(brand_id=conversation.brand_id) | Q(brand=None)).values("member_id")
    return Member.objects.filter(pk__in=here, is_active=True).order_by("sort_key", "pk")


def _names(said: str, name: str) -> bool:
    first = name.partition(" ")[0]
    return any(re.search(rf"@{re.escape(called)}(?![\w-])", said) for called in (name, first))
