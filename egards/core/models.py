"""What every floor shares: happenings, the live outbox and its numbered stream, and erasures. Ids only, no word."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from egards.core.clock import now
from egards.core.ids import new_id


class Happening(models.Model):
    """Something that happened to a row, written in its transaction and followed up later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    ref = models.UUIDField()
    at = models.DateTimeField(default=now)
    followed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="happening_waiting", condition=models.Q(followed_at__isnull=True)),
            models.Index(fields=["ref"], name="happening_ref"),
        ]


class LiveOutbox(models.Model):
    """What open screens should hear, written in the transaction that changed it; the notifier moves it out."""

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    ref = models.UUIDField(null=True)
    touchpoint_id = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True, help_text="For this member alone; null: for whoever sees the touchpoint.")


class LiveEvent(models.Model):
    """One numbered event of the live stream. Numbers are given after commit, by the notifier alone."""

    number = models.BigIntegerField(primary_key=True)
    topic = models.CharField(max_length=80)
    ref = models.UUIDField(null=True)
    touchpoint_id = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=now, help_text="When it was numbered, by the base's clock.")

    class Meta:
        indexes = [models.Index(fields=["at"], name="live_event_at")]


class Erasure(models.Model):
    """One person was forgotten: keyed hashes only, kept in a file outside the base as well (``core/forget.py``)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    handle_digests = ArrayField(models.BinaryField(max_length=32), default=list)
    customer_ids = ArrayField(models.UUIDField(), default=list)
    interaction_ids = ArrayField(models.UUIDField(), default=list)
    counts = models.JSONField(default=dict)


class HouseMark(models.Model):
    """What this house is, once it is known: somebody's own, or a demo where nobody is real. One row at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_demo = models.BooleanField()
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="house_is_marked_once")]
