"""Who said it: customers, the dated reversible links of handles to them, their timeline, merges and splits."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext as _

from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id
from egards.interactions.models import Handle
from egards.touchpoints.inbound import Proof
from egards.touchpoints.queries import touchpoint_ids


def shown_name(name: str, *, is_forgotten: bool = False) -> str:
    """Return how a customer is called on members' screens."""
    return _("Forgotten person") if is_forgotten else name or _("Unnamed person")


class Customer(models.Model):
    """A customer, a prospect, or somebody still unnamed; known by one or more identities."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    made_at = models.DateTimeField(default=now)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    name = models.TextField(blank=True, help_text="Erasable.")
    sort_key = models.TextField(blank=True, editable=False, help_text="Erasable.")
    forgotten_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sort_key", "id"], name="customer_sort", condition=models.Q(merged_into=None)),
            # a search asks for a part of a name; without this it reads every customer
            GinIndex(
                fields=["sort_key"],
                name="customer_name_part",
                opclasses=["gin_trgm_ops"],
                condition=models.Q(merged_into=None),
            ),
        ]

    def __str__(self) -> str:
        return shown_name(self.name, is_forgotten=self.forgotten_at is not None)

    @property
    def root_id(self) -> UUID:
        """The customer that stands for this one after merges (one hop: paths are compressed)."""
        return self.merged_into_id or self.pk

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Customers with at least one entry, of theirs or of one merged into them, at the scope's touchpoints."""
        if scope.is_house:
            return models.Q()
        seen = TimelineEntry.objects.filter(touchpoint_id__in=touchpoint_ids(scope))
        theirs = models.Exists(seen.filter(customer_id=models.OuterRef("pk")))
        merged = models.Exists(seen.filter(customer__merged_into_id=models.OuterRef("pk")))
        return models.Q(theirs) | models.Q(merged)


class Identity(models.Model):
    """The dated, reversible link of a handle to a customer, with its level of proof: interpretation, not fact."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, related_name="identities")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="identities")
    proof = models.CharField(max_length=13, choices=[(p.value, p.value) for p in Proof])
    by = models.UUIDField(null=True, help_text="The member; null is the house itself.")
    at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handle"], condition=models.Q(ended_at__isnull=True), name="identity_current_once"
            )
        ]


class HandleUse(models.Model):
    """A handle was an author's beside another of this customer: how we learn that a key is shared."""

    id = models.BigAutoField(primary_key=True)
    handle = models.ForeignKey(Handle, on_delete=models.CASCADE, related_name="uses")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handle", "customer"], name="handle_use_once")]


class TimelineEntry(models.Model):
    """What screens read: one line of a customer's timeline. Told by the other apps, not gathered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="timeline", db_index=False)
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    ref = models.UUIDField()
    touchpoint_id = models.UUIDField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-happened_at", "id"], name="timeline"),
            models.Index(fields=["ref"], name="timeline_ref"),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Entries at the scope's touchpoints."""
        return models.Q() if scope.is_house else models.Q(touchpoint_id__in=touchpoint_ids(scope))


class Merge(models.Model):
    """One customer joined to another by hand; what it moved, so that undoing it is exact."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    joined = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    repointed = ArrayField(models.UUIDField(), default=list, help_text="Customers that pointed to the one joined.")
    by = models.UUIDField(null=True)
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)


class Split(models.Model):
    """A handle taken from a customer and given to another by hand; what it moved, so that undoing it is exact."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    made = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, related_name="+")
    entries = ArrayField(models.UUIDField(), default=list, help_text="Timeline entries that were re-pointed.")
    by = models.UUIDField(null=True)
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)


class Resemblance(models.Model):
    """Two customers who may be one person, with the handle that says so. Proposed; a person decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    handle = models.ForeignKey(Handle, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "other", "handle"], name="resemblance_once")]
