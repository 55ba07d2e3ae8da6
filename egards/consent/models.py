"""Rules with their dates, and what each person said about being reached. Ids and codes only, no personal word.

What proves (rules, wordings, consents, objections, permits, counts of refusals) is neither changed nor deleted: the
base refuses, except while a person is being forgotten.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from egards.accounts.scope import Scope, ScopedQuerySet
from egards.consent.rules.facts import HoldScope, Medium, Purpose, Source
from egards.core.clock import now
from egards.core.ids import new_id
from egards.customers.models import Customer

MEDIUMS = [(m.value, m.value) for m in Medium]
PURPOSES = [(p.value, p.value) for p in Purpose]
SOURCES = [(s.value, s.value) for s in Source]


class Rule(models.Model):
    """One dated rule, of the law or of the house: data, so that a decree needs no release."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    text_fr = models.TextField()
    value = models.JSONField(default=dict)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="The first day it no longer holds.")
    source = models.TextField()
    verified_on = models.DateField()
    scope = models.CharField(max_length=40, help_text="A country, or « maison » for our own rules.")
    doubt_fr = models.TextField(blank=True, help_text="What is still to be checked.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_version_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")), name="rule_dates"
            ),
        ]

    @property
    def is_ours(self) -> bool:
        """Whether it is a choice of the house rather than of the law."""
        return self.scope == "maison"


class Wording(models.Model):
    """The exact sentence that people consented to, known by its SHA-256."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    text = models.TextField()
    first_used_at = models.DateTimeField(default=now)


def _of_customers(scope: Scope) -> models.Q:
    if scope.is_house:
        return models.Q()
    return models.Q(customer_id__in=Customer.objects.within(scope).values("pk"))


class Said(models.Model):
    """What consents and objections share: who, by which handle, about what, when, from where.

    The customer leaves when the person is forgotten; the keyed hash of the handle stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    handle_digest = models.BinaryField(max_length=32, null=True, help_text="interactions.actions.handle_digest")
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    at = models.DateTimeField()
    source = models.CharField(max_length=8, choices=SOURCES)
    source_id = models.UUIDField(null=True, help_text="The interaction in which it was said, if any.")
    by = models.UUIDField(null=True, help_text="The member who wrote it down; null is the person, or the house.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """What the scope's customers said."""
        return _of_customers(scope)


class Consent(Said):
    """A person agreed to be reached for one purpose by one medium, having read one wording: the proof."""

    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="+")
    medium = models.CharField(max_length=5, choices=MEDIUMS)

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="consent_customer"),
            models.Index(fields=["handle_digest"], name="consent_digest"),
        ]


class Objection(Said):
    """A person does not want to be reached for one purpose. It beats every consent, and outlives their erasure."""

    medium = models.CharField(max_length=5, choices=MEDIUMS, blank=True, help_text="Empty: by no medium.")

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="objection_customer"),
            models.Index(fields=["handle_digest"], name="objection_digest"),
        ]


class Withdrawal(models.Model):
    """A consent taken back, or an objection lifted by the person: a row of its own, so that both dates stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, null=True, related_name="withdrawal")
    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, null=True, related_name="withdrawal")
    at = models.DateTimeField()
    source = models.CharField(max_length=8, choices=SOURCES)
    by = models.UUIDField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(consent=None, objection__isnull=False)
                | models.Q(consent__isnull=False, objection=None),
                name="withdrawal_of_one",
            )
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """What the scope's customers took back."""
        if scope.is_house:
            return models.Q()
        theirs = Customer.objects.within(scope).values("pk")
        return models.Q(consent__customer_id__in=theirs) | models.Q(objection__customer_id__in=theirs)


class Hold(models.Model):
    """Something stops us from soliciting a person for a while: an open complaint, a refusal, a pause."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=20, choices=[(s.value, s.value) for s in HoldScope])
    why = models.CharField(max_length=20, help_text="The rule « hold.<why> ».")
    at = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Holds on the scope's customers."""
        return _of_customers(scope)


class Contract(models.Model):
    """What an upper floor told of a contract or a sale: enough to say whether an offer is related to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    ref = models.UUIDField(help_text="The row of the floor that told it.")
    covers = ArrayField(models.CharField(max_length=60), help_text="Codes of its object and of what improves it.")
    is_informed = models.BooleanField(help_text="Told at collection that they may refuse offers.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, help_text="A sale has one: the day it was done.")
    at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ref"], name="contract_ref_once")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Contracts of the scope's customers."""
        return _of_customers(scope)


class Residence(models.Model):
    """Where a person lives, as far as hours and holidays go. The last row counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    zone = models.CharField(max_length=40, help_text="IANA name.")
    department = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=8, choices=SOURCES)
    at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Residences of the scope's customers."""
        return _of_customers(scope)


class Permit(models.Model):
    """One allowed contact and the rule that allowed it. Its id is what a delivery carries (``permit_id``)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    medium = models.CharField(max_length=5, choices=MEDIUMS)
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    moment = models.DateTimeField(help_text="When the contact is for.")
    made_at = models.DateTimeField(default=now)
    points = models.PositiveSmallIntegerField(help_text="What it weighs on the person.")
    ground_id = models.UUIDField(null=True, help_text="The consent or contract that allowed it.")
    cause_id = models.UUIDField(null=True, help_text="The interaction it follows from.")
    by = models.UUIDField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-moment"], name="permit_customer"),
            models.Index(fields=["cause_id"], name="permit_cause", condition=models.Q(cause_id__isnull=False)),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Permits about the scope's customers."""
        return _of_customers(scope)


class RefusalCount(models.Model):
    """Refusals per day, rule, purpose and medium: appended counts about nobody, to be summed."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    medium = models.CharField(max_length=5, choices=MEDIUMS)
    n = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["day"], name="refusal_day")]
