"""A page that does not exist, in the brand's voice. The same for a link that was closed and one that never was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from egards.public.brands import chosen_brand, page_of


def missing(request: HttpRequest) -> HttpResponse:
    """Return the same 404 to everybody: it tells nothing but how to reach a person."""
    brand = chosen_brand()
    return render(request, "public/missing.html", page_of(brand) if brand else {}, status=404)
