"""What a member writes to a customer: a draft that survives, an answer that leaves in ten seconds or is called back.

Nobody answers twice: the conversation is held while an answer is sent, only one may be leaving, and an answer is
refused when something was said since its author looked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from egards import jobnames
from egards.accounts.models import Member
from egards.conversations.actions.errors import (
    AlreadyAnswered,
    CannotReach,
    ConversationError,
    InvalidDate,
    NothingSaid,
)
from egards.conversations.actions.events import locked, show
from egards.conversations.models import Conversation, Draft, DraftFile, Promise
from egards.conversations.reach import addresses_of, screen_link_of
from egards.core.clock import now
from egards.core.jobs import ask_for
from egards.core.text import storable
from egards.interactions.blobs import blob_digest, keep_bytes
from egards.interactions.models import Handle
from egards.touchpoints.no_reply import invites_silence

#: How long an answer may be called back after « Envoyer ».
UNDO_SECONDS = 10
#: All the files of one answer together, in bytes; more is refused by many a mail server.
MOST_FILES_BYTES = 15 * 1024 * 1024


@transaction.atomic
def save_draft(
    *,
    conversation: Conversation,
    member: Member,
    text: str | None = None,
    note: str | None = None,
    via: Draft.Via | None = None,
    handle: Handle | None = None,
    promised: str | None = None,
    promised_by: datetime | None = None,
    renegotiates: Promise | None = None,
    then: Draft.Then | None = None,
    seen_version: int | None = None,
) -> Draft:
    """Keep what a member is writing; what is not given stays as it was. An unsaid promise takes its date away."""
    draft = _open_draft(conversation, member)
    given: dict[str, Any] = {"via": via, "handle": handle, "then": then, "seen_version": seen_version}
    given |= {"text": None if text is None else storable(text), "note": None if note is None else storable(note)}
    if promised is not None:
        given |= {"promised": storable(promised).strip()}
        draft.promised_by, draft.renegotiates = promised_by, renegotiates
    for name, value in given.items():
        if value is not None:
            setattr(draft, name, value)
    draft.at = now()
    draft.save()
    return draft


@transaction.atomic
def attach_file(*, draft: Draft, name: str, content_type: str, data: bytes) -> DraftFile:
    """Put a file beside a draft. Raises ``ConversationError`` when all together weigh too much."""
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if sum(file.size for file in draft.files.all()) + len(data) > MOST_FILES_BYTES:
        raise ConversationError(_("These files weigh more than 15 MB together: many mailboxes refuse that."))
    blobs = keep_bytes({blob_digest(data): data})
    return DraftFile.objects.create(
        draft=draft,
        blob_id=blobs[blob_digest(data)],
        name=storable(name)[:255],
        content_type=storable(content_type)[:200],
        size=len(data),
    )


def remove_file(*, file: DraftFile) -> None:
    """Take a file away from a draft that has not been sent."""
    DraftFile.objects.filter(pk=file.pk, draft__leaves_at=None).delete()


@transaction.atomic
def send_draft(*, draft: Draft, by: Member, seen_version: int) -> Draft:
    """Let an answer leave in ``UNDO_SECONDS``. ``seen_version`` is the conversation's when its author last looked.

    Raises ``NothingSaid``, ``CannotReach``, ``InvalidDate``, ``AlreadyAnswered``.
    """
    conversation = locked(draft.conversation)
    draft = Draft.objects.select_for_update(of=("self",)).select_related("handle").get(pk=draft.pk)
    if draft.leaves_at is not None:
        return draft  # sent twice by a double click: once
    _check_sendable(draft)
    _check_seen(conversation, by, seen_version)
    _choose_way(draft, conversation)
    draft.leaves_at = now() + timedelta(seconds=UNDO_SECONDS)
    draft.seen_version = seen_version
    draft.save(update_fields=["leaves_at", "seen_version", "via", "handle"])
    conversation.version += 1
    conversation.save(update_fields=["version"])
    show(conversation.pk, conversation.touchpoint_id)
    transaction.on_commit(
        lambda: ask_for(jobnames.LEAVE_DRAFT, about=str(draft.pk), in_seconds=UNDO_SECONDS, draft_id=str(draft.pk))
    )
    return draft


@transaction.atomic
def undo_send(*, draft: Draft, by: Member) -> Draft:
    """Call back an answer that has not left. What its author began to write meanwhile comes after it."""
    conversation = locked(draft.conversation)
    leaving = Draft.objects.select_for_update().filter(pk=draft.pk, member=by, leaves_at__isnull=False).first()
    if leaving is None:
        raise ConversationError(_("It has left already."))
    begun = Draft.objects.select_for_update().filter(conversation=conversation, member=by, leaves_at=None).first()
    if begun is not None:
        leaving.text = "\n\n".join(part for part in (leaving.text, begun.text) if part.strip())
        leaving.note = begun.note
        begun.files.update(draft=leaving)
        begun.delete()
    leaving.leaves_at = None
    leaving.save(update_fields=["text", "note", "leaves_at"])
    show(conversation.pk, conversation.touchpoint_id)
    return leaving


def _open_draft(conversation: Conversation, member: Member) -> Draft:
    drafts = Draft.objects.select_for_update()
    draft, _made = drafts.get_or_create(
        conversation=conversation, member=member, leaves_at=None, defaults={"seen_version": conversation.version}
    )
    return draft


def _check_sendable(draft: Draft) -> None:
    if not draft.text.strip():
        raise NothingSaid(_("Write something first."))
    if invites_silence(draft.text):
        raise ConversationError(_("This answer asks the customer not to reply. Take that sentence away: we listen."))
    if draft.promised and draft.promised_by is None:
        raise InvalidDate(_("Say by when this will be done."))
    if draft.promised_by is not None and draft.promised_by <= now():
        raise InvalidDate(_("A promise is for later: choose a date to come."))


def _check_seen(conversation: Conversation, by: Member, seen_version: int) -> None:
    """Refuse when something was said since: by a colleague whose answer left or is leaving, or by the customer."""
    leaving = Draft.objects.filter(conversation=conversation, leaves_at__isnull=False).select_related("member").first()
    if leaving is not None:
        raise AlreadyAnswered(
            _("%(name)s is answering: it leaves in a moment.") % {"name": leaving.member.name},
            by=leaving.member,
            at=leaving.leaves_at or now(),
        )
    if conversation.version <= seen_version:
        return
    last = conversation.turns.select_related("by").order_by("-at").first()
    if last is not None and last.by is not None and last.by.pk != by.pk:
        sentence = _("%(name)s has answered since you opened this page. Read it before you write.")
        raise AlreadyAnswered(sentence % {"name": last.by.name}, by=last.by, at=last.at)
    if last is not None and last.by is None and not last.is_program:
        raise AlreadyAnswered(
            _("The customer has written since you opened this page. Read it before you answer."), by=None, at=last.at
        )


def _choose_way(draft: Draft, conversation: Conversation) -> None:
    """Settle by what the answer goes: the address given or the best we know; else the page, when a link is held."""
    if draft.via == Draft.Via.EMAIL:
        ways = [reach.handle for reach in addresses_of(conversation)]
        chosen = next((h for h in ways if h.pk == draft.handle_id), None) or next(iter(ways), None)
        if chosen is not None and conversation.customer_id is not None:
            draft.handle = chosen
            return
    if draft.via == Draft.Via.PAGE and screen_link_of(conversation) is not None:
        draft.handle = None
        return
    raise CannotReach(_("This customer left no address that can be answered that way."))
