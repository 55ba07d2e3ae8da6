"""The person behind the words: their name goes, their links end; the rest is ids."""

from __future__ import annotations

from collections.abc import Sequence

from egards.core.clock import now
from egards.core.forget import ErasablePlace, Person, Place, SilentPlace, nothing_to_erase
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.touchpoints.models import Touchpoint


def erase_customers(person: Person) -> int:
    """Take the names away and say since when the person is forgotten."""
    customers = Customer.objects.filter(pk__in=person.customer_ids)
    customers.filter(forgotten_at=None).update(forgotten_at=person.until or now())
    return customers.exclude(name="", sort_key="").update(name="", sort_key="")


def erase_identities(person: Person) -> int:
    """End the links: if the same address writes again one day, it is a new relation, with a new customer."""
    links = Identity.objects.filter(customer_id__in=person.customer_ids, ended_at=None)
    return links.update(ended_at=person.until or now())


def export_customers(person: Person) -> Sequence[dict[str, object]]:
    """Give what we call this person, and since when."""
    rows = Customer.objects.filter(pk__in=person.customer_ids).order_by("id")
    return [
        {
            "customer": str(c.pk),
            "name": c.name,
            "known_since": c.made_at.isoformat(),
            "merged_into": str(c.merged_into_id) if c.merged_into_id else None,
        }
        for c in rows
    ]


def export_identities(person: Person) -> Sequence[dict[str, object]]:
    """Give which address we believe to be theirs, how sure we are, and since when."""
    rows = Identity.objects.filter(customer_id__in=person.customer_ids, handle_id__in=person.handle_ids)
    return [
        {
            "customer": str(i.customer_id),
            "handle": i.handle.value,
            "proof": i.proof,
            "at": i.at.isoformat(),
            "ended_at": i.ended_at.isoformat() if i.ended_at else None,
        }
        for i in rows.select_related("handle").order_by("id")
    ]


def export_timeline(person: Person) -> Sequence[dict[str, object]]:
    """Give the lines of their timeline."""
    names = dict(Touchpoint.objects.values_list("id", "name"))
    rows = TimelineEntry.objects.filter(customer_id__in=person.customer_ids).order_by("happened_at", "id")
    return [
        {
            "happened_at": e.happened_at.isoformat(),
            "kind": e.kind,
            "ref": str(e.ref),
            "touchpoint": names.get(e.touchpoint_id, "") if e.touchpoint_id else "",
        }
        for e in rows.iterator()
    ]


PLACES: tuple[Place, ...] = (
    ErasablePlace("customers_customer", erase_customers, export_customers, "Qui vous êtes pour nous"),
    ErasablePlace("customers_identity", erase_identities, export_identities, "Vos adresses, et d’où nous les tenons"),
    ErasablePlace("customers_timelineentry", nothing_to_erase, export_timeline, "Le fil de nos échanges"),
    SilentPlace("customers_handleuse", "identifiants d’une adresse et d’un client"),
    SilentPlace("customers_merge", "identifiants et dates"),
    SilentPlace("customers_split", "identifiants et dates"),
    SilentPlace("customers_resemblance", "identifiants et dates"),
)
