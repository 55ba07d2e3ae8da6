"""What the brands sell, and the steps their customers go through."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Brand
from egards.accounts.scope import Scope, ScopedQuerySet
from egards.core.ids import new_id


class Product(models.Model):
    """A product, service or contract of a brand, as customers name it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(max_length=200)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="product_slug_in_brand")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Products of the scope's brands."""
        return scope.brand_and_place("brand_id")


class JourneyStep(models.Model):
    """One step of the customers' way with a brand, in order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="journey_steps")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="journey_step_slug_in_brand")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def in_scope(scope: Scope) -> models.Q:
        """Journey steps of the scope's brands."""
        return scope.brand_and_place("brand_id")
