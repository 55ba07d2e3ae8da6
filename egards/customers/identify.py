"""Whom a word is from: handles to customers, whole batches at a time, never gluing two people together.

The strongest handle of the author decides (e-mail, then loyalty number, phone, social, device). A known one gives its
customer. An unknown one may join the customer of another of the author's handles only to fill a gap (that customer
has no handle of its kind yet) and only when that other handle is not shared; otherwise it is a new person, and a
resemblance is proposed. A handle seen with more than five people is shared: it links nobody any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from egards.core.clock import now
from egards.core.copy import copy_rows
from egards.core.ids import new_id
from egards.core.text import sort_key
from egards.customers.actions import NewEntry, add_to_timeline
from egards.customers.models import Customer, HandleUse, Identity, Resemblance
from egards.interactions.actions import KnownHandle, Recorded
from egards.interactions.models import Handle

#: Strongest first: which of an author's handles decides.
STRENGTH = ("email", "loyalty", "phone", "social", "device")
#: A handle seen with more people than this links nobody.
SHARED_BEYOND = 5


@dataclass(slots=True)
class _Person:
    """A customer as this batch knows them."""

    id: UUID
    kinds: set[str]


def identify(*, recorded: Sequence[Recorded]) -> dict[UUID, UUID]:
    """Give each new interaction its customer, in the caller's transaction; return interaction id → customer id.

    Words without a readable author get no customer. Timelines are told.
    """
    authored = [r for r in recorded if r.is_new and r.authors]
    people = _known_people([h.id for r in authored for h in r.authors])
    book = _Book(people)
    found = {r.interaction_id: book.customer_of(r.authors) for r in authored}
    book.write()
    add_to_timeline(
        entries=[
            NewEntry(found[r.interaction_id], r.happened_at, "word", r.interaction_id, r.word.touchpoint.pk)
            for r in authored
        ]
    )
    return found


class _Book:
    """Links known and made while one batch is identified; written at its end."""

    def __init__(self, people: dict[UUID, _Person]) -> None:
        self.by_handle = people
        self.new_customers: list[tuple[UUID, str]] = []
        self.new_identities: list[tuple[KnownHandle, UUID]] = []
        self.uses: set[tuple[UUID, UUID]] = set()
        self.resemblances: set[tuple[UUID, UUID, UUID]] = set()

    def customer_of(self, authors: Sequence[KnownHandle]) -> UUID:
        """Return the customer of a word by its author's handles, linking those that are new."""
        ordered = sorted(authors, key=lambda h: STRENGTH.index(h.kind))
        first = ordered[0]
        person = self.by_handle.get(first.id) or self._by_other_handle(first, ordered[1:])
        if person is None:
            person = _Person(new_id(), set())
            self.new_customers.append((person.id, next((h.name for h in ordered if h.name), "")))
        for handle in ordered:
            self._link(handle, person)
        if len(ordered) > 1:
            self.uses.update((h.id, person.id) for h in ordered)
        return person.id

    def _by_other_handle(self, first: KnownHandle, others: Sequence[KnownHandle]) -> _Person | None:
        for handle in others:
            person = self.by_handle.get(handle.id)
            if person is not None and not handle.is_shared and first.kind not in person.kinds:
                return person
        return None

    def _link(self, handle: KnownHandle, person: _Person) -> None:
        owner = self.by_handle.get(handle.id)
        if owner is None:
            self.by_handle[handle.id] = person
            person.kinds.add(handle.kind)
            self.new_identities.append((handle, person.id))
        elif owner.id != person.id and not handle.is_shared:
            self.resemblances.add((*sorted((owner.id, person.id)), handle.id))  # type: ignore[arg-type]

    def write(self) -> None:
        """Write customers, identities, uses and resemblances."""
        at = now()
        customers = [(i, at, name, sort_key(name) if name else "") for i, name in self.new_customers]
        copy_rows(Customer, ("id", "made_at", "name", "sort_key"), customers)
        copy_rows(
            Identity,
            ("id", "handle", "customer", "proof", "at"),
            [(new_id(), h.id, customer, str(h.proof), at) for h, customer in self.new_identities],
        )
        if self.uses:
            HandleUse.objects.bulk_create(
                [HandleUse(handle_id=h, customer_id=c) for h, c in sorted(self.uses)], ignore_conflicts=True
            )
            _mark_shared({h for h, _ in self.uses})
        if self.resemblances:
            Resemblance.objects.bulk_create(
                [Resemblance(customer_id=a, other_id=b, handle_id=h) for a, b, h in sorted(self.resemblances)],
                ignore_conflicts=True,
            )


def _known_people(handle_ids: Sequence[UUID]) -> dict[UUID, _Person]:
    rows = Identity.objects.filter(handle_id__in=handle_ids, ended_at=None).values_list("handle_id", "customer_id")
    customer_of = dict(rows)
    people = {customer: _Person(customer, set()) for customer in customer_of.values()}
    kinds = Identity.objects.filter(customer_id__in=people, ended_at=None).values_list("customer_id", "handle__kind")
    for customer, kind in kinds:
        people[customer].kinds.add(kind)
    return {handle: people[customer] for handle, customer in customer_of.items()}


def _mark_shared(handle_ids: set[UUID]) -> None:
    crowded = (
        HandleUse.objects.filter(handle_id__in=handle_ids, handle__is_shared=False)
        .values("handle_id")
        .annotate(people=Count("customer_id"))
        .filter(people__gt=SHARED_BEYOND)
        .values_list("handle_id", flat=True)
    )
    Handle.objects.filter(id__in=list(crowded)).update(is_shared=True)
