"""Every request passes the policy table before its view runs; what is not in the table does not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from egards.accounts.policy import ANYONE, ROUTES, Policy
from egards.accounts.queries import access_of

#: Routes of libraries that guard themselves: allauth's pages (sign-in, second factor) and the API's keys.
GUARDED_BY_ALLAUTH = ("account_", "mfa_")


class PolicyMiddleware:
    """Set ``request.access`` and ``request.scope``; refuse with 404, which tells nothing, what is not allowed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if hasattr(request, "scope"):  # a member or a key read something: nobody keeps it on the way
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: Any, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Look the route up, then let it through, send to sign-in, or answer as if it did not exist."""
        policy = policy_of(request.resolver_match.view_name)
        if policy is None:
            raise Http404
        if policy.act == ANYONE or policy.api:
            return None
        if not request.user.is_authenticated:
            if request.method in ("GET", "HEAD"):
                return redirect(f"{_login_url()}?{urlencode({'next': request.get_full_path()})}")
            raise Http404
        request.access = access_of(request.user)
        if not request.access.may(policy.act):
            raise Http404
        request.scope = request.access.scope(policy.act)
        return None


def policy_of(route: str | None) -> Policy | None:
    """Return the policy of a named route, or None when nobody wrote one."""
    if route and route.startswith(GUARDED_BY_ALLAUTH):
        return Policy(ANYONE)
    return ROUTES.get(route or "")


def _login_url() -> str:
    return reverse(settings.LOGIN_URL)
