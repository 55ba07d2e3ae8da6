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

from django.db.models import Count, Q

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
    """A customer as this batch knows them; ``kinds`` is one set for all who were joined under the same root."""

    id: UUID
    root: UUID
    kinds: set[str]


def identify(*, recorded: Sequence[Recorded]) -> dict[UUID, UUID]:
    """Give each new interaction its customer, in the caller's transaction; return interaction id → customer id.

    Words without a readable author, or with shared handles only, get no customer. Timelines are told.
    """
    authored = [r for r in recorded if r.is_new and r.authors]
    people = _known_people([h.id for r in authored for h in r.authors])
    book = _Book(people)
    whose = {r.interaction_id: book.customer_of(r.authors) for r in authored}
    found = {interaction: customer for interaction, customer in whose.items() if customer is not None}
    book.write()
    add_to_timeline(
        entries=[
            NewEntry(found[r.interaction_id], r.happened_at, "word", r.interaction_id, r.word.touchpoint.pk)
            for r in authored
            if r.interaction_id in found
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

    def customer_of(self, authors: Sequence[KnownHandle]) -> UUID | None:
        """Return the customer of a word by its author's handles, linking those that are new.

        A word that bears only shared handles is nobody's: a person may say later whose it is.
        """
        linking = [handle for handle in authors if not handle.is_shared]
        if not linking:
            return None
        ordered = sorted(linking, key=lambda h: STRENGTH.index(h.kind))
        first = ordered[0]
        person = self.by_handle.get(first.id) or self._by_other_handle(first, ordered[1:])
        if person is None:
            made = new_id()
            person = _Person(made, made, set())
            self.new_customers.append((person.id, next((h.name for h in ordered if h.name), "")))
        for handle in ordered:
            self._link(handle, person)
        if len(authors) > 1:
            self.uses.update((h.id, person.id) for h in authors)
        return person.id

    def _by_other_handle(self, first: KnownHandle, others: Sequence[KnownHandle]) -> _Person | None:
        for handle in others:
            person = self.by_handle.get(handle.id)
            if person is not None and first.kind not in person.kinds:
                return person
        return None

    def _link(self, handle: KnownHandle, person: _Person) -> None:
        owner = self.by_handle.get(handle.id)
        if owner is None:
            self.by_handle[handle.id] = person
            person.kinds.add(handle.kind)
            self.new_identities.append((handle, person.id))
        elif owner.root != person.root:
            self.resemblances.add((*sorted((owner.id, person.id)), handle.id))  # type: ignore[arg-type]

    def write(self) -> None:
        """Write customers, identities, uses and resemblances."""
        at = now()
        customers = [(i, at, name, sort_key(name) if name else "") for i, name in self.new_customers]
        copy_rows(Customer, ("id", "made_at", "name", "sort_key"), customers)
        in_order = sorted(self.new_identities, key=lambda link: link[0].id)  # so that two batches never wait in a ring
        copy_rows(
            Identity,
            ("id", "handle", "customer", "proof", "at"),
            [(new_id(), h.id, customer, str(h.proof), at) for h, customer in in_order],
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
    """Return whose these handles are. All they were joined with counts: a person is a root and its family."""
    links = _locked_links(handle_ids)
    roots = {root or customer for _handle, customer, root in links}
    family = Customer.objects.filter(Q(pk__in=roots) | Q(merged_into_id__in=roots))
    root_of = {customer: root or customer for customer, root in family.values_list("id", "merged_into_id")}
    kinds: dict[UUID, set[str]] = {root: set() for root in roots}
    rows = Identity.objects.filter(customer_id__in=root_of, ended_at=None).values_list("customer_id", "handle__kind")
    for customer, kind in rows:
        kinds[root_of[customer]].add(kind)
    people = {customer: _Person(customer, root or customer, kinds[root or customer]) for _h, customer, root in links}
    return {handle: people[customer] for handle, customer, _root in links}


def _locked_links(handle_ids: Sequence[UUID]) -> list[tuple[UUID, UUID, UUID | None]]:
    """Return ``handle, customer, root`` of each link, its customers held until the commit.

    Neither another batch nor somebody's hand may change whose a handle is between our reading it and our writing.
    What was read before the lock may be old: it is read again, until nothing new is to be locked.
    """
    held: set[UUID] = set()
    while True:
        found = Identity.objects.filter(handle_id__in=handle_ids, ended_at=None)
        links = list(found.values_list("handle_id", "customer_id", "customer__merged_into_id"))
        wanted = {known for _handle, *both in links for known in both if known}
        if wanted <= held:
            return links
        rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted - held)
        held |= set(rows.order_by("pk").values_list("pk", flat=True))


def _mark_shared(handle_ids: set[UUID]) -> None:
    crowded = (
        HandleUse.objects.filter(handle_id__in=handle_ids, handle__is_shared=False)
        .values("handle_id")
        .annotate(people=Count("customer_id"))
        .filter(people__gt=SHARED_BEYOND)
        .values_list("handle_id", flat=True)
    )
    Handle.objects.filter(id__in=list(crowded)).update(is_shared=True)
