"""By what a customer may be answered: the addresses they wrote from here, then those we know to be theirs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from egards.conversations.models import Conversation, Link
from egards.customers.models import Customer, Identity
from egards.interactions.models import Handle, Participation, Unreachable
from egards.touchpoints.inbound import Proof

_SURE = (Proof.AUTHENTICATED, Proof.PROVED, Proof.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Reach:
    """An address, and whether the customer wrote from it in this very conversation."""

    handle: Handle
    is_from_here: bool


def addresses_of(conversation: Conversation, kind: str = "email") -> list[Reach]:
    """Return where a customer may be answered, best first: what they wrote from last, then their proved addresses.

    Those that do not receive any more come last.
    """
    found = _addresses_of(conversation, kind)
    theirs = [reach.handle.pk for reach in found]
    gone = set(Unreachable.objects.filter(handle_id__in=theirs, ended_at=None).values_list("handle_id", flat=True))
    return sorted(found, key=lambda reach: reach.handle.pk in gone)


def _addresses_of(conversation: Conversation, kind: str) -> list[Reach]:
    here = _written_from(conversation, kind)
    known = {reach.handle.pk for reach in here}
    if conversation.customer is None:
        return here
    theirs = Identity.objects.filter(ended_at=None, proof__in=_SURE, handle__kind=kind)
    theirs = theirs.filter(customer_id__in=_family(conversation.customer))
    rows = theirs.exclude(handle__value="").select_related("handle").order_by("-at")
    return here + [Reach(row.handle, False) for row in rows if row.handle_id not in known]


def screen_link_of(conversation: Conversation) -> Link | None:
    """Return the link by which the customer follows this conversation on screen, if they hold one still."""
    links = Link.objects.filter(conversation=conversation, level=Link.Level.SCREEN, revoked_at=None)
    return links.order_by("-made_at").first()


def _written_from(conversation: Conversation, kind: str) -> list[Reach]:
    rows = Participation.objects.filter(
        role="author", handle__kind=kind, interaction__turn__conversation=conversation, interaction__direction="in"
    )
    rows = rows.filter(interaction__turn__is_to_confirm=False).exclude(handle__value="")
    found: dict[UUID, Reach] = {}
    for row in rows.select_related("handle").order_by("-interaction__received_at"):
        found.setdefault(row.handle_id, Reach(row.handle, True))
    return list(found.values())


def _family(customer: Customer) -> list[UUID]:
    root = customer.merged_into_id or customer.pk
    return [root, *Customer.objects.filter(merged_into_id=root).values_list("pk", flat=True)]
