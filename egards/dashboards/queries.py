"""Reads of the pulse that are not rollups: touchpoints and places in scope, people's waits, promises, the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from egards.accounts.models import Brand, Place
from egards.accounts.scope import Scope
from egards.core.text import sort_key
from egards.dashboards.periods import Period
from egards.interactions.queries import Law
from egards.touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Spot:
    """A place one may look at."""

    id: UUID
    name: str
    brand_id: UUID


@dataclass(frozen=True)
class Where:
    """What somebody looks at: touchpoints of their scope, all of them or of one brand, or one place's words."""

    all_touchpoints: Sequence[Touchpoint]
    places: Sequence[Spot]
    brands: Sequence[Brand]
    brand: Brand | None = None
    place: Spot | None = None

    @property
    def touchpoints(self) -> list[Touchpoint]:
        """The touchpoints whose figures are summed: of the place's brand when a place is asked for."""
        brand_id = self.place.brand_id if self.place else self.brand.pk if self.brand else None
        return [t for t in self.all_touchpoints if brand_id in (None, t.brand_id)]

    @property
    def place_id(self) -> UUID | None:
        """The place asked for."""
        return self.place.id if self.place else None

    @property
    def code(self) -> str:
        """As it stands in addresses."""
        return str(self.place.id if self.place else self.brand.pk if self.brand else "")


def where(scope: Scope, wanted: str) -> Where | None:
    """Return what ``wanted`` (the id of a brand or place, empty for all) opens within the scope; None: nothing.

    A whole brand may be chosen by who may see all of it. One query.
    """
    near = Place.objects.within(scope).filter(brand_id=OuterRef("brand_id"))
    rows = Touchpoint.objects.within(scope).select_related("brand__hours", "place")
    told = rows.annotate(near=ArraySubquery(near.values(said=JSONObject(id="id", name="name"))))
    touchpoints = list(told.order_by("brand__name", "name", "id"))
    spots = {UUID(p["id"]): Spot(UUID(p["id"]), p["name"], t.brand_id) for t in touchpoints for p in t.near}
    places = sorted(spots.values(), key=lambda spot: (sort_key(spot.name), spot.id))
    brands = {t.brand_id: t.brand for t in touchpoints if scope.is_house or t.brand_id in scope.brands}
    chosen = {str(brand.pk): brand for brand in brands.values()}, {str(spot.id): spot for spot in places}
    if wanted and wanted not in chosen[0] and wanted not in chosen[1]:
        return None
    return Where(touchpoints, places, list(brands.values()), chosen[0].get(wanted), chosen[1].get(wanted))


@dataclass(slots=True)
class Contacts:
    """How people were answered at one touchpoint: waits that ended, in seconds, and waits that still run.

    ``worked`` are the same waits in open hours. ``running`` holds (asked at, until): until now, or until the
    conversation was closed without an answer. ``kept`` and ``broken`` are the promises that fell due.
    """

    waited: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    running: list[tuple[datetime, datetime]] = field(default_factory=list)
    kept: int = 0
    broken: int = 0


@dataclass(frozen=True)
class AtTouchpoints:
    """Per touchpoint: contacts of the period, those of the days before it, and the law since the first day."""

    contacts: Mapping[UUID, Contacts]
    before: Mapping[UUID, Contacts]
    law: Mapping[UUID, Law]


def at_touchpoints(look: Where, period: Period, *, now: datetime) -> AtTouchpoints:
    """Return what happened at the touchpoints looked at (one query, which sees one instant).

    A conversation counts in the days when the customer asked, a promise when it fell due. The law is that of whole
    touchpoints, whatever the place: a delivery is counted before anybody knows which place it speaks of.
    """
    ids = [touchpoint.pk for touchpoint in look.touchpoints]
    here: dict[UUID, Contacts] = {}
    before: dict[UUID, Contacts] = {}
    law: dict[UUID, dict[str, int]] = {touchpoint_id: {} for touchpoint_id in ids}
    told = {
        "ids": ids,
        "place": look.place_id,
        "at_place": [t.pk for t in look.touchpoints if look.place and t.place_id == look.place.id],
        "before": period.before_begins_at,
        "since": period.begins_at,
        "until": min(period.ends_at, now),
        "now": now,
    }
    there = "(c.place_id = %(place)s OR c.touchpoint_id = ANY(%(at_place)s))" if look.place else "true"
    with connection.cursor() as cursor:
        cursor.execute(_AT_TOUCHPOINTS.format(there=there), told)
        for kind, touchpoint_id, is_now, waited, worked, asked, until, status, n, broken in cursor.fetchall():
            if kind == "law":
                law[touchpoint_id][status] = n
                continue
            row = (here if is_now else before).setdefault(touchpoint_id, Contacts())
            if kind == "promises":
                row.kept, row.broken = n, broken
            else:
                row.waited, row.worked = waited or [], worked or []
                row.running = list(zip(asked or [], until or [], strict=True))
    return AtTouchpoints(here, before, {touchpoint_id: Law(**figures) for touchpoint_id, figures in law.items()})


#: A promise is looked for among those made at most this long before the days asked for.
_LONGEST_PROMISE = "interval '62 days'"

_AT_TOUCHPOINTS = f"""
SELECT 'waits', c.touchpoint_id, c.asked_at >= %(since)s,
    array_agg(extract(epoch FROM c.answered_at - c.asked_at)::float8) FILTER (WHERE c.answered_at IS NOT NULL),
    array_agg(c.answer_worked_seconds::float8)
        FILTER (WHERE c.answered_at IS NOT NULL AND c.answer_worked_seconds IS NOT NULL),
    array_agg(c.asked_at) FILTER (WHERE c.answered_at IS NULL),
    array_agg(CASE c.state WHEN 'resolved' THEN greatest(c.state_at, c.asked_at) ELSE %(now)s END)
        FILTER (WHERE c.answered_at IS NULL),
    '', 0, 0
FROM conversations_conversation c
WHERE c.touchpoint_id = ANY(%(ids)s) AND c.asked_at >= %(before)s AND c.asked_at < %(until)s
    AND c.joined_into_id IS NULL AND {{there}}
GROUP BY 2, 3
UNION ALL
SELECT 'promises', c.touchpoint_id, p.fell_at >= %(since)s, NULL, NULL, NULL, NULL, '',
    count(*) FILTER (WHERE p.status = 'kept'), count(*) FILTER (WHERE p.status <> 'kept')
FROM (
    SELECT conversation_id, status, coalesce(due_at, broken_at, settled_at) AS fell_at FROM conversations_promise
    WHERE made_at >= %(before)s - {_LONGEST_PROMISE} AND made_at < %(until)s
        AND status IN ('open', 'kept', 'broken', 'late')
) p JOIN conversations_conversation c ON c.id = p.conversation_id
WHERE p.fell_at >= %(before)s AND p.fell_at < %(until)s AND c.touchpoint_id = ANY(%(ids)s) AND {{there}}
GROUP BY 2, 3
UNION ALL
SELECT 'law', touchpoint_id, NULL, NULL, NULL, NULL, NULL, status, sum(n), 0
FROM interactions_tally WHERE touchpoint_id = ANY(%(ids)s) GROUP BY touchpoint_id, status
UNION ALL
SELECT 'law', touchpoint_id, NULL, NULL, NULL, NULL, NULL, 'waiting', count(*), 0
FROM interactions_waiting WHERE touchpoint_id = ANY(%(ids)s) GROUP BY touchpoint_id
"""
