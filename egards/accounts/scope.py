"""The fence: what a member may see. Every customer-facing row reaches a brand through its touchpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from django.db import models


@dataclass(frozen=True)
class Scope:
    """What someone may see: whole brands, and single places of other brands. ``is_house`` sees every brand.

    The two are kept apart, so that a role at one place of a brand never opens the rest of it because another role
    opens another brand. ``place_brands`` are the brands of ``places``.
    """

    brands: frozenset[UUID] = frozenset()
    places: frozenset[UUID] = frozenset()
    place_brands: frozenset[UUID] = frozenset()
    is_house: bool = False

    @classmethod
    def house(cls) -> Scope:
        """The whole house: the command line and background work."""
        return cls(is_house=True)

    @property
    def all_brands(self) -> frozenset[UUID]:
        """Brands of which something may be seen."""
        return self.brands | self.place_brands

    def brand_and_place(self, brand: str, place: str | None = None) -> models.Q:
        """Return the condition on a brand column and, if rows stand at a place, on that column too."""
        if self.is_house:
            return models.Q()
        if place is None:
            return models.Q(**{f"{brand}__in": self.all_brands})
        return models.Q(**{f"{brand}__in": self.brands}) | models.Q(**{f"{place}__in": self.places})


M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M], Generic[M]):
    """A queryset that knows its fence. Each model says ``in_scope(scope) -> Q``; views start with ``within``."""

    def within(self, scope: Scope) -> Self:
        """Keep the rows that ``scope`` may see."""
        in_scope: Any = getattr(self.model, "in_scope")  # noqa: B009 a model without its fence must fail loudly
        return self.filter(in_scope(scope))
