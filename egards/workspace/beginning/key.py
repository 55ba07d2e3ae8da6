"""The key of the first page: read on the terminal by who started the house. Once somebody is in, it is dead."""

from __future__ import annotations

import base64
from functools import wraps
from typing import ParamSpec, Protocol

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from egards.accounts.models import Member
from egards.core.crypto import keyed_hash

P = ParamSpec("P")


class View(Protocol[P]):
    """A view that takes the key in its address."""

    def __call__(self, request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse: ...


def first_page_token() -> str:
    """Return the key, made from the house's own (``keys/house``): nothing is kept, and it is the same at each start."""
    return base64.b32encode(keyed_hash("first page"))[:32].decode().lower()


def first_page_address(url: str) -> str:
    """Return the address of the first page below the house's own."""
    return url + reverse("first_page", kwargs={"token": first_page_token()})


def is_new() -> bool:
    """Say whether nobody is a member yet: only then does a first page exist."""
    return not Member.objects.exists()


def first_page_only(view: View[P]) -> View[P]:
    """Let in who holds the key while nobody is a member; afterwards send everybody to the sign-in."""

    @wraps(view)
    def opened(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_new():
            return redirect("home")
        if not constant_time_compare(token, first_page_token()):
            raise Http404
        return quietly(view(request, token, *args, **kwargs))

    return opened


def quietly(response: HttpResponse) -> HttpResponse:
    """Keep the token of an address to ourselves, and out of caches.

    « no-referrer » would be stricter, but under it browsers post our own forms with « Origin: null », which the CSRF
    check must refuse. « strict-origin » tells the site's name at most, never the path where the token stands.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response
