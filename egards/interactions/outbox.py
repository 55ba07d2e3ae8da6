"""What leaves the house: put out in the transaction that decides it, sent later, once, or said why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from egards import jobnames
from egards.core.clock import now
from egards.core.ids import new_id
from egards.core.jobs import ask_for
from egards.core.text import storable
from egards.interactions.actions import handle_digest
from egards.interactions.models import (
    Attachment,
    Content,
    Delivery,
    Handle,
    Interaction,
    Mode,
    OutgoingLetter,
    Participation,
)
from egards.interactions.rules import normalised_value
from egards.touchpoints.inbound import Address, Proof
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.no_reply import invites_silence


class InvitesSilence(Exception):
    """What was about to leave tells its reader not to answer."""

    def __init__(self) -> None:
        super().__init__(_("This text asks the customer not to answer. Here, everybody may answer."))


#: A file to send: its blob, its name, its type.
OutgoingFile = tuple[UUID, str, str]


def put_out(
    *,
    touchpoint: Touchpoint,
    permit_id: UUID,
    handle: Handle,
    subject: str,
    text: str,
    html: str = "",
    plain: str = "",
    unquoted: str = "",
    cause: Interaction | None = None,
    attachments: Sequence[OutgoingFile] = (),
    reply_token: str = "",
    is_automatic: bool = False,
    happened_at: datetime | None = None,
) -> Interaction:
    """Write, in the caller's transaction, a word of ours and its delivery; it leaves after the commit.

    ``text`` is what we say: kept, searched, shown in the conversation. ``html`` and ``plain`` are the same dressed as
    a letter (``letters.letter``); without them the text leaves as it is. ``unquoted`` is ``plain`` without what it
    quotes: a customer may well have written « do not reply ». ``cause`` is the word that it answers: never
    an archive (the base refuses). ``reply_token`` brings the answer home.
    Raises ``InvitesSilence`` when the subject or the text says « do not reply ».
    """
    if any(map(invites_silence, (subject, text, unquoted or plain))):
        raise InvitesSilence
    said = write_word(
        touchpoint=touchpoint,
        handle=handle,
        subject=subject,
        text=text,
        attachments=attachments,
        is_automatic=is_automatic,
        at=happened_at or now(),
    )
    delivery = Delivery.objects.create(
        interaction=said,
        touchpoint=touchpoint,
        permit_id=permit_id,
        cause=cause,
        handle=handle,
        next_at=said.happened_at,
        is_automatic=is_automatic,
        reply_token=reply_token,
    )
    _write_letter(delivery, plain or (html and text), html)
    transaction.on_commit(partial(ask_for, jobnames.SEND_LETTERS))
    return said


def _write_letter(delivery: Delivery, plain: str, html: str) -> None:
    """How it is dressed; without a letter its words leave as they are."""
    if plain or html:
        OutgoingLetter.objects.create(delivery=delivery, text=storable(plain), html=storable(html))


def write_word(
    *,
    touchpoint: Touchpoint,
    handle: Handle | None,
    subject: str,
    text: str,
    attachments: Sequence[OutgoingFile] = (),
    is_automatic: bool = False,
    at: datetime,
) -> Interaction:
    """Write a word of ours that goes nowhere by itself (said on the telephone, read on our own page)."""
    said = Interaction.objects.create(
        id=new_id(at),
        touchpoint=touchpoint,
        direction=Interaction.Direction.OUT,
        mode=Mode.LIVE,
        happened_at=at,
        received_at=at,
        is_automatic=is_automatic,
    )
    _write_content(said, subject, text)
    _write_parties(said, touchpoint, handle)
    _write_files(said, attachments)
    return said


def _write_content(said: Interaction, subject: str, text: str) -> None:
    Content.objects.create(
        interaction=said,
        touchpoint_id=said.touchpoint_id,
        at=said.happened_at,
        subject=storable(subject),
        text=storable(text),
    )


def _write_parties(said: Interaction, touchpoint: Touchpoint, handle: Handle | None) -> None:
    """We speak from the touchpoint's own address, when it has one."""
    parties = []
    if ours := house_handle(touchpoint):
        parties.append(Participation(interaction=said, handle=ours, role="author", proof=Proof.CONFIRMED))
    if handle is not None:
        parties.append(Participation(interaction=said, handle=handle, role="to", proof=Proof.NONE))
    Participation.objects.bulk_create(parties)


def house_handle(touchpoint: Touchpoint) -> Handle | None:
    """Return the handle of the address that a touchpoint speaks from, or None when it has none."""
    address = Address("email", str(touchpoint.settings.get("address", "")))
    value = normalised_value(address)
    if value is None:
        return None
    digest = handle_digest("email", value)
    handle, _made = Handle.objects.get_or_create(
        digest=digest, defaults={"kind": "email", "value": value, "name": storable(touchpoint.brand.name)[:200]}
    )
    return handle


def _write_files(said: Interaction, files: Sequence[OutgoingFile]) -> None:
    Attachment.objects.bulk_create(
        Attachment(interaction=said, blob_id=blob_id, name=storable(name)[:255], content_type=storable(kind)[:200])
        for blob_id, name, kind in files
    )
