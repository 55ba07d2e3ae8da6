"""Reads: words, arrivals, customers, touchpoints and webhooks as a key sees them. Pages go by key, never by offset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from egards.accounts.scope import Scope
from egards.api import shapes
from egards.api.models import WebhookEndpoint
from egards.api.rules import cursor_of, first_id_at
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.interactions.models import Arrival, Content, Interaction, Outcome, Participation
from egards.interactions.queries import law_by_touchpoint
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.queries import touchpoint_ids
from egards.understanding.models import Reading


def words(
    scope: Scope, *, after: UUID | None, since: datetime | None, touchpoint: str, limit: int
) -> shapes.InteractionsOut:
    """Return a page of words in order of receipt: ids are UUIDv7, so that the primary key is the cursor."""
    found = Interaction.objects.within(scope)
    if touchpoint:
        found = found.filter(touchpoint__slug=touchpoint)
    if since is not None:
        found = found.filter(pk__gte=first_id_at(since))
    if after is not None:
        found = found.filter(pk__gt=after)
    page = list(found.select_related("touchpoint", "product", "place").order_by("pk")[: limit + 1])
    shown = page[:limit]
    return shapes.InteractionsOut(items=words_shown(shown), next=shown[-1].pk if len(page) > limit else None)


def words_shown(interactions: Sequence[Interaction]) -> list[shapes.InteractionOut]:
    """Return words with contents, parties and current readings, in four queries for any number of them."""
    ids = [i.pk for i in interactions]
    contents = {c.pk: c for c in Content.objects.filter(pk__in=ids).defer("html", "search")}
    readings = {r.content_id: r for r in Reading.objects.filter(content_id__in=ids, is_current=True)}
    parties: dict[UUID, list[Participation]] = {}
    for party in Participation.objects.filter(interaction_id__in=ids).select_related("handle").order_by("pk"):
        parties.setdefault(party.interaction_id, []).append(party)
    entries = TimelineEntry.objects.filter(ref__in=ids).select_related("customer").order_by("-pk")
    customers = {e.ref: e.customer.merged_into_id or e.customer_id for e in entries}
    return [
        _word(i, contents.get(i.pk), parties.get(i.pk, ()), readings.get(i.pk), customers.get(i.pk))
        for i in interactions
    ]


def arrivals_shown(arrival_ids: Sequence[UUID]) -> list[shapes.ArrivalOut]:
    """Return what became of arrivals, in the order given."""
    outcomes = {o.pk: o for o in Outcome.objects.filter(pk__in=arrival_ids)}
    return [_arrival(arrival_id, outcomes.get(arrival_id)) for arrival_id in arrival_ids]


def arrival(scope: Scope, arrival_id: UUID) -> shapes.ArrivalOut:
    """Return what became of one arrival. Raises ``Arrival.DoesNotExist``."""
    return arrivals_shown([Arrival.objects.within(scope).only("pk").get(pk=arrival_id).pk])[0]


def customer(scope: Scope, customer_id: UUID) -> shapes.CustomerOut:
    """Return a customer with the addresses they used at the scope's touchpoints, and no other."""
    root = _root(scope, customer_id)
    used_here = Participation.objects.filter(
        handle=OuterRef("handle"), interaction__touchpoint_id__in=touchpoint_ids(scope)
    )
    identities = Identity.objects.filter(
        Q(customer=root) | Q(customer__merged_into=root), Exists(used_here), ended_at=None
    )
    return shapes.CustomerOut(
        id=root.pk,
        name=root.name,
        is_forgotten=root.forgotten_at is not None,
        identities=[
            shapes.IdentityOut(kind=i.handle.kind, value=i.handle.value, proof=i.proof, since=i.at)
            for i in identities.select_related("handle").order_by("pk")
        ],
    )


