"""Writes about the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import slugify

from egards.accounts.models import Brand
from egards.catalogue.models import JourneyStep, Product


def products_named(*, brand: Brand, names: Iterable[str]) -> dict[str, Product]:
    """Return the brand's products by the names given, making those that are new (one query when none is)."""
    slugs = {name: slugify(name)[:200] or "produit" for name in names}
    known = {p.slug: p for p in Product.objects.filter(brand=brand, slug__in=set(slugs.values()))}
    new = {slug: name for name, slug in slugs.items() if slug not in known}
    if new:
        rows = [Product(brand=brand, name=name[:200], slug=slug) for slug, name in new.items()]
        Product.objects.bulk_create(rows, ignore_conflicts=True)
        known |= {p.slug: p for p in Product.objects.filter(brand=brand, slug__in=set(new))}
    return {name: known[slug] for name, slug in slugs.items()}


def add_journey_step(*, brand: Brand, name: str, position: int) -> JourneyStep:
    """Write one step of the customers' way with a brand."""
    return JourneyStep.objects.create(brand=brand, name=name, slug=slugify(name)[:50], position=position)
