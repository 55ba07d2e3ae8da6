"""The fence: what a member may see. Every customer-facing row reaches a brand through its touchpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from django.db import models


@dataclass(frozen=True)
class Scope:
    """Brands (and within them places) that someone may see. ``is_house`` sees every brand.

    ``places`` is None when the member is not bound to places: then all places of the brands are seen.
    """

    brands: frozenset[UUID] = frozenset()
    places: frozenset[UUID] | None = None
    is_house: bool = False

    @classmethod
    def house(cls) -> Scope:
        """The whole house: the command line and background work."""
        return cls(is_house=True)

    def brand_and_place(self, brand: str, place: str | None = None) -> models.Q:
        """Return the condition on a brand column and, if there is one, a place column."""
        if self.is_house:
            return models.Q()
        condition = models.Q(**{f"{brand}__in": self.brands})
        if place is not None and self.places is not None:
            condition &= models.Q(**{f"{place}__in": self.places})
        return condition


M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M], Generic[M]):
    """A queryset that knows its fence. Each model says ``in_scope(scope) -> Q``; views start with ``within``."""

    def within(self, scope: Scope) -> Self:
        """Keep the rows that ``scope`` may see."""
        in_scope: Any = getattr(self.model, "in_scope")  # noqa: B009 a model without its fence must fail loudly
        return self.filter(in_scope(scope))
