"""Search: what was said, in French full text; who said it, by name, address or number; conversations by number.

Always within the reader's scope. Addresses are asked for by their keyed digest, never by their value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchHeadline, SearchQueryCombinable
from django.db.models import BooleanField, Case, Exists, F, FilteredRelation, Func, OuterRef, Q, QuerySet, When
from django.db.models.functions import JSONObject, Left, Length

from egards.accounts.scope import Scope
from egards.conversations.models import Conversation
from egards.customers.models import Customer, Identity
from egards.interactions.actions import handle_digest
from egards.interactions.models import Content, Handle, Interaction, Participation
from egards.interactions.rules import normalised_value
from egards.touchpoints.inbound import Address, HandleKind
from egards.understanding.models import Reading
from egards.workspace.fence import here, seen_here, used_here
from egards.workspace.paging import PER_PAGE, Cursor, Page, page_of
from egards.workspace.queries import TONES, WordLine, name_among
from egards.workspace.wanted import LONGEST_QUERY, Wanted, name_words, query_of
from egards.workspace.wordtext import excerpt

__all__ = ["LONGEST_QUERY"]
_READ_FOR_HEADLINE = 20_000
#: A word as short as this is shown whole, what was found marked in it.
_SHOWN_WHOLE = 320
_HANDLE_KINDS: tuple[HandleKind, ...] = ("email", "phone", "loyalty", "social", "device")
# Control characters mark the words found; what a customer wrote is escaped by the template as everywhere.
_OPEN, _CLOSE = "\x02", "\x03"


class _AmongArray(Func):
    """A column is one of the values of an array, which PostgreSQL finds out before anything else."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a search keeps: a touchpoint, a moment to begin with, a direction, a tone, a theme; empty keeps all."""

    touchpoint: UUID | None = None
    since: datetime | None = None
    direction: str = ""
    tone: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters, found or not."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A word that was found, and the passage that says why."""

    line: WordLine
    subject: list[Piece]
    passage: list[Piece]


def words_found(
    wanted: Wanted, where: Sequence[UUID] | None, kept: Kept, *, before: Cursor | None = None, is_prefix: bool = False
) -> Page[Found]:
    """Return words that say what is wanted, from the newest (one query); with ``is_prefix``, words that begin so.

    ``where`` are the touchpoints in the reader's scope, None for the whole house.
    """
    query = query_of(wanted, is_prefix=is_prefix)
    if query is None:
        return Page([])
    rows = Content.objects.filter(_kept(kept, where), search=query)
    if before:
        rows = rows.filter(before.older("at", "interaction_id"))
    chosen = rows.order_by("-at", "interaction_id").values("pk")[: PER_PAGE + 1]
    # IN (… LIMIT) would have the planner join whole tables before it keeps a page; an array is read first
    page_only = Content.objects.filter(_AmongArray(F("pk"), ArraySubquery(chosen)))
    found = list(_dressed(page_only, query).order_by("-at", "interaction_id"))
    page = page_of(found, lambda row: (row.at, row.pk))
    tells_brand = len({row.interaction.touchpoint.brand_id for row in page.rows}) > 1
    return Page([_found(row, tells_brand) for row in page.rows], page.next)


def customers_found(wanted: str, scope: Scope, *, region: str = "FR", most: int = 8) -> list[Customer]:
    """Return customers in scope known by this very address or number, else those whose name holds every word.

    One query for a name, two when it may be an address. A single letter is the beginning of a name.
    """
    wanted = wanted.strip()[:LONGEST_QUERY]
    if not name_words(wanted):
        return []
    people = Customer.objects.filter(merged_into=None, forgotten_at=None)
    known = _known_by(wanted, scope, region) if _may_be_address(wanted) else set()
    exact = list(people.filter(seen_here("pk", scope), pk__in=known)[:most]) if known else []
    return exact or list(named(people, wanted).filter(seen_here("pk", scope)).order_by("sort_key", "id")[:most])


def conversation_numbered(number: int | None, scope: Scope) -> Conversation | None:
    """Return the conversation of that number, as customers and members say it (one query)."""
    if number is None:
        return None
    rows = Conversation.objects.filter(here(scope), number=number)
    return rows.select_related("customer", "touchpoint", "owner").first()


def named(people: QuerySet[Customer], wanted: str) -> QuerySet[Customer]:
    """Keep the customers whose name holds every word, whatever accents, hyphens and case."""
    words = name_words(wanted)
    if len(words) == 1 and len(words[0]) == 1:
        return people.filter(sort_key__startswith=words[0])
    condition = Q()
    for word in words:
        condition &= Q(sort_key__contains=word)
    return people.filter(condition)


