"""Writes about touchpoints."""

from __future__ import annotations

from django.utils.text import slugify

from egards.accounts.models import Brand, Place
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.registry import kind_named


def open_touchpoint(
    *, brand: Brand, kind: str, name: str, place: Place | None = None, settings: dict[str, str] | None = None
) -> Touchpoint:
    """Open a touchpoint. Raises ``UnknownKind`` when no installed kind has that name."""
    kind_named(kind)
    slug = _free_slug(f"{brand.slug}-{slugify(name) or kind}")
    return Touchpoint.objects.create(brand=brand, kind=kind, name=name, place=place, slug=slug, settings=settings or {})


def touchpoint_of_kind(*, brand: Brand, kind: str, name: str) -> Touchpoint:
    """Return the brand's first touchpoint of a kind, opened under ``name`` if there is none."""
    found = Touchpoint.objects.filter(brand=brand, kind=kind).order_by("id").first()
    return found or open_touchpoint(brand=brand, kind=kind, name=name)


def _free_slug(wanted: str) -> str:
    base = wanted[:76]
    taken = set(Touchpoint.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)
