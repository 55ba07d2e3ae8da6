"""Search, over words, customers and conversations."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.core.clock import now
from egards.interactions.models import Content, Interaction
from egards.understanding.wording import theme_choices
from egards.workspace.fence import here
from egards.workspace.paging import Page, cursor_of, next_address
from egards.workspace.queries import TONES, tone_choices, touchpoints_in
from egards.workspace.search import Found, Kept, conversation_numbered, customers_found, words_found
from egards.workspace.spelling import suggestion
from egards.workspace.wanted import Wanted, wanted_of

#: How many of the latest words a spelling is guessed from, and how much of each.
READ_FOR_SPELLING = 400
READ_OF_EACH = 1_000
#: Periods as they stand in addresses, in days.
PERIODS = {"7": 7, "30": 30, "90": 90, "365": 365}
DIRECTIONS = {"recus": Interaction.Direction.IN, "envoyes": Interaction.Direction.OUT}


@require_safe
def search(request: MemberRequest) -> HttpResponse:
    """What was said, who is called so or writes from there, and the conversation of that number."""
    wanted = wanted_of(request.GET.get("q", ""))
    touchpoints = touchpoints_in(request.scope)
    kept = _kept(request.GET, touchpoints)
    where = None if request.scope.is_house else list(touchpoints)
    page, is_prefix = _words(request, wanted, where, kept)
    context = {
        "wanted": wanted.text,
        "is_too_short": wanted.is_too_short and bool(wanted.text),
        "found": page.rows,
        "is_prefix": is_prefix,
        "next": _next(request, page, is_prefix=is_prefix),
        "is_first": not request.GET.get("avant"),
        "may_customers": request.access.may("read customers"),
        "asked": {name: request.GET.get(name, "") for name in ("point", "periode", "sens", "ton", "theme")},
        "is_filtered": kept != Kept(),
        "touchpoints": touchpoints.values(),
        "tones": tone_choices(),
        "themes": theme_choices(),
        "periods": _periods(),
        "directions": [("recus", _("From customers")), ("envoyes", _("From us"))],
    }
    return render(request, "workspace/search.html", context | _beside(request, wanted, page))


def _words(
    request: MemberRequest, wanted: Wanted, where: Sequence[UUID] | None, kept: Kept
) -> tuple[Page[Found], bool]:
    """The words that say it; on a first page without any, those that begin so."""
    before = cursor_of(request)
    is_prefix = request.GET.get("debut") == "oui"
    page = words_found(wanted, where, kept, before=before, is_prefix=is_prefix)
    if page.rows or before or is_prefix or wanted.digits or "@" in wanted.text:
        return page, is_prefix
    return words_found(wanted, where, kept, is_prefix=True), True


def _next(request: MemberRequest, page: Page[Found], *, is_prefix: bool) -> str:
    address = next_address(request, page)
    return f"{address}&debut=oui" if address and is_prefix and "debut" not in request.GET else address


def _beside(request: MemberRequest, wanted: Wanted, page: Page[Found]) -> dict[str, object]:
    """Customers and the conversation, on the first page; a spelling when nothing at all is found."""
    found: dict[str, object] = {"people": [], "conversation": None, "suggestion": ""}
    if request.GET.get("avant") or not wanted.text:
        return found
    if request.access.may("read customers"):
        found["people"] = customers_found(wanted.text, request.access.scope("read customers"))
    if request.access.may("read conversations"):
        found["conversation"] = conversation_numbered(wanted.number, request.access.scope("read conversations"))
    if not (page.rows or found["people"] or found["conversation"] or wanted.digits):
        found["suggestion"] = suggestion(wanted.text, _lately_said(request))
    return found


def _lately_said(request: MemberRequest) -> list[str]:
    rows = Content.objects.filter(here(request.scope)).order_by("-at", "interaction_id")
    return [text[:READ_OF_EACH] for text in rows.values_list("text", flat=True)[:READ_FOR_SPELLING]]


def _kept(asked: QueryDict, touchpoints: Container[UUID]) -> Kept:
    """The filters asked for; what is not one of them does not exist."""
    period, direction = asked.get("periode", ""), asked.get("sens", "")
    tone, theme = asked.get("ton", ""), asked.get("theme", "")
    known: dict[str, Container[str]] = {
        "periode": PERIODS,
        "sens": DIRECTIONS,
        "ton": TONES,
        "theme": dict(theme_choices()),
    }
    if any(value and value not in known[name] for name, value in asked.items() if name in known):
        raise Http404
    return Kept(
        touchpoint=_touchpoint(asked.get("point", ""), touchpoints),
        since=now() - timedelta(days=PERIODS[period]) if period else None,
        direction=str(DIRECTIONS[direction]) if direction else "",
        tone=tone,
        theme=theme,
    )


def _touchpoint(text: str, touchpoints: Container[UUID]) -> UUID | None:
    try:
        found = UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error
    if found is not None and found not in touchpoints:
        raise Http404
    return found


def _periods() -> list[tuple[str, str]]:
    return [("7", _("Seven days")), ("30", _("Thirty days")), ("90", _("Three months")), ("365", _("One year"))]
