"""Search: words in French full text, customers by name, address or number. Always within the reader's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from egards.accounts.scope import Scope
from egards.core.text import sort_key
from egards.customers.models import Customer, Identity
from egards.interactions.actions import handle_digest
from egards.interactions.models import Content
from egards.interactions.rules import normalised_value
from egards.touchpoints.inbound import Address, HandleKind
from egards.touchpoints.models import Touchpoint
from egards.workspace.paging import PER_PAGE, Cursor, Page, page_of
from egards.workspace.queries import WordLine, word_lines

LONGEST_QUERY = 200
_READ_FOR_HEADLINE = 20_000
_HANDLE_KINDS: tuple[HandleKind, ...] = ("email", "phone", "loyalty", "social", "device")
#: People quote as they write; PostgreSQL knows the straight mark only, and takes « for a word in some locales.
_QUOTATION_MARKS = str.maketrans("«»“”„", '"""""')
# Control characters mark the words found; what a customer wrote is escaped by the template as everywhere.
_OPEN, _CLOSE = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters, found or not."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A word that was found, and the passage that says why."""

    line: WordLine
    passage: list[Piece]


def words_found(wanted: str, touchpoints: Mapping[UUID, Touchpoint], *, before: Cursor | None = None) -> Page[Found]:
    """Return words that say ``wanted``, from the newest (four queries); quotes, OR and a minus sign are understood."""
    query = SearchQuery(wanted.translate(_QUOTATION_MARKS), config="egards_fr", search_type="websearch")
    rows = Content.objects.filter(touchpoint_id__in=list(touchpoints), search=query)
    if before:
        rows = rows.filter(before.older("at", "interaction_id"))
    rows = rows.select_related("interaction__product", "interaction__place").order_by("-at", "interaction_id")
    page = page_of([c.interaction for c in rows[: PER_PAGE + 1]], lambda row: (row.happened_at, row.pk))
    passages = _passages(query, [row.pk for row in page.rows])
    lines = word_lines(page.rows, touchpoints)
    return Page([Found(line, passages.get(line.id, [])) for line in lines], page.next)


def customers_found(wanted: str, scope: Scope, *, region: str = "FR", most: int = 8) -> list[Customer]:
    """Return customers in scope known by this very address or number, else those whose name holds every word."""
    wanted = wanted.strip()[:LONGEST_QUERY]
    if not wanted:
        return []
    people = Customer.objects.within(scope).filter(merged_into=None, forgotten_at=None)
    known = _known_by(wanted, scope, region)
    exact = list(people.filter(pk__in=known)[:most]) if known else []
    return exact or list(named(people, wanted).order_by("sort_key", "id")[:most])


def named(people: QuerySet[Customer], wanted: str) -> QuerySet[Customer]:
    """Keep the customers whose name holds every word, whatever accents and case."""
    condition = Q()
    for word in wanted.split()[:6]:
        condition &= Q(sort_key__contains=sort_key(word).rsplit(" ", 1)[0])
    return people.filter(condition)


def _known_by(wanted: str, scope: Scope, region: str) -> set[UUID]:
    """Roots of the customers who hold this address now. The digest is asked, never the value."""
    digests = []
    for kind in _HANDLE_KINDS:
        value = normalised_value(Address(kind, wanted), region)
        if value:
            digests.append(handle_digest(kind, value))
    current = Identity.objects.filter(handle__digest__in=digests, ended_at=None)
    if not scope.is_house:
        current = current.filter(handle__participations__interaction__touchpoint__in=Touchpoint.objects.within(scope))
    return {merged or own for own, merged in current.values_list("customer_id", "customer__merged_into_id")}


def _passages(query: SearchQuery, ids: Sequence[UUID]) -> dict[UUID, list[Piece]]:
    """Headlines are dear: asked for the rows of the page only."""
    headline = SearchHeadline(
        Left("text", _READ_FOR_HEADLINE),
        query,
        config="egards_fr",
        start_sel=_OPEN,
        stop_sel=_CLOSE,
        max_words=45,
        min_words=25,
        max_fragments=2,
        fragment_delimiter=" … ",
    )
    rows = Content.objects.filter(pk__in=ids).annotate(passage=headline).values_list("pk", "passage") if ids else []
    return {pk: _pieces(passage) for pk, passage in rows}


def _pieces(passage: str) -> list[Piece]:
    pieces: list[Piece] = []
    for index, run in enumerate(passage.split(_OPEN)):
        found, closed, rest = run.partition(_CLOSE)
        if index and closed:
            pieces.append(Piece(found, True))
            pieces.append(Piece(rest, False))
        else:
            pieces.append(Piece(run.replace(_CLOSE, ""), False))
    return [piece for piece in pieces if piece.text]
