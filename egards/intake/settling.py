"""What only this house can tell of a mail: whether it is our own coming back, and whether a colleague handed it on.

The reader of mail knows neither our letters nor our members: it says what a mail looks like, and here it is settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from egards.accounts.models import Member
from egards.interactions.models import Delivery
from egards.interactions.rules import normalised_email
from egards.touchpoints.inbound import Inbound, Party, Proof


def settled(inbounds: Sequence[Inbound]) -> list[Inbound]:
    """Return the words of a batch as this house knows them; most of them as they are, with no question to the base."""
    ours = _ours({UUID(one.ours) for one in inbounds if one.ours})
    colleagues = _colleagues({address for one in inbounds if one.forwarded for address in _both(one)})
    return [_handed_on(_own_or_not(one, ours), colleagues) for one in inbounds]


def _ours(wanted: set[UUID]) -> set[UUID]:
    return set(Delivery.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def _colleagues(addresses: set[str]) -> set[str]:
    if not addresses:
        return set()
    members = Member.objects.filter(is_active=True, email__in=addresses)
    return {email.lower() for email in members.values_list("email", flat=True)}


def _own_or_not(inbound: Inbound, ours: set[UUID]) -> Inbound:
    """Another house of Égards writes ids of the same shape: what a person says there is a person's word here."""
    if inbound.automatic != "own_loop" or (inbound.ours and UUID(inbound.ours) in ours):
        return inbound
    return replace(inbound, automatic=inbound.unless_ours, is_automatic=bool(inbound.unless_ours))


def _handed_on(inbound: Inbound, colleagues: set[str]) -> Inbound:
    """A colleague hands a customer's mail on: the customer is the author, the colleague stands beside.

    What is forwarded is the colleague's say: the customer's address proves nothing. Where the colleague's own domain
    says that they did not write this (DMARC), it would prove even less than a customer's forged address.
    """
    if inbound.forwarded is None or inbound.author is None or inbound.is_automatic:
        return inbound
    if inbound.author.proof == Proof.NONE:
        return inbound
    author, original = _both(inbound)
    if author not in colleagues or original in colleagues or not original:
        return inbound
    others = [replace(party, role="forwarder") if party.role == "author" else party for party in inbound.parties]
    parties = (Party("author", inbound.forwarded.author), *others)
    return replace(inbound, parties=parties, text=inbound.forwarded.text, html="")


def _both(inbound: Inbound) -> tuple[str, str]:
    author = inbound.author.address.value if inbound.author else ""
    original = inbound.forwarded.author.value if inbound.forwarded else ""
    return normalised_email(author) or "", normalised_email(original) or ""
