"""What was understood of a verbatim: rows beside the facts. Re-reading writes new rows."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from egards.accounts.models import Member
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id
from egards.interactions.models import Content
from egards.touchpoints.queries import touchpoint_ids


class Reading(models.Model):
    """One reading of one verbatim, by an engine or a member (``by``). Codes and offsets; the words stay in the content.

    A member's reading is current until it is undone: no engine replaces it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="readings", db_index=False)
    touchpoint_id = models.UUIDField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    engine = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    is_current = models.BooleanField(default=True)
    at = models.DateTimeField(default=now)
    language = models.CharField(max_length=3)
    polarity = models.SmallIntegerField()
    is_ambiguous = models.BooleanField()
    margin = models.FloatField()
    urgency = models.CharField(max_length=4)
    intents = ArrayField(models.CharField(max_length=12), default=list)
    theme_slugs = ArrayField(models.CharField(max_length=40), default=list)
    themes = models.JSONField(default=list, help_text="Per theme: slug, polarity, ambiguous, spans. Erasable.")
    reasons = models.JSONField(default=list, help_text="Codes, spans and weights. Erasable.")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content", "engine", "version"], name="reading_once"),
            models.UniqueConstraint(
                fields=["content"], condition=models.Q(is_current=True), name="reading_current_once"
            ),
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Readings of words at the scope's touchpoints."""
        return models.Q() if scope.is_house else models.Q(touchpoint_id__in=touchpoint_ids(scope))


class Correction(models.Model):
    """What a member says of a reading: what stood before, what they say instead. The words are not copied."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="corrections")
    touchpoint_id = models.UUIDField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    before = models.JSONField(default=dict, help_text="Tone, theme slugs and intents. Erasable.")
    after = models.JSONField(default=dict, help_text="The same, as the member says. Erasable.")
    reading = models.OneToOneField(Reading, on_delete=models.PROTECT, related_name="correction")
    replaced = models.ForeignKey(Reading, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Corrections of words at the scope's touchpoints."""
        return models.Q() if scope.is_house else models.Q(touchpoint_id__in=touchpoint_ids(scope))


class Version(models.Model):
    """What was learnt of members' corrections at one moment. The words in it are those several taught texts bear."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField(default=now)
    base = models.CharField(max_length=40, help_text="Version of the engine it was learnt beside.")
    corrections = models.PositiveIntegerField()
    last_at = models.DateTimeField(help_text="The last correction it learnt from.")
    lessons = models.JSONField(default=dict, help_text="Label → log-odds to add: bias, and by word.")
    figures = models.JSONField(default=dict, help_text="Mistakes on corrections left aside, by engine and label.")

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """The whole house's: one reading for all."""
        return models.Q() if scope.is_house else models.Q(pk=None)


class InForce(models.Model):
    """Which version reads, from when. The last row holds; rows are only added. No version is the engine as shipped."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=now)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True, related_name="uses")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", help_text="Null: by itself.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["at"], name="in_force_one_at_a_time")]
        ordering = ["-at"]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """The whole house's."""
        return models.Q() if scope.is_house else models.Q(pk=None)
