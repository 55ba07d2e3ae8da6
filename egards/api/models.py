"""What programs hold and are told: keys, answers already given, webhooks and their deliveries. No customer's word."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Brand
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id

#: What a key may be allowed to do.
SCOPES: Final = ("interactions:write", "interactions:read", "customers:read")
#: What a webhook may be told.
EVENTS: Final = ("word.recorded",)


class ApiKey(models.Model):
    """A program's key to one brand. Only a keyed hash of its secret is kept; the secret is shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(max_length=10, unique=True, help_text="What is shown of the key, and finds it.")
    digest = models.BinaryField(max_length=32, help_text="Keyed hash of the secret.")
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    made_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True, help_text="To the hour: enough to know that a key sleeps.")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} (eg_{self.prefix}_…)"

    @property
    def is_valid(self) -> bool:
        """Say whether the key still opens: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())

    @property
    def scope(self) -> Scope:
        """What the key may see: its brand, nothing else."""
        return Scope(brands=frozenset({self.brand_id}))

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Keys of the scope's brands."""
        return scope.brand_and_place("brand_id")


class Bucket(models.Model):
    """The token bucket that slows a key down when it asks too often."""

    api_key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, primary_key=True, related_name="+")
    tokens = models.FloatField()
    at = models.DateTimeField()


class GivenAnswer(models.Model):
    """The first answer given under an Idempotency-Key: the same question again gets it again, word for word."""

    id = models.BigAutoField(primary_key=True)
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+", db_index=False)
    key_digest = models.BinaryField(max_length=32, help_text="Keyed hash of the Idempotency-Key.")
    request_digest = models.BinaryField(max_length=32, help_text="Keyed hash of method, path and body.")
    status = models.SmallIntegerField()
    body = models.TextField(help_text="Ids and sentences of ours, never a customer's word.")
    content_type = models.CharField(max_length=80)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "key_digest"], name="given_answer_once")]
        indexes = [models.Index(fields=["at"], name="given_answer_at")]


class WebhookEndpoint(models.Model):
    """An address of another program that is told what happens at one brand."""

    class Closed(models.TextChoices):
        """Why nothing is sent any more."""

        BY_HAND = "by hand", _("closed by a member")
        FAILING = "failing", _("did not answer for three days")
        GONE = "gone", _("asked not to be told any more")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField(max_length=2000)
    sealed_secret = models.BinaryField(help_text="The signing secret, encrypted with a key of the house.")
    events = ArrayField(models.CharField(max_length=40), default=list)
    made_at = models.DateTimeField(default=now)
    failures = models.IntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True, help_text="Not tried again before this, after failures.")
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=8, choices=Closed.choices, blank=True)

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Endpoints of the scope's brands."""
        return scope.brand_and_place("brand_id")


class WebhookDelivery(models.Model):
    """One thing to tell one endpoint, once; retried until it is taken or three days have gone by."""

    class State(models.TextChoices):
        """How far it went."""

        WAITING = "waiting"
        SENT = "sent"
        GIVEN_UP = "given up"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    ref = models.UUIDField()
    made_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(default=now)
    last_code = models.CharField(max_length=12, blank=True, help_text="HTTP status, or why nobody answered.")
    sent_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event", "ref"], name="webhook_delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "next_at"], name="webhook_due", condition=models.Q(state="waiting")),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Deliveries to the endpoints of the scope's brands."""
        return scope.brand_and_place("endpoint__brand_id")
