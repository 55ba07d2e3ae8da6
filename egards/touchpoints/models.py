"""Touchpoints as configured: a mailbox, a number, a form, a store, a file of verbatims."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Brand, Place
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.clock import now
from egards.core.ids import new_id
from egards.touchpoints.kind import Kind
from egards.touchpoints.registry import kind_named


class Touchpoint(models.Model):
    """A two-way place of contact. Its kind is code; its settings are this row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="touchpoints")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="touchpoints")
    kind = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(max_length=80, unique=True)
    region = models.CharField(max_length=2, default="FR", help_text="Region of phone numbers written without prefix.")
    settings = models.JSONField(default=dict)
    is_open = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)

    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Touchpoints of the scope's brands; for members bound to places, those of their places only."""
        return scope.brand_and_place("brand_id", "place_id")

    def behaviour(self) -> Kind:
        """Return the code of this touchpoint's kind."""
        return kind_named(self.kind)
