"""Which brand a customers' page speaks for, and what stands around every such page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from egards.accounts.models import Brand
from egards.conversations.models import Link
from egards.conversations.tokens import link_token
from egards.interactions.rules import normalised_phone

_WITH = ("phone_hours", "hours", "default_team__hours")


@dataclass(frozen=True, slots=True)
class BrandPage:
    """A page of a brand: its name, where it is."""

    name: str
    url: str


def chosen_brand(slug: str = "") -> Brand | None:
    """Return the brand of that name; without a name, the only one there is, or None when there are several."""
    rows = Brand.objects.select_related(*_WITH)
    if slug:
        return rows.filter(slug=slug).first()
    first = list(rows.order_by("name")[:2])
    return first[0] if len(first) == 1 else None


def brand_pages(route: str) -> list[BrandPage]:
    """Return that page of each brand, by name."""
    return [BrandPage(b.name, reverse(route, args=[b.slug])) for b in Brand.objects.order_by("name")]


def contact_url(brand: Brand) -> str:
    """Return where a brand's contact page is."""
    return reverse("contact_of", args=[brand.slug])


def page_url(link: Link) -> str:
    """Return where a link's page is, from its top: a browser would keep the fragment that a form was sent with."""
    return reverse("follow_up", args=[link_token(link)]) + "#contenu"


def page_of(brand: Brand) -> dict[str, Any]:
    """Return what the frame of a brand's page needs (``public/page.html``)."""
    return {
        "brand": brand,
        "brand_name": brand.name,
        "brand_url": brand.site or contact_url(brand),
        "contact_url": contact_url(brand),
        "dialled": normalised_phone(brand.phone, "FR") or "",
    }
