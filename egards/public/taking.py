"""A word written on one of our pages comes in like any other: bytes first, committed; then it is read at once, so that
its author sees who answers and by when. Whatever fails after the commit, the word is safe and the worker reads it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _
from procrastinate.exceptions import ConnectorException

from egards import jobnames
from egards.accounts.models import Brand
from egards.conversations.actions.links import give_link
from egards.conversations.models import Conversation, Link, Turn
from egards.core.jobs import ask_for
from egards.intake.pipeline import load, process
from egards.interactions.blobs import blob_digest
from egards.interactions.doors import Delivery, receive, transport_key
from egards.interactions.models import Arrival, Outcome
from egards.public.form_tokens import FormToken
from egards.touchpoints.actions import touchpoint_of_kind
from egards.touchpoints.kinds.form import PostedForm
from egards.touchpoints.models import Touchpoint

log = logging.getLogger("egards.public")

#: Advisory lock of call-back slots (first key; the second is the brand's).
_SLOTS = 0x5107


def form_touchpoint(brand: Brand) -> Touchpoint:
    """Return where words of the brand's pages come in, opened at the first of them."""
    return touchpoint_of_kind(brand=brand, kind="form", name=_("Contact page"))


def word_id(token: FormToken, *parts: str | bytes) -> str:
    """Return the id of what a form said: the same form sent twice is one word; changed and sent again, two."""
    said = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        said.update(len(data).to_bytes(8, "big") + data)
    return f"{token.nonce}-{said.hexdigest()[:16]}"


def is_known(touchpoint: Touchpoint, form: PostedForm) -> bool:
    """Say whether this very form came in before: a second click is not a second post."""
    delivery = _delivery(form)
    key = transport_key(delivery, blob_digest(delivery.raw))
    return Arrival.objects.filter(touchpoint=touchpoint, transport_key=key).exists()


def take_word(*, touchpoint: Touchpoint, form: PostedForm) -> UUID | None:
    """Let a form in and read it; return its interaction, or None when it is kept but could not be read yet."""
    (received,) = receive(touchpoint=touchpoint, deliveries=[_delivery(form)])
    try:
        process(load([received.arrival_id]))
    except Exception as error:  # it is safe already: the worker will read it, and nothing of this is the customer's
        log.error("arrival %s is kept, and will be read later: %s", received.arrival_id, type(error).__name__)
    with suppress(DatabaseError, ConnectorException):
        ask_for(jobnames.PROCESS_WAITING)  # what follows from it: the acknowledgement leaves at once
    outcome = Outcome.objects.filter(pk=received.arrival_id).first()
    return outcome.interaction_id if outcome else None


@transaction.atomic
def link_for(interaction_id: UUID, *, through: Link | None = None) -> Link | None:
    """Return the link by which the author of a word follows it: the one it came through, or one for this screen.

    A word that opened a conversation of its own gets a new link, of the level of the one it came through. None when
    the word opened nothing (it was read as automatic).
    """
    turns = Turn.objects.select_for_update(of=("self",)).select_related("link", "conversation")
    turn = turns.filter(interaction_id=interaction_id).first()
    if turn is None:
        return None
    if turn.link is not None:
        return turn.link
    if through is not None and through.level == Link.Level.MAILED:
        return give_link(conversation=turn.conversation, level=Link.Level.MAILED, handle=through.handle)
    return give_link(conversation=turn.conversation, level=Link.Level.SCREEN)


@contextmanager
def one_slot_at_a_time(brand: Brand) -> Iterator[None]:
    """Hold the brand's call-back slots while one is looked at and taken: two customers never get the last one."""
    key = brand.pk.int & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_SLOTS, key])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SLOTS, key])


@dataclass(frozen=True, slots=True)
class Author:
    """Who a word is from, as the envelope says it; ``proved`` is the kind of the address that is proved, if one is."""

    name: str = ""
    email: str = ""
    phone: str = ""
    proved: Literal["", "email"] = ""


def author_of(link: Link) -> Author:
    """Return who a word that comes through a link is from.

    A mailed link speaks for the address that it was sent to. A screen link speaks for nobody but who opened it: what
    they said of themselves then, still a claim.
    """
    if link.level == Link.Level.MAILED:
        return Author(link.handle.name, link.handle.value, proved="email") if link.handle else Author()
    first = Turn.objects.filter(link=link, interaction__direction="in").order_by("at").first()
    if first is None:
        return Author()
    rows = first.interaction.participations.filter(role="author", handle__kind__in=("email", "phone"))
    given = {row.handle.kind: row.handle.value for row in rows.select_related("handle")}
    return Author(email=given.get("email", ""), phone=given.get("phone", ""))


def conversation_of(link: Link) -> Conversation:
    """Return the conversation that a link leads to now: the one it was joined to, if it was."""
    conversation = link.conversation
    while conversation.joined_into_id:
        conversation = Conversation.objects.select_related("brand", "owner", "team").get(pk=conversation.joined_into_id)
    return conversation


def _delivery(form: PostedForm) -> Delivery:
    return Delivery(form.model_dump_json(exclude_defaults=True).encode(), key=form.id)
