"""The generic webhook door: any kind of touchpoint that takes webhooks comes in here. Raw first, then « received »."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from egards import jobnames
from egards.core.jobs import ask_for
from egards.interactions.doors import Delivery, receive, refuse
from egards.touchpoints.inbound import Refused
from egards.touchpoints.kind import Envelope, Kind
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.registry import UnknownKind

log = logging.getLogger("egards.door")

#: When we ask to be tried again later: the database is away, or a kind is being installed.
RETRY_AFTER_SECONDS = 30


class TooLarge(Exception):
    """The delivery is larger than its kind takes."""


@csrf_exempt  # another program posts here: the kind's signature is what stands for us
@require_POST
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one delivery of a touchpoint: 200 once its bytes are committed, and only then."""
    try:
        response = _take(request, slug)
    except (OperationalError, InterfaceError):
        log.exception("door %s: the database is away", slug)
        response = _come_back("away")
    add_never_cache_headers(response)
    return response


def _take(request: HttpRequest, slug: str) -> HttpResponse:
    touchpoint = Touchpoint.objects.filter(slug=slug, is_open=True).select_related("brand").first()
    if touchpoint is None:
        raise Http404
    try:
        kind = touchpoint.behaviour()
    except UnknownKind:
        log.warning("door %s: its kind %s is not installed", slug, touchpoint.kind)
        return _come_back("not ready")
    if not kind.takes_webhooks:
        raise Http404
    try:
        envelope = Envelope(_body(request, kind), _headers(request), touchpoint.settings)
        kind.verify(envelope)
    except TooLarge:
        refuse(touchpoint=touchpoint)
        return JsonResponse({"received": False, "why": "too large"}, status=413)
    except Refused as refusal:
        refuse(touchpoint=touchpoint)
        return JsonResponse({"received": False, "why": "refused"}, status=403) if refusal.permanent else _come_back()
    receive(touchpoint=touchpoint, deliveries=[Delivery(envelope.body, kind.delivery_id(envelope))])
    ask_for(jobnames.PROCESS_WAITING)
    return JsonResponse({"received": True})


def _body(request: HttpRequest, kind: Kind) -> bytes:
    """Return the bytes exactly as posted; one more than allowed is enough to know that it is too much."""
    body: bytes = request.read(kind.max_bytes + 1)
    if len(body) > kind.max_bytes:
        raise TooLarge
    return body


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _come_back(why: str = "refused for now") -> HttpResponse:
    response = JsonResponse({"received": False, "why": why}, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
