"""Writes about customers: their timeline, and joining or separating them by hand, exactly reversible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from egards.accounts.actions import note
from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.copy import copy_rows
from egards.core.ids import new_id
from egards.core.text import sort_key
from egards.customers.models import Customer, Identity, Merge, Resemblance, Split, TimelineEntry
from egards.interactions.models import Handle, Participation
from egards.touchpoints.inbound import Proof


class CannotJoin(Exception):
    """Two customers that cannot be joined, or a join or separation that cannot be undone, in a sentence."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One line to tell to a customer's timeline."""

    customer_id: UUID
    happened_at: datetime
    kind: str
    ref: UUID
    touchpoint_id: UUID | None


def add_to_timeline(*, entries: Sequence[NewEntry]) -> None:
    """Tell customers' timelines what happened, in the caller's transaction."""
    copy_rows(
        TimelineEntry,
        ("id", "customer", "happened_at", "kind", "ref", "touchpoint_id"),
        [(new_id(), e.customer_id, e.happened_at, e.kind, e.ref, e.touchpoint_id) for e in entries],
    )


@transaction.atomic
def merge_customers(*, kept: Customer, joined: Customer, by: Member | None) -> Merge:
    """Say that two customers are one person. Nothing moves: the joined root points to the kept one."""
    locked = _lock(kept.pk, joined.pk)
    kept, joined = locked[kept.pk], locked[joined.pk]
    if kept.pk == joined.pk:
        raise CannotJoin(_("This is already the same customer."))
    if kept.merged_into_id or joined.merged_into_id:
        raise CannotJoin(_("One of these customers is already joined to another. Start from that one."))
    repointed = list(Customer.objects.filter(merged_into=joined).order_by("id").values_list("id", flat=True))
    Customer.objects.filter(pk__in=[joined.pk, *repointed]).update(merged_into=kept)
    merge = Merge.objects.create(kept=kept, joined=joined, repointed=repointed, by=by.pk if by else None)
    note(by=by, verb="customers merged", subject="customer", subject_id=kept.pk, joined=str(joined.pk))
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, by: Member | None) -> Merge:
    """Take two customers apart again, exactly as they were before they were joined."""
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    locked = _lock(merge.kept_id, merge.joined_id)
    if merge.undone_at:
        raise CannotJoin(_("This has already been undone."))
    if locked[merge.kept_id].merged_into_id or locked[merge.joined_id].merged_into_id != merge.kept_id:
        raise CannotJoin(_("A later join depends on this one. Undo the later one first."))
    Customer.objects.filter(pk=merge.joined_id).update(merged_into=None)
    Customer.objects.filter(pk__in=merge.repointed).update(merged_into=merge.joined_id)
    _between(_family(merge.kept_id), _family(merge.joined_id)).filter(decided_at=merge.at).update(decided_at=None)
    merge.undone_at, merge.undone_by = now(), by.pk if by else None
    merge.save(update_fields=["undone_at", "undone_by"])
    note(by=by, verb="merge undone", subject="customer", subject_id=merge.kept_id, joined=str(merge.joined_id))
    return merge


@transaction.atomic
def split_handle(*, customer: Customer, handle: Handle, by: Member | None) -> Split:
    """Take one handle, and the words it wrote, away from a customer: they belong to somebody else, made here."""
    _lock(customer.pk)
    family = _family(customer.pk)
    identity = Identity.objects.filter(customer_id__in=family, handle=handle, ended_at=None).first()
    if identity is None:
        raise CannotJoin(_("This address is not, or no longer, this customer’s."))
    if Identity.objects.filter(customer_id__in=family, ended_at=None).count() < 2:
        raise CannotJoin(_("This is their only address: there is nothing to separate."))
    other = Customer.objects.create(name=handle.name, sort_key=sort_key(handle.name) if handle.name else "")
    at = now()
    identity.ended_at = at
    identity.save(update_fields=["ended_at"])
    author = by.pk if by else None
    Identity.objects.create(handle=handle, customer=other, proof=Proof.CONFIRMED, by=author, at=at)
    entries = _entries_written_by(handle, identity.customer_id)
    TimelineEntry.objects.filter(id__in=entries).update(customer=other)
    split = Split.objects.create(source_id=identity.customer_id, made=other, handle=handle, entries=entries, by=author)
    note(by=by, verb="handle split", subject="customer", subject_id=customer.pk, made=str(other.pk))
    return split


@transaction.atomic
def undo_split(*, split: Split, by: Member | None) -> Split:
    """Give a handle and its words back to the customer they were taken from, exactly."""
    split = Split.objects.select_for_update().get(pk=split.pk)
    _lock(split.source_id, split.made_id)
    if split.undone_at:
        raise CannotJoin(_("This has already been undone."))
    current = Identity.objects.filter(handle=split.handle, customer=split.made, ended_at=None).first()
    previous = (
        Identity.objects.filter(handle=split.handle, customer=split.source, ended_at__isnull=False)
        .order_by("-ended_at")
        .first()
    )
    if current is None or previous is None:
        raise CannotJoin(_("This address has been given to somebody else since. Undo that first."))
    current.ended_at = now()
    current.save(update_fields=["ended_at"])
    previous.ended_at = None
    previous.save(update_fields=["ended_at"])
    later = _entries_written_by(split.handle, split.made_id)
    TimelineEntry.objects.filter(id__in=[*split.entries, *later]).update(customer=split.source)
    split.undone_at, split.undone_by = now(), by.pk if by else None
    split.save(update_fields=["undone_at", "undone_by"])
    note(by=by, verb="split undone", subject="customer", subject_id=split.source_id, made=str(split.made_id))
    return split


