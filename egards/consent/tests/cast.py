"""Small builders: people with addresses, and the pack loaded."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.test import TestCase

from egards.accounts.actions import brand_named
from egards.consent.loading import load_pack
from egards.core.clock import now
from egards.customers.actions import NewEntry, add_to_timeline
from egards.customers.models import Customer, Identity
from egards.interactions.actions import handle_digest
from egards.interactions.models import Handle, Interaction, Mode
from egards.touchpoints.actions import touchpoint_of_kind
from egards.touchpoints.inbound import Proof

PARIS = ZoneInfo("Europe/Paris")


def paris(text: str) -> datetime:
    """``2026-08-10 11:00`` on a clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def person(*addresses: tuple[str, str]) -> Customer:
    """A customer with these addresses (kind, value)."""
    customer = Customer.objects.create(name="Client d’essai")
    for kind, value in addresses:
        handle = Handle.objects.create(kind=kind, digest=handle_digest(kind, value), value=value)
        Identity.objects.create(handle=handle, customer=customer, proof=Proof.CONFIRMED)
    return customer


def word_of(customer: Customer, *, at: datetime, mode: Mode = Mode.LIVE) -> Interaction:
    """A word that the customer said."""
    touchpoint = touchpoint_of_kind(brand=brand_named(name="Maison"), kind="mail", name="Courrier")
    word = Interaction.objects.create(
        touchpoint=touchpoint, mode=mode, happened_at=at, received_at=at, recorded_at=now()
    )
    add_to_timeline(entries=[NewEntry(customer.pk, at, "word", word.pk, touchpoint.pk)])
    return word


class ConsentTestCase(TestCase):
    """The pack is loaded; Dupont lives in Paris and has a number and a mail address."""

    dupont: Customer

    @classmethod
    def setUpTestData(cls) -> None:
        load_pack()
        cls.dupont = person(("phone", "+33612345678"), ("email", "dupont@exemple.fr"))
