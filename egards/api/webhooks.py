"""Outgoing webhooks, signed as Standard Webhooks says: ids and a link, never a word. At least once, in no order.

Each endpoint has its own job, its own rest after failures and its own end: one that is slow delays nobody else.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from standardwebhooks.webhooks import Webhook

from egards.api.actions import allows_private_webhooks, close_webhook
from egards.api.models import WebhookDelivery, WebhookEndpoint
from egards.api.rules import LONGEST_REST, PATIENCE, wait_after
from egards.api.sealing import unseal
from egards.core import safe_http
from egards.core.clock import now
from egards.core.house_mark import is_demo
from egards.interactions.models import Interaction, Mode

log = logging.getLogger("egards.webhooks")

#: Kind of happening → the event's name outside.
EVENT_OF = {"word recorded": "word.recorded"}
#: A delivery taken by a worker that dies is taken again after this long.
LEASE = timedelta(seconds=120)
#: Deliveries that ended are kept this long, to be looked at.
KEPT_FOR = timedelta(days=30)
#: An endpoint's job ends after this long and asks for another: a busy one leaves its turn.
TURN_SECONDS = 30.0


def note_words(*, kind: str, refs: Sequence[UUID]) -> int:
    """Make the deliveries that follow from what happened to interactions; once each. Archives are told to nobody."""
    event = EVENT_OF.get(kind)
    if event is None:
        return 0
    endpoints = list(WebhookEndpoint.objects.filter(closed_at=None, events__contains=[event]))
    words = Interaction.objects.filter(pk__in=refs, mode=Mode.LIVE).values_list("pk", "touchpoint__brand_id")
    by_brand: dict[UUID, list[UUID]] = {}
    for word_id, brand_id in words:
        by_brand.setdefault(brand_id, []).append(word_id)
    rows = [
        WebhookDelivery(endpoint=endpoint, event=event, ref=ref)
        for endpoint in endpoints
        for ref in by_brand.get(endpoint.brand_id, ())
    ]
    return len(WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000))


def due_endpoints() -> list[UUID]:
    """Return the endpoints that are open, rested, and have something to be told now."""
    at = now()
    rested = Q(rest_until=None) | Q(rest_until__lte=at)
    due = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING, next_at__lte=at)
    open_ones = WebhookEndpoint.objects.filter(rested, closed_at=None, pk__in=due.values("endpoint_id"))
    return list(open_ones.order_by("pk").values_list("pk", flat=True))


def send_due(endpoint_id: UUID, *, seconds: float = TURN_SECONDS) -> int:
    """Tell one endpoint what is due, until nothing is, it fails, or its turn is over; return how many were taken."""
    end = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < end and (delivery := _claim(endpoint_id)) is not None:
        code = _post(delivery)
        if not code.startswith("2"):
            _note_failure(delivery, code)
            return sent
        _note_success(delivery, code)
        sent += 1
    return sent


def payload(delivery: WebhookDelivery) -> str:
    """Return the body of a delivery: the same bytes at each attempt."""
    link = settings.EGARDS_URL + reverse("api:interaction", args=[delivery.ref])
    data = {"id": str(delivery.ref), "link": link}
    body = {"type": delivery.event, "timestamp": delivery.made_at.isoformat(), "data": data}
    return json.dumps(body, separators=(",", ":"))


def forget_old_deliveries() -> int:
    """Remove deliveries that ended long ago; return how many."""
    ended = WebhookDelivery.objects.exclude(state=WebhookDelivery.State.WAITING)
    removed: int = ended.filter(made_at__lt=now() - KEPT_FOR).delete()[0]
    return removed


@transaction.atomic
def _claim(endpoint_id: UUID) -> WebhookDelivery | None:
    """Take the next due delivery for a while, so that no transaction stays open during the call."""
    at = now()
    rested = Q(endpoint__rest_until=None) | Q(endpoint__rest_until__lte=at)
    due = WebhookDelivery.objects.filter(
        rested, endpoint_id=endpoint_id, endpoint__closed_at=None, state=WebhookDelivery.State.WAITING, next_at__lte=at
    )
    locked = due.select_related("endpoint").select_for_update(skip_locked=True, of=("self",))
    delivery = locked.order_by("next_at", "pk").first()
    if delivery is not None:
        delivery.attempts += 1
        delivery.next_at = at + LEASE
        delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def _post(delivery: WebhookDelivery) -> str:
    """Send one delivery; return the HTTP status, or in a word why nobody answered."""
    if is_demo():
        return "demo"  # nothing leaves such a house
    endpoint, at, body = delivery.endpoint, now(), payload(delivery)
    identifier = f"msg_{delivery.pk.hex}"
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Egards-Webhooks/1",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(unseal(bytes(endpoint.sealed_secret))).sign(identifier, at, body),
    }
    try:
        answer = safe_http.post(
            endpoint.url, body=body.encode(), headers=headers, allow_private=allows_private_webhooks()
        )
    except safe_http.UnsafeAddress:
        return "unsafe"
    except safe_http.Unreachable as error:
        return str(error)
    return str(answer.status)


@transaction.atomic
def _note_success(delivery: WebhookDelivery, code: str) -> None:
    delivery.state, delivery.sent_at, delivery.last_code = WebhookDelivery.State.SENT, now(), code
    delivery.save(update_fields=["state", "sent_at", "last_code"])
    healthy = {"failures": 0, "failing_since": None, "rest_until": None}
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, failures__gt=0).update(**healthy)


@transaction.atomic
def _note_failure(delivery: WebhookDelivery, code: str) -> None:
    """Put the delivery off, let the endpoint rest, and close it when it has failed for three days or is gone."""
    at = now()
    last = delivery.made_at + PATIENCE
    delivery.last_code = code[:12]
    delivery.next_at = min(at + wait_after(delivery.attempts, chance=random.random()), last)
    delivery.state = WebhookDelivery.State.GIVEN_UP if at >= last else WebhookDelivery.State.WAITING
    delivery.save(update_fields=["last_code", "next_at", "state"])
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.rest_until = at + min(wait_after(endpoint.failures, chance=random.random()), LONGEST_REST)
    endpoint.save(update_fields=["failures", "failing_since", "rest_until"])
    log.info("webhook %s: %s, failure %d", endpoint.pk, delivery.last_code, endpoint.failures)
    if endpoint.closed_at is None and code == "410":
        close_webhook(endpoint=endpoint, by=None, why=WebhookEndpoint.Closed.GONE)
    elif endpoint.closed_at is None and at - endpoint.failing_since >= PATIENCE:
        close_webhook(endpoint=endpoint, by=None, why=WebhookEndpoint.Closed.FAILING)
