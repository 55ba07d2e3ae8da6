"""Reads about one customer and about their list, for the members' pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from egards.accounts.models import Member
from egards.accounts.scope import Scope
from egards.customers.models import Customer, Identity, Merge, Resemblance, Split, TimelineEntry
from egards.interactions.models import Content, Participation
from egards.interactions.wording import handle_icon, proof_label, shown_handle
from egards.touchpoints.inbound import Proof
from egards.touchpoints.models import Touchpoint
from egards.workspace.paging import PER_PAGE, Cursor, Page, page_of
from egards.workspace.queries import WordLine, word_lines
from egards.workspace.search import named

_STRONG = (Proof.AUTHENTICATED, Proof.PROVED, Proof.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Known:
    """One address of a customer, in words."""

    handle_id: UUID
    icon: str
    value: str
    proof: str
    is_strong: bool
    is_shared: bool


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer as their list shows them."""

    customer: Customer
    known: list[Known]
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline; ``word`` when it is one."""

    entry: TimelineEntry
    word: WordLine | None


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who may be the same person, and the address that says so."""

    customer: Customer
    because: str


@dataclass(frozen=True, slots=True)
class Move:
    """A join or a separation made by hand, and whether it can still be undone."""

    id: UUID
    is_merge: bool
    at: datetime
    by: str
    customer: Customer
    other: Customer
    address: str
    undone_at: datetime | None
    undone_by: str