@transaction.atomic
def decide_resemblance(*, resemblance: Resemblance, by: Member | None, are_same: bool) -> Merge | None:
    """Say whether two customers who resemble each other are one person: joined when they are, told apart when not.

    Every resemblance between the two is decided at once. Joined, ``undo_merge`` takes it back; told apart,
    ``reopen_resemblance`` does. Returns the join, None when they are two.
    """
    kept, joined = _roots_of(resemblance)
    locked = _lock(kept.pk, joined.pk)
    resemblance = Resemblance.objects.select_for_update().get(pk=resemblance.pk)
    if resemblance.decided_at or kept.pk == joined.pk:
        raise CannotJoin(_("This has already been decided."))
    pending = _between(_family(kept.pk), _family(joined.pk)).filter(decided_at=None)
    if are_same:
        merge = merge_customers(kept=locked[kept.pk], joined=locked[joined.pk], by=by)
        # The join's own moment: undoing it opens again what it decided, and nothing else.
        pending.update(decided_at=merge.at)
        return merge
    pending.update(decided_at=now())
    note(by=by, verb="customers told apart", subject="customer", subject_id=kept.pk, other=str(joined.pk))
    return None


@transaction.atomic
def reopen_resemblance(*, resemblance: Resemblance, by: Member | None) -> Resemblance:
    """Take back that two customers are two people: they may be the same person again."""
    kept, joined = _roots_of(resemblance)
    _lock(kept.pk, joined.pk)
    resemblance = Resemblance.objects.select_for_update().get(pk=resemblance.pk)
    if resemblance.decided_at is None or kept.pk == joined.pk:
        raise CannotJoin(_("This has already been undone."))
    _between(_family(kept.pk), _family(joined.pk)).update(decided_at=None)
    resemblance.decided_at = None
    note(by=by, verb="customers may be one again", subject="customer", subject_id=kept.pk, other=str(joined.pk))
    return resemblance


@transaction.atomic
def confirm_identity(*, customer: Customer, handle: Handle, by: Member) -> Identity:
    """Say, as a member who checked it, that an address is this customer's. The weaker proof stays, ended."""
    current = _current_identity(customer, handle)
    if current.proof == Proof.CONFIRMED:
        return current
    at = now()
    current.ended_at = at
    current.save(update_fields=["ended_at"])
    confirmed = Identity.objects.create(
        handle=handle, customer_id=current.customer_id, proof=Proof.CONFIRMED, by=by.pk, at=at
    )
    note(by=by, verb="identity confirmed", subject="customer", subject_id=customer.pk, handle=str(handle.pk))
    return confirmed


@transaction.atomic
def withdraw_confirmation(*, customer: Customer, handle: Handle, by: Member) -> Identity:
    """Take a confirmation back: the address stands again with the proof it had before."""
    current = _current_identity(customer, handle)
    weaker = Identity.objects.filter(handle=handle, customer_id=current.customer_id, ended_at=current.at)
    previous = weaker.exclude(proof=Proof.CONFIRMED).first()
    if current.proof != Proof.CONFIRMED or previous is None:
        raise CannotJoin(_("There is no confirmation to take back."))
    current.ended_at = now()
    current.save(update_fields=["ended_at"])
    previous.ended_at = None
    previous.save(update_fields=["ended_at"])
    note(by=by, verb="confirmation withdrawn", subject="customer", subject_id=customer.pk, handle=str(handle.pk))
    return previous


def _current_identity(customer: Customer, handle: Handle) -> Identity:
    """The link of a handle to a customer as it stands, held until the commit."""
    _lock(customer.pk)
    rows = Identity.objects.select_for_update().filter(customer_id__in=_family(customer.pk), handle=handle)
    found = rows.filter(ended_at=None).first()
    if found is None:
        raise CannotJoin(_("This address is not, or no longer, this customer’s."))
    return found


def _family(root_id: UUID) -> list[UUID]:
    """A root and everybody joined to it."""
    return [root_id, *Customer.objects.filter(merged_into_id=root_id).values_list("id", flat=True)]


def _roots_of(resemblance: Resemblance) -> tuple[Customer, Customer]:
    rows = Resemblance.objects.select_related("customer__merged_into", "other__merged_into")
    found = rows.get(pk=resemblance.pk)
    return found.customer.merged_into or found.customer, found.other.merged_into or found.other


def _between(some: Sequence[UUID], others: Sequence[UUID]) -> QuerySet[Resemblance]:
    """Resemblances between two families, whichever way they were written."""
    return Resemblance.objects.filter(
        Q(customer_id__in=some, other_id__in=others) | Q(customer_id__in=others, other_id__in=some)
    )


def _lock(*ids: UUID) -> dict[UUID, Customer]:
    """Lock customer roots in id order, so that two actions never wait for each other."""
    rows = Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def _entries_written_by(handle: Handle, customer_id: UUID) -> list[UUID]:
    words = Participation.objects.filter(handle=handle, role="author").values("interaction_id")
    entries = TimelineEntry.objects.filter(customer_id=customer_id, ref__in=words)
    return list(entries.order_by("id").values_list("id", flat=True))
