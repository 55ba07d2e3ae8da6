"""Figures of a day, counted once from the rows they sum: pages read these, and never scan history."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from egards.accounts.models import Brand
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id
from egards.touchpoints.queries import touchpoint_ids


class DayFigure(models.Model):
    """What customers said at a touchpoint on one day of the house's zone: how many words, in which tones.

    ``place_id`` null is the whole touchpoint; beside it, one row per place spoken of (or where the touchpoint stands).
    Our own words and automatic ones do not count.
    """

    id = models.BigAutoField(primary_key=True)
    touchpoint_id = models.UUIDField()
    place_id = models.UUIDField(null=True)
    day = models.DateField()
    words = models.IntegerField()
    read = models.IntegerField(help_text="Words with a current reading: the six below add up to it.")
    n2 = models.IntegerField()
    n1 = models.IntegerField()
    n0 = models.IntegerField()
    p1 = models.IntegerField()
    p2 = models.IntegerField()
    ambiguous = models.IntegerField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["touchpoint_id", "day", "place_id"], name="day_figure_once", nulls_distinct=False
            )
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Figures of the scope's touchpoints."""
        return _at_touchpoints(scope)


class ThemeFigure(models.Model):
    """How often a theme was said at a touchpoint on one day, in which tone, by whom (to count people once)."""

    id = models.BigAutoField(primary_key=True)
    touchpoint_id = models.UUIDField()
    place_id = models.UUIDField(null=True)
    day = models.DateField()
    theme = models.CharField(max_length=40)
    words = models.IntegerField()
    unhappy = models.IntegerField()
    happy = models.IntegerField()
    polarity = models.IntegerField(help_text="Sum of the theme's polarities, −2…+2 each.")
    people = ArrayField(
        models.IntegerField(),
        help_text="Last 32 bits of the ids of the customers who said it; of the word's own id when nobody signed it.",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["touchpoint_id", "day", "place_id", "theme"], name="theme_figure_once", nulls_distinct=False
            )
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Figures of the scope's touchpoints."""
        return _at_touchpoints(scope)


class TouchedDay(models.Model):
    """A day whose rows changed since it was counted: appended by whoever writes, taken by the one who counts."""

    id = models.BigAutoField(primary_key=True)
    touchpoint_id = models.UUIDField()
    day = models.DateField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-day", "touchpoint_id"], name="touched_day")]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Days of the scope's touchpoints."""
        return _at_touchpoints(scope)


def _at_touchpoints(scope: Scope) -> models.Q:
    return models.Q() if scope.is_house else models.Q(touchpoint_id__in=touchpoint_ids(scope))


class Alert(models.Model):
    """A theme that rises at a brand, once per rise: opened when it jumped, ended once it has been quiet for a week."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    theme = models.CharField(max_length=40)
    at = models.DateTimeField(default=now)
    since = models.DateField(help_text="First day of the window in which it was seen.")
    days = models.PositiveSmallIntegerField(help_text="Days of that window.")
    words = models.IntegerField()
    usual = models.FloatField(help_text="How many were expected.")
    people = models.IntegerField()
    last_on = models.DateField(help_text="Last day it was seen rising.")
    ended_on = models.DateField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "theme"], condition=models.Q(ended_on=None), name="alert_once_per_rise"
            )
        ]

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Alerts of whole brands: a place's figures say nothing of the others'."""
        return models.Q() if scope.is_house else models.Q(brand_id__in=scope.brands)
