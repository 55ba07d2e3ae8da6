"""What the law and our word ask to be told: data, who we are, the mediator, accessibility."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from egards.accounts.models import Brand
from egards.public.brands import brand_pages, chosen_brand, page_of
from egards.public.rules import paragraphs

_TITLES = {
    "privacy": _("Your data"),
    "legal": _("Legal notice"),
    "mediator": _("If we disagree"),
    "accessibility": _("Accessibility"),
}


@require_safe
def legal_page(request: HttpRequest, page: str, slug: str = "") -> HttpResponse:
    """Show one of the four pages of a brand; without a name and with several brands, the list of them."""
    brand = chosen_brand(slug)
    if brand is None:
        pages = [] if slug else brand_pages(f"{page}_of")
        if not pages:
            raise Http404
        return render(request, "public/brands.html", {"pages": pages, "title": _TITLES[page]})
    context = page_of(brand) | {"title": _TITLES[page], "own": paragraphs(_own(brand, page))}
    return render(request, f"public/{page}.html", context)


def _own(brand: Brand, page: str) -> str:
    """What the brand wrote itself for that page."""
    return {"privacy": brand.privacy_notice, "legal": brand.legal_notice, "mediator": brand.mediator}.get(page, "")