def _kept(kept: Kept, where: Sequence[UUID] | None) -> Q:
    condition = Q() if where is None else Q(touchpoint_id__in=where)
    if kept.touchpoint:
        condition &= Q(touchpoint_id=kept.touchpoint)
    if kept.since:
        condition &= Q(at__gte=kept.since)
    if kept.direction:
        condition &= Q(interaction__direction=kept.direction)
    if kept.tone or kept.theme:
        condition &= Q(Exists(_readings(kept)))
    return condition


def _readings(kept: Kept) -> QuerySet[Reading]:
    rows = Reading.objects.filter(content_id=OuterRef("pk"), is_current=True)
    if kept.theme:
        rows = rows.filter(theme_slugs__contains=[kept.theme])
    if kept.tone:
        polarity = TONES[kept.tone]
        rows = (
            rows.filter(is_ambiguous=True) if polarity is None else rows.filter(is_ambiguous=False, polarity=polarity)
        )
    return rows


def _dressed(rows: QuerySet[Content], query: SearchQueryCombinable) -> QuerySet[Content]:
    """With the passage, the reading and the author of each: only the rows of the page pay for them."""
    authors = Participation.objects.filter(interaction_id=OuterRef("pk"), role="author")
    marked: dict[str, Any] = {"config": "egards_fr", "start_sel": _OPEN, "stop_sel": _CLOSE}
    parts: dict[str, Any] = {"max_words": 45, "min_words": 25, "max_fragments": 2, "fragment_delimiter": " … "}
    whole = SearchHeadline("text", query, highlight_all=True, **marked)
    rows = rows.annotate(
        current=FilteredRelation("readings", condition=Q(readings__is_current=True)),
        length=Length("text"),
        marked_subject=SearchHeadline("subject", query, highlight_all=True, **marked),
        passage=Case(
            When(length__lte=_SHOWN_WHOLE, then=whole),
            default=SearchHeadline(Left("text", _READ_FOR_HEADLINE), query, **marked, **parts),
        ),
        authors=ArraySubquery(
            authors.values(row=JSONObject(kind="handle__kind", name="handle__name", value="handle__value"))
        ),
    )
    beside = ("current", "interaction__touchpoint__brand", "interaction__product", "interaction__place")
    return rows.select_related(*beside, "interaction__turn__by").defer("html", "search", "problems")


def _found(row: Content, tells_brand: bool) -> Found:
    marked: Any = row
    return Found(
        _line(row, tells_brand), _pieces(marked.marked_subject, row.subject), _pieces(marked.passage, row.text)
    )


def _line(row: Content, tells_brand: bool) -> WordLine:
    interaction = row.interaction
    authors = [Handle(**author) for author in getattr(row, "authors", ())]
    turn = getattr(interaction, "turn", None)
    by = turn.by.name if turn and turn.by else ""
    is_ours = interaction.direction == Interaction.Direction.OUT
    return WordLine(
        id=row.pk,
        interaction=interaction,
        touchpoint=interaction.touchpoint,
        author=by if is_ours else name_among(authors) or str(row.facts.get("author_name", "")),
        subject=row.subject,
        said=excerpt(row.text),
        place=interaction.place.name if interaction.place else str(row.facts.get("place", "")),
        brand=interaction.touchpoint.brand.name if tells_brand else "",
        reading=getattr(row, "current", None),
        is_ours=is_ours,
    )


def _may_be_address(wanted: str) -> bool:
    """A name has neither a digit nor an at sign; looking it up as an address would be one question for nothing."""
    return "@" in wanted or any(sign.isdigit() for sign in wanted)


def _known_by(wanted: str, scope: Scope, region: str) -> set[UUID]:
    """Roots of the customers who hold this address now. The digest is asked, never the value."""
    digests = []
    for kind in _HANDLE_KINDS:
        value = normalised_value(Address(kind, wanted), region)
        if value:
            digests.append(handle_digest(kind, value))
    current = Identity.objects.filter(used_here(scope), handle__digest__in=digests, ended_at=None)
    return {merged or own for own, merged in current.values_list("customer_id", "customer__merged_into_id")}


def _pieces(passage: str, text: str) -> list[Piece]:
    """Cut a passage where it is marked, and say where it leaves something out."""
    pieces: list[Piece] = []
    for index, run in enumerate(_ends(passage, text).split(_OPEN)):
        found, closed, rest = run.partition(_CLOSE)
        if index and closed:
            pieces.append(Piece(found, True))
            pieces.append(Piece(rest, False))
        else:
            pieces.append(Piece(run.replace(_CLOSE, ""), False))
    return [piece for piece in pieces if piece.text]


def _ends(passage: str, text: str) -> str:
    bare = passage.replace(_OPEN, "").replace(_CLOSE, "").strip()
    if not bare:
        return passage
    first = "" if text.lstrip().startswith(bare[:20]) else "… "
    last = "" if text.rstrip().endswith(bare[-20:]) else " …"
    return f"{first}{passage}{last}"
