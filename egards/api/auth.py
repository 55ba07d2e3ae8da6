"""Who asks: a key in the Authorization header, nothing else. Cookies are never looked at, so there is no CSRF."""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from egards.accounts.policy import ROUTES
from egards.accounts.scope import Scope
from egards.api.actions import key_digest
from egards.api.limits import take_token
from egards.api.models import ApiKey
from egards.api.problems import Problem, not_found
from egards.core.clock import now

#: A policy's ``api`` that any valid key satisfies.
ANY_KEY = "any key"


class ApiRequest(HttpRequest):
    """A request that a key opened: the key, and what it may see."""

    api_key: ApiKey
    scope: Scope


class BearerKey(HttpBearer):
    """The scope an operation needs is read in ``accounts/policy.py``, under the operation's own route name."""

    def __init__(self, route: str, most_bytes: int) -> None:
        super().__init__()
        self.route, self.most_bytes = route, most_bytes

    def __call__(self, request: HttpRequest) -> ApiKey:
        """Return the key, and set ``request.api_key`` and ``request.scope``; or raise the problem."""
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, text.strip() if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        """Check the key, its scope, the size of what comes with it, and how often it asks; in that order."""
        policy = ROUTES.get(self.route)
        if policy is None or not policy.api:
            raise not_found()
        key = _key(token)
        if key is None:
            sentence = _("Give a valid key in the Authorization header, as “Bearer eg_…”.")
            raise Problem(401, "no_key", sentence, headers={"WWW-Authenticate": 'Bearer realm="egards"'})
        if policy.api not in (ANY_KEY, *key.scopes):
            raise Problem(403, "scope", _("This key does not have the scope %(scope)s.") % {"scope": policy.api})
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.most_bytes:
            raise Problem(413, "too_large", _("The body is too large: at most %(n)s bytes.") % {"n": self.most_bytes})
        take_token(key.pk)
        _note_use(key)
        request.api_key, request.scope = key, key.scope  # type: ignore[attr-defined]
        return key


def _key(text: str) -> ApiKey | None:
    """Return the key with that text. The hash is compared even when the prefix is unknown."""
    head, _first, rest = text.partition("_")
    prefix, _second, secret = rest.partition("_")
    found = ApiKey.objects.filter(prefix=prefix).select_related("brand").first() if head == "eg" else None
    expected = bytes(found.digest) if found else bytes(32)
    is_right = hmac.compare_digest(expected, key_digest(secret))
    return found if found is not None and is_right and found.is_valid else None


def _note_use(key: ApiKey) -> None:
    """Note the hour, once per hour: not a row written at each request."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < hour - timedelta(seconds=1):
        stale = Q(last_used_at=None) | Q(last_used_at__lt=hour)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=hour)
