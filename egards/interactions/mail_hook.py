"""The door of letters that a mail provider posts: verified and read by anymail, then taken like any letter."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from egards.core.clock import now
from egards.interactions.doors import refuse
from egards.interactions.mail_door import take_letter
from egards.interactions.views import RETRY_AFTER_SECONDS
from egards.touchpoints.hook_providers import HOOK_PROVIDERS, Posted, PostedLetter, TooLarge, letters_in
from egards.touchpoints.hooks import hook_secrets
from egards.touchpoints.inbound import Refused
from egards.touchpoints.models import Hook

log = logging.getLogger("egards.door")

#: A letter in a payload is longer than by itself (base64, escapes), and its text may stand beside it.
AROUND = 2


@csrf_exempt  # another program posts here: the word of its address is what stands for it
@require_POST
def mail_hook(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the letters of one delivery: 200 once their bytes are committed, and only then."""
    try:
        response = _take(request, slug)
    except (OperationalError, InterfaceError):
        log.exception("mail hook %s: the database is away", slug)
        response = _said("away", 503)
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    add_never_cache_headers(response)
    return response


def _take(request: HttpRequest, slug: str) -> HttpResponse:
    hook = Hook.objects.filter(touchpoint__slug=slug, touchpoint__is_open=True)
    found = hook.select_related("touchpoint__brand").first()
    if found is None or found.provider not in HOOK_PROVIDERS:
        raise Http404
    try:
        letters = _letters(request, found)
    except TooLarge:
        refuse(touchpoint=found.touchpoint)
        return _said("too large", 413)
    except Refused as refusal:
        log.warning("mail hook %s: %s", slug, refusal.reason)
        refuse(touchpoint=found.touchpoint)
        return _said("refused", 401)  # not 403, nor 406: some providers then never try again what was only set wrong
    for one in letters:
        take_letter(touchpoint=found.touchpoint, raw=one.raw, sender=one.sender, recipient=one.recipient, key=one.key)
    return JsonResponse({"received": True})


def _letters(request: HttpRequest, hook: Hook) -> list[PostedLetter]:
    """Read the body, within its bounds, and give it to anymail."""
    largest = hook.touchpoint.behaviour().max_bytes
    body: bytes = request.read(AROUND * largest + 1)
    if len(body) > AROUND * largest:
        raise TooLarge
    posted = Posted(body, request.headers.get("Content-Type", ""), request.headers.get("Authorization", ""))
    return letters_in(
        posted, provider=HOOK_PROVIDERS[hook.provider], secrets=hook_secrets(hook), at=now(), largest=largest
    )


def _said(why: str, status: int) -> HttpResponse:
    return JsonResponse({"received": False, "why": why}, status=status)