def customer_lines(
    scope: Scope, *, wanted: str = "", is_named: bool = True, after: UUID | None = None
) -> tuple[list[CustomerLine], UUID | None]:
    """Return customers in French alphabetical order after the one given, and the last one's id if more follow."""
    people: QuerySet[Customer] = Customer.objects.within(scope).filter(merged_into=None)
    people = people.exclude(sort_key="") if is_named else people.filter(sort_key="")
    if wanted:
        people = named(people, wanted)
    if after:
        last = Customer.objects.within(scope).filter(pk=after).values_list("sort_key", flat=True).first() or ""
        people = people.filter(Q(sort_key__gt=last) | Q(sort_key=last, id__gt=after))
    found = list(people.order_by("sort_key", "id")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    known, last_at = _known_of(shown, scope), _last_heard(shown, scope)
    lines = [CustomerLine(c, known.get(c.pk, []), last_at.get(c.pk)) for c in shown]
    return lines, shown[-1].pk if len(found) > PER_PAGE else None


def family_of(customer: Customer) -> list[UUID]:
    """Return the ids of a root and of those joined to it."""
    return [customer.pk, *Customer.objects.filter(merged_into=customer).values_list("id", flat=True)]


def known_of(customer: Customer, scope: Scope) -> list[Known]:
    """Return a root's current addresses that were used at the scope's touchpoints (one query)."""
    return _known_of([customer], scope).get(customer.pk, [])


def timeline(
    family: Sequence[UUID],
    touchpoints: Mapping[UUID, Touchpoint],
    *,
    before: Cursor | None = None,
    size: int = PER_PAGE,
) -> Page[Moment]:
    """Return what happened with a customer, newest first (four queries)."""
    entries = TimelineEntry.objects.filter(customer_id__in=family, touchpoint_id__in=list(touchpoints))
    if before:
        entries = entries.filter(before.older("happened_at"))
    page = page_of(list(entries.order_by("-happened_at", "id")[: size + 1]), lambda e: (e.happened_at, e.pk), size=size)
    refs = [entry.ref for entry in page.rows if entry.kind == "word"]
    contents = Content.objects.filter(pk__in=refs).select_related("interaction__product", "interaction__place")
    lines = {line.id: line for line in word_lines([c.interaction for c in contents], touchpoints)} if refs else {}
    return Page([Moment(entry, lines.get(entry.ref)) for entry in page.rows], page.next)


def alike(family: Sequence[UUID], scope: Scope) -> list[Alike]:
    """Return customers in scope who may be the same person (two queries)."""
    seen = Resemblance.objects.filter(Q(customer_id__in=family) | Q(other_id__in=family), decided_at=None)
    seen = seen.filter(_used_here(scope))  # an address used elsewhere is not ours to tell
    because: dict[UUID, str] = {}
    for row in seen.select_related("customer", "other", "handle").order_by("at")[:20]:
        other = row.other if row.customer_id in family else row.customer
        root = other.merged_into_id or other.pk
        if root not in family:
            because.setdefault(root, shown_handle(row.handle))
    people = Customer.objects.within(scope).filter(pk__in=because, merged_into=None)
    return [Alike(customer, because[customer.pk]) for customer in people.order_by("sort_key", "id")]


def moves(family: Sequence[UUID], scope: Scope) -> list[Move]:
    """Return the joins and separations that concern a customer, newest first (four queries)."""
    mine = set(Customer.objects.within(scope).filter(pk__in=_named_in(family)).values_list("pk", flat=True))
    merges = Merge.objects.filter(kept_id__in=mine, joined_id__in=mine).select_related("kept", "joined")
    # One side of a separation may have been left without a word: the other is enough to see it.
    splits = Split.objects.filter(Q(source_id__in=mine) | Q(made_id__in=mine))
    splits = splits.select_related("source", "made", "handle")
    merges = merges.filter(Q(kept_id__in=family) | Q(joined_id__in=family))
    splits = splits.filter(Q(source_id__in=family) | Q(made_id__in=family))
    rows: list[Merge | Split] = [*merges, *splits]
    people = {m.pk: m.name for m in Member.objects.filter(pk__in={i for r in rows for i in (r.by, r.undone_by) if i})}
    found = [_move(row, people) for row in rows]
    return sorted(found, key=lambda move: move.at, reverse=True)


def _named_in(family: Sequence[UUID]) -> QuerySet[Customer, UUID]:
    """Everybody named in a move of this family."""
    merges = Merge.objects.filter(Q(kept_id__in=family) | Q(joined_id__in=family))
    splits = Split.objects.filter(Q(source_id__in=family) | Q(made_id__in=family))
    return Customer.objects.filter(
        Q(pk__in=merges.values("kept_id"))
        | Q(pk__in=merges.values("joined_id"))
        | Q(pk__in=splits.values("source_id"))
        | Q(pk__in=splits.values("made_id"))
    ).values_list("pk", flat=True)


def _move(row: Merge | Split, people: Mapping[UUID, str]) -> Move:
    is_merge = isinstance(row, Merge)
    return Move(
        id=row.pk,
        is_merge=is_merge,
        at=row.at,
        by=people.get(row.by, "") if row.by else "",
        customer=row.kept if isinstance(row, Merge) else row.source,
        other=row.joined if isinstance(row, Merge) else row.made,
        address="" if isinstance(row, Merge) else shown_handle(row.handle),
        undone_at=row.undone_at,
        undone_by=people.get(row.undone_by, "") if row.undone_by else "",
    )


def _known_of(customers: Sequence[Customer], scope: Scope) -> dict[UUID, list[Known]]:
    ids = [customer.pk for customer in customers]
    rows = Identity.objects.filter(Q(customer_id__in=ids) | Q(customer__merged_into_id__in=ids), ended_at=None)
    rows = rows.filter(_used_here(scope))
    found: dict[UUID, list[Known]] = {}
    for row in rows.select_related("handle", "customer").order_by("handle__kind", "at", "id"):
        root = row.customer.merged_into_id or row.customer_id
        found.setdefault(root, []).append(_known(row))
    return found


def _used_here(scope: Scope) -> Q:
    """The condition on rows that name a handle: it was used at the scope's touchpoints."""
    if scope.is_house:
        return Q()
    here = Touchpoint.objects.within(scope)
    return Q(Exists(Participation.objects.filter(handle_id=OuterRef("handle_id"), interaction__touchpoint__in=here)))


def _known(row: Identity) -> Known:
    return Known(
        handle_id=row.handle_id,
        icon=handle_icon(row.handle.kind),
        value=shown_handle(row.handle),
        proof=proof_label(row.proof),
        is_strong=row.proof in _STRONG,
        is_shared=row.handle.is_shared,
    )


def _last_heard(customers: Sequence[Customer], scope: Scope) -> dict[UUID, datetime]:
    ids = [customer.pk for customer in customers]
    mine = Q(customer_id__in=ids) | Q(customer__merged_into_id__in=ids)
    rows = TimelineEntry.objects.within(scope).filter(mine)
    latest: dict[UUID, datetime] = {}
    for own, merged, at in rows.values_list("customer_id", "customer__merged_into_id").annotate(Max("happened_at")):
        root = merged or own
        latest[root] = max(at, latest.get(root, at))
    return latest
