"""Reads of the members' pages: each asks a counted number of questions, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from egards.accounts.scope import Scope
from egards.interactions.models import Arrival, Content, Handle, Interaction, Outcome, Participation, Tally, Waiting
from egards.interactions.queries import Law
from egards.interactions.wording import shown_handle
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.registry import all_kinds
from egards.understanding.models import Reading
from egards.understanding.wording import tone as tone_words
from egards.workspace.paging import PER_PAGE, Cursor, Page, page_of
from egards.workspace.sieve import Sieve
from egards.workspace.wordtext import excerpt

#: Tones as they stand in addresses.
TONES: dict[str, int | None] = {"n2": -2, "n1": -1, "0": 0, "p1": 1, "p2": 2, "ambigu": None}
#: Which of an author's addresses names them when nothing else does.
_STRENGTH = ("email", "loyalty", "phone", "social", "device")


@dataclass(frozen=True, slots=True)
class WordLine:
    """One word as a list shows it."""

    id: UUID
    interaction: Interaction
    touchpoint: Touchpoint
    author: str
    subject: str
    said: str
    place: str
    brand: str
    reading: Reading | None
    is_ours: bool = False


def touchpoints_in(scope: Scope) -> dict[UUID, Touchpoint]:
    """Return the touchpoints in scope by id, in the order of their brand and name (one query)."""
    rows = Touchpoint.objects.within(scope).select_related("brand", "place").order_by("brand__name", "name", "id")
    return {row.pk: row for row in rows}


def icon_of(touchpoint: Touchpoint) -> str:
    """Return the icon of a touchpoint's kind; a plain bubble when that kind is not installed any more."""
    return icon_of_kind(touchpoint.kind)


def icon_of_kind(name: str) -> str:
    """Return the icon of a kind by its name."""
    kind = all_kinds().get(name)
    return kind.icon if kind else "message-circle"


def tone_choices() -> list[tuple[str, str]]:
    """Return the tones one may ask for, with their names."""
    return [(code, tone_words(polarity or 0, ambiguous=polarity is None)) for code, polarity in TONES.items()]


def words(sieve: Sieve, *, before: Cursor | None = None) -> Page[WordLine]:
    """Return the customers' words that pass, from the newest (three queries). Ours are read where they were said."""
    page = _words_at(sieve.point, sieve, before) if sieve.point else _words_everywhere(sieve, before)
    return Page(word_lines(page.rows, sieve.touchpoints), page.next)


def word_lines(interactions: Sequence[Interaction], touchpoints: Mapping[UUID, Touchpoint]) -> list[WordLine]:
    """Dress interactions, read with their content, as lists show them (two queries)."""
    ids = [interaction.pk for interaction in interactions]
    names = author_names(ids)
    is_one_of_several = len({touchpoint.brand_id for touchpoint in touchpoints.values()}) > 1
    readings = {r.content_id: r for r in Reading.objects.filter(content_id__in=ids, is_current=True)} if ids else {}
    return [
        WordLine(
            id=interaction.pk,
            interaction=interaction,
            touchpoint=touchpoints[interaction.touchpoint_id],
            author=names.get(interaction.pk) or str(interaction.content.facts.get("author_name", "")),
            subject=interaction.content.subject,
            said=excerpt(interaction.content.text),
            place=interaction.place.name if interaction.place else str(interaction.content.facts.get("place", "")),
            brand=touchpoints[interaction.touchpoint_id].brand.name if is_one_of_several else "",
            reading=readings.get(interaction.pk),
        )
        for interaction in interactions
    ]


def author_names(interaction_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return who wrote each word: the name beside their address, else the address (one query)."""
    parties = Participation.objects.filter(interaction_id__in=list(interaction_ids), role="author")
    handles: dict[UUID, list[Handle]] = {}
    for party in parties.select_related("handle"):
        handles.setdefault(party.interaction_id, []).append(party.handle)
    return {interaction_id: name_among(several) for interaction_id, several in handles.items()}


def recounted(touchpoint: Touchpoint) -> Law:
    """Return a touchpoint's figures counted row by row, to hold against the appended counts (slow, exact)."""
    refused = Tally.objects.filter(touchpoint=touchpoint, status="refused").aggregate(n=Sum("n"))["n"] or 0
    ends = dict(Outcome.objects.filter(touchpoint=touchpoint).values_list("status").annotate(n=Count("pk")))
    return Law(
        received=Arrival.objects.filter(touchpoint=touchpoint).count() + refused,
        stored=ends.get("stored", 0),
        duplicate=ends.get("duplicate", 0),
        quarantined=ends.get("quarantined", 0),
        refused=refused,
        waiting=Waiting.objects.filter(touchpoint_id=touchpoint.pk).count(),
    )


def _words_at(touchpoint_id: UUID, sieve: Sieve, before: Cursor | None) -> Page[Interaction]:
    """One touchpoint: the index (touchpoint, newest first) gives the page at once."""
    rows = Interaction.objects.filter(touchpoint_id=touchpoint_id, direction="in", content__isnull=False)
    rows = rows.select_related("content", "product", "place")
    rows = rows.filter(sieve.condition(at="happened_at"))
    if before:
        rows = rows.filter(before.older("happened_at"))
    found = list(rows.order_by("-happened_at", "id")[: PER_PAGE + 1])
    return page_of(found, lambda row: (row.happened_at, row.pk))


def _words_everywhere(sieve: Sieve, before: Cursor | None) -> Page[Interaction]:
    """All touchpoints: contents are indexed by time alone, and carry their touchpoint to be sieved on the way."""
    rows = Content.objects.filter(touchpoint_id__in=list(sieve.touchpoints), interaction__direction="in")
    rows = rows.select_related("interaction__product", "interaction__place")
    rows = rows.filter(sieve.condition(at="at", fact="interaction__"))
    if before:
        rows = rows.filter(before.older("at", "interaction_id"))
    found = [content.interaction for content in rows.order_by("-at", "interaction_id")[: PER_PAGE + 1]]
    return page_of(found, lambda row: (row.happened_at, row.pk))


def name_among(handles: Sequence[Handle]) -> str:
    """Return what names the owner of these addresses best; nothing without addresses."""
    if not handles:
        return ""
    ordered = sorted(handles, key=lambda h: _STRENGTH.index(h.kind) if h.kind in _STRENGTH else len(_STRENGTH))
    return next((h.name for h in ordered if h.name), "") or shown_handle(ordered[0])
