"""Which town lives in this house, and how far its stories were told: numbers and names of the plan only."""

from __future__ import annotations

from django.db import models


class TownHere(models.Model):
    """The town of a demo house. One row; what follows from it is in the plan."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    seed = models.CharField(max_length=80)
    first_day = models.DateField()
    size = models.PositiveIntegerField()
    told_until = models.DateTimeField(help_text="Everything before this moment was told.")
    opened_at = models.DateTimeField(null=True, help_text="When enough was told for the house to open.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_town_a_house")]


class Told(models.Model):
    """How many steps of a story were told, written with the last of them: what is cut off goes on from there."""

    key = models.CharField(max_length=80, primary_key=True)
    steps = models.PositiveSmallIntegerField()
    conversation_id = models.UUIDField(null=True)
