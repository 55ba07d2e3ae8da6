"""What a list of words keeps: some days, a place or brand, a tone, a theme, what was promised. Figures lead here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, QueryDict
from django.utils.dateparse import parse_date

from egards.accounts.models import Brand, Place
from egards.accounts.scope import Scope
from egards.conversations.models import Promise, Turn
from egards.core.clock import now
from egards.measures.days import begins_at, ends_at
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading

#: Tones as they stand in addresses → polarities; none is « ambiguous ». ``n`` and ``p`` hold both degrees.
TONES: Mapping[str, tuple[int, ...]] = {
    "n2": (-2,), "n1": (-1,), "0": (0,), "p1": (1,), "p2": (2,), "ambigu": (), "n": (-2, -1), "p": (1, 2),
}  # fmt: skip
#: What was asked or promised in those days, as it stands in addresses.
ANSWERS = ("demande", "tenue", "manquee")
_LONGEST_PROMISE = timedelta(days=62)


@dataclass(frozen=True)
class Sieve:
    """What is kept; what is empty keeps all. ``touchpoints`` are those of the reader, less other brands'."""

    touchpoints: Mapping[UUID, Touchpoint]
    point: UUID | None = None
    brand: Brand | None = None
    place: Place | None = None
    tone: str = ""
    theme: str = ""
    since: date | None = None
    until: date | None = None
    answer: str = ""
    at_place: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def is_empty(self) -> bool:
        """Whether everything passes."""
        chosen = (self.point, self.brand, self.place, self.tone, self.theme, self.since, self.until, self.answer)
        return not any(chosen)

    def condition(self, *, at: str, fact: str = "") -> Q:
        """Return the condition on rows whose primary key is a word's: ``at`` is when it was said, ``fact`` leads to
        its interaction. Of some days, what customers said themselves: neither our words nor automatic ones.
        """
        kept = Q()
        if self.answer:
            kept &= Q(pk__in=self._answered().values("interaction_id"))
        else:
            kept &= Q(**{f"{at}__gte": begins_at(self.since)}) if self.since else Q()
            kept &= Q(**{f"{at}__lt": ends_at(self.until)}) if self.until else Q()
            kept &= Q(**{f"{fact}direction": "in", f"{fact}is_automatic": False}) if self.since or self.until else Q()
        if self.place:
            kept &= Q(**{f"{fact}place_id": self.place.pk}) | Q(touchpoint_id__in=self.at_place)
        if self.tone or self.theme:
            kept &= Q(Exists(self._understood()))
        return kept

    def _understood(self) -> QuerySet[Reading]:
        current = Reading.objects.filter(content_id=OuterRef("pk"), is_current=True)
        if self.theme:
            current = current.filter(theme_slugs__contains=[self.theme])
        if self.tone:
            polarities = TONES[self.tone]
            is_sure = Q(is_ambiguous=False, polarity__in=polarities)
            current = current.filter(is_sure if polarities else Q(is_ambiguous=True))
        return current

    def _answered(self) -> QuerySet[Turn]:
        turns = Turn.objects.filter(conversation__touchpoint_id__in=list(self.touchpoints), interaction__direction="in")
        since, until = self._moments()
        if self.answer == "demande":
            asked = {"conversation__asked_at__gte": since, "conversation__asked_at__lt": until}
            return turns.filter(why=Turn.Why.FIRST, conversation__joined_into=None, **asked)
        made = Promise.objects.filter(made_at__gte=since - _LONGEST_PROMISE, made_at__lt=until)
        fallen = made.annotate(fell_at=Coalesce("due_at", "broken_at", "settled_at"))
        fallen = fallen.filter(fell_at__gte=since, fell_at__lt=until)
        kept = [Promise.Status.KEPT]
        broken = [Promise.Status.OPEN, Promise.Status.BROKEN, Promise.Status.LATE]
        fallen = fallen.filter(status__in=kept if self.answer == "tenue" else broken)
        return turns.filter(conversation_id__in=fallen.values("conversation_id"))

    def _moments(self) -> tuple[datetime, datetime]:
        until = min(ends_at(self.until), now()) if self.until else now()
        return (begins_at(self.since) if self.since else until - timedelta(days=28)), until


def sieve_of(asked: QueryDict, touchpoints: Mapping[UUID, Touchpoint], scope: Scope) -> Sieve:
    """Read what an address asks for; what is not there for this reader does not exist (``Http404``)."""
    tone, answer, theme = (asked.get(name, "") for name in ("ton", "reponse", "theme"))
    if (tone and tone not in TONES) or (answer and answer not in ANSWERS) or len(theme) > 40:
        raise Http404
    brand, place = _where(asked.get("ou", ""), touchpoints, scope)
    brand_id = place.brand_id if place else brand.pk if brand else None
    kept = {pk: t for pk, t in touchpoints.items() if brand_id in (None, t.brand_id)}
    return Sieve(
        touchpoints=kept,
        point=_point(asked.get("point", ""), touchpoints),
        brand=brand,
        place=place,
        tone=tone,
        theme=theme,
        since=_day(asked.get("du", "")),
        until=_day(asked.get("au", "")),
        answer=answer,
        at_place=frozenset(pk for pk, t in kept.items() if place and t.place_id == place.pk),
    )


def _where(wanted: str, touchpoints: Mapping[UUID, Touchpoint], scope: Scope) -> tuple[Brand | None, Place | None]:
    """A whole brand may be asked for by who may see all of it; a place by who may see that place."""
    if not wanted:
        return None, None
    chosen = _uuid(wanted)
    for touchpoint in touchpoints.values():
        if touchpoint.brand_id == chosen and (scope.is_house or chosen in scope.brands):
            return touchpoint.brand, None
    place = Place.objects.within(scope).filter(pk=chosen).first()
    if place is None:
        raise Http404
    return None, place


def _point(wanted: str, touchpoints: Mapping[UUID, Touchpoint]) -> UUID | None:
    chosen = _uuid(wanted) if wanted else None
    if chosen is not None and chosen not in touchpoints:
        raise Http404
    return chosen


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _day(text: str) -> date | None:
    try:
        day = parse_date(text) if text else None
    except ValueError as error:
        raise Http404 from error
    if text and (day is None or not 2000 <= day.year <= 2999):
        raise Http404
    return day