def timeline(scope: Scope, customer_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int) -> shapes.TimelineOut:
    """Return a page of a customer's timeline at the scope's touchpoints, newest first."""
    root = _root(scope, customer_id)
    family = [root.pk, *Customer.objects.filter(merged_into=root).values_list("pk", flat=True)]
    entries = TimelineEntry.objects.within(scope).filter(customer_id__in=family)
    if after is not None:
        at, id_ = after
        entries = entries.filter(Q(happened_at__lt=at) | Q(happened_at=at, pk__gt=id_))
    page = list(entries.order_by("-happened_at", "pk")[: limit + 1])
    shown = page[:limit]
    slugs = _slugs(e.touchpoint_id for e in shown)
    return shapes.TimelineOut(
        items=[
            shapes.EntryOut(happened_at=e.happened_at, kind=e.kind, ref=e.ref, touchpoint=slugs.get(e.touchpoint_id))
            for e in shown
        ],
        next=cursor_of(shown[-1].happened_at, shown[-1].pk) if len(page) > limit else None,
    )


def touchpoints(scope: Scope) -> shapes.TouchpointsOut:
    """Return the touchpoints of the scope with the law's figures."""
    law = law_by_touchpoint(scope)
    rows = Touchpoint.objects.within(scope).order_by("name", "pk")
    return shapes.TouchpointsOut(
        items=[
            shapes.TouchpointOut(
                slug=t.slug, name=t.name, kind=t.kind, is_open=t.is_open, law=shapes.LawOut(**asdict(law[t.pk]))
            )
            for t in rows
        ]
    )


def webhooks(scope: Scope) -> shapes.WebhooksOut:
    """Return the webhooks of the scope and how they fare."""
    rows = WebhookEndpoint.objects.within(scope).order_by("pk")
    counted = rows.annotate(waiting=Count("deliveries", filter=Q(deliveries__state="waiting")))
    return shapes.WebhooksOut(
        items=[
            shapes.WebhookOut(
                id=w.pk, url=w.url, events=w.events, is_open=w.closed_at is None, closed_why=w.closed_why,
                failing_since=w.failing_since, waiting=w.waiting,
            )
            for w in counted
        ]
    )  # fmt: skip


def _root(scope: Scope, customer_id: UUID) -> Customer:
    found: Customer = Customer.objects.within(scope).select_related("merged_into").get(pk=customer_id)
    return found.merged_into or found


def _slugs(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    return dict(Touchpoint.objects.filter(pk__in={i for i in ids if i}).values_list("pk", "slug"))


def _arrival(arrival_id: UUID, outcome: Outcome | None) -> shapes.ArrivalOut:
    if outcome is None:
        return shapes.ArrivalOut(arrival_id=arrival_id, status="waiting")
    return shapes.ArrivalOut(
        arrival_id=arrival_id, status=outcome.status, interaction_id=outcome.interaction_id, reason=outcome.reason
    )


def _word(
    word: Interaction,
    content: Content | None,
    parties: Iterable[Participation],
    reading: Reading | None,
    customer_id: UUID | None,
) -> shapes.InteractionOut:
    scale = None
    if word.scale_low is not None and word.scale_high is not None:
        scale = (word.scale_low, word.scale_high)
    return shapes.InteractionOut(
        id=word.pk,
        touchpoint=word.touchpoint.slug,
        kind=word.touchpoint.kind,
        direction=word.direction,
        mode=word.mode,
        happened_at=word.happened_at,
        received_at=word.received_at,
        subject=content.subject if content else "",
        text=content.text if content else "",
        score=word.score,
        scale=scale,
        product=word.product.name if word.product else "",
        place=word.place.name if word.place else "",
        facts={str(k): str(v) for k, v in content.facts.items()} if content else {},
        is_automatic=word.is_automatic,
        customer_id=customer_id,
        parties=[_party(p) for p in parties],
        reading=_reading(reading) if reading else None,
    )


def _party(party: Participation) -> shapes.PartyOut:
    handle = party.handle
    return shapes.PartyOut(role=party.role, kind=handle.kind, value=handle.value, name=handle.name, proof=party.proof)


def _reading(reading: Reading) -> shapes.ReadingOut:
    return shapes.ReadingOut(
        polarity=reading.polarity,
        is_ambiguous=reading.is_ambiguous,
        margin=reading.margin,
        language=reading.language,
        urgency=reading.urgency,
        intents=reading.intents,
        themes=[shapes.ThemeOut(theme=t["theme"], polarity=t["polarity"]) for t in reading.themes],
        engine=reading.engine,
        version=reading.version,
    )
