"""Reads about the list of customers, and the addresses by which members know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from egards.accounts.scope import Scope
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.workspace.dossier_parts import Known, known_in_words
from egards.workspace.fence import here, seen_here, used_here
from egards.workspace.paging import PER_PAGE
from egards.workspace.search import named


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer as their list shows them."""

    customer: Customer
    known: list[Known]
    last_at: datetime | None


def customer_lines(
    scope: Scope, *, wanted: str = "", is_named: bool = True, after: UUID | None = None
) -> tuple[list[CustomerLine], UUID | None]:
    """Return customers in French alphabetical order after the one given, and the last one's id if more follow."""
    people: QuerySet[Customer] = Customer.objects.filter(seen_here("pk", scope), merged_into=None)
    people = people.exclude(sort_key="") if is_named else people.filter(sort_key="")
    if wanted:
        people = named(people, wanted)
    if after:
        there = Customer.objects.filter(seen_here("pk", scope), pk=after).values("sort_key")[:1]
        last = Coalesce(Subquery(there), Value(""))
        people = people.filter(Q(sort_key__gt=last) | Q(sort_key=last, id__gt=after))
    found = list(people.order_by("sort_key", "id")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    roots = _roots(shown)
    known, last_at = _known_of(roots, scope), _last_heard(roots, scope)
    lines = [CustomerLine(c, known.get(c.pk, []), last_at.get(c.pk)) for c in shown]
    return lines, shown[-1].pk if len(found) > PER_PAGE else None


def family_of(customer: Customer) -> list[UUID]:
    """Return the ids of a root and of those joined to it."""
    return list(_roots([customer]))


def known_of(family: Sequence[UUID], scope: Scope) -> list[Known]:
    """Return a family's current addresses that were used at the scope's touchpoints (one query)."""
    return [known for several in _known_of({pk: pk for pk in family}, scope).values() for known in several]


def _roots(customers: Sequence[Customer]) -> dict[UUID, UUID]:
    """Return, for each of these roots and of everybody joined to them, the root."""
    own = {customer.pk: customer.pk for customer in customers}
    joined = Customer.objects.filter(merged_into_id__in=list(own)).values_list("id", "merged_into_id")
    return own | {pk: root for pk, root in joined if root}


def _known_of(roots: dict[UUID, UUID], scope: Scope) -> dict[UUID, list[Known]]:
    rows = Identity.objects.filter(used_here(scope), customer_id__in=list(roots), ended_at=None)
    found: dict[UUID, list[Known]] = {}
    for row in rows.select_related("handle").order_by("handle__kind", "at", "id"):
        found.setdefault(roots[row.customer_id], []).append(known_in_words(row.handle, row.proof))
    return found


def _last_heard(roots: dict[UUID, UUID], scope: Scope) -> dict[UUID, datetime]:
    rows = TimelineEntry.objects.filter(here(scope), customer_id__in=list(roots))
    latest: dict[UUID, datetime] = {}
    for customer, last in rows.values_list("customer_id").annotate(last=Max("happened_at")):
        root = roots[customer]
        latest[root] = max(last, latest.get(root, last))
    return latest
