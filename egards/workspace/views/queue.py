"""The queue of conversations: views of the house, of places, one's own; with counts that are what lists show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.scope import Scope
from egards.conversations.models import SavedView
from egards.conversations.queries.queue import After, next_due, queue
from egards.conversations.queries.views import SIGNS, VIEWS, Asked, Counts, counts, first_held, saved_views
from egards.core.clock import now
from egards.workspace.queue_lines import groups
from egards.workspace.sign_words import sign_label

#: Views in which somebody waits for us: their counts are shown as such.
_PRESSING = "danger"
#: A view that most days holds nothing, and is then not shown.
_EXCEPTIONAL = "leaving"


@dataclass(frozen=True)
class ViewShown:
    """One view in the sidebar."""

    code: str
    title: str
    n: int | None
    url: str
    is_current: bool
    is_pressing: bool
    is_own: bool = False


@require_safe
def conversations(request: MemberRequest) -> HttpResponse:
    """The queue; one of its parts alone when that is what the page asks for again (live)."""
    context = queue_context(request)
    template = {"file": "queue", "vues": "views"}.get(request.headers.get("HX-Target", ""), "list")
    if template == "list" and not context["groups"]:
        context["next_due"] = next_due(request.user, request.scope, at=now())
    return render(request, f"workspace/conversations/{template}.html", context)


@require_POST
def view_save(request: MemberRequest) -> HttpResponse:
    """Keep what is shown as a view of one's own."""
    name = " ".join(request.POST.get("nom", "").split())[:80]
    asked = asked_in(_values(request.POST))
    if not name:
        messages.error(request, _("Give this view a name."))
        return redirect(address_of(asked))
    with transaction.atomic():
        view, _made = SavedView.objects.update_or_create(
            member=request.user, name=name, defaults={"keeps": asked.keeps()}
        )
    messages.success(request, _("Kept: “%(name)s” is in your views.") % {"name": name})
    return redirect(f"{reverse('conversations')}?vue={view.pk}")


@require_POST
def view_delete(request: MemberRequest) -> HttpResponse:
    """Take a view of one's own away; its conversations stay where they are."""
    wanted = request.POST.get("vue", "")
    for view in saved_views(request.user):
        if str(view.pk) == wanted:
            view.delete()
    return redirect("conversations")


def queue_context(
    request: MemberRequest, *, selected: UUID | None = None, own: Sequence[SavedView] | None = None
) -> dict[str, Any]:
    """Return what the queue's pane and the sidebar's views show (two queries; three without ``own``)."""
    at, scope = now(), request.access.scope("read conversations")
    own = saved_views(request.user) if own is None else own
    found = counts(request.user, scope, at=at, own=own)
    mine, asked = _asked(request, own, found)
    page = queue(asked, request.user, scope, people=people_of(request), at=at, after=_after(request))
    shown = groups(page.rows, at=at, view=asked.view, tells_brand=len(scope.all_brands) > 1)
    title = mine.name if mine else _title(asked, found)
    return {
        "asked": asked,
        "own_view": mine,
        "title": title,
        "summary": sum(len(group.lines) for group in shown if group.code == "kept"),
        "to_keep": found.house.get("today", 0),
        "groups": shown,
        "is_first": not request.GET.get("apres"),
        "next": _next(request, page.after),
        "here": "" if _waits_for_anything(request, found) else _query(asked, mine),
        "selected": selected or _selected(request),
        "views": _views(asked, mine, found, own),
        "places": found.places,
        "signs": [(code, sign_label(code)) for code in SIGNS],
        "is_filtered": bool(asked.place or asked.sign),
    }


def people_of(request: MemberRequest) -> Scope | None:
    """Return where the member may know customers by name; None when nowhere."""
    return request.access.scope("read customers") if request.access.may("read customers") else None


def address_of(asked: Asked) -> str:
    """Return the address of a list."""
    return f"{reverse('conversations')}?{_query(asked, None)}"


def asked_in(values: dict[str, str]) -> Asked:
    """Read what a list keeps from an address or a form; what is no view, place or sign does not exist."""
    view, sign, place = values.get("vue") or "today", values.get("signe", ""), values.get("lieu", "")
    if view not in VIEWS or (sign and sign not in SIGNS):
        raise Http404
    try:
        return Asked(view, UUID(place) if place else None, sign)
    except ValueError as error:
        raise Http404 from error


def _values(sent: QueryDict) -> dict[str, str]:
    return {name: sent.get(name, "") for name in ("vue", "lieu", "signe")}


def _asked(request: MemberRequest, own: Sequence[SavedView], found: Counts) -> tuple[SavedView | None, Asked]:
    values = _values(request.GET)
    mine = next((view for view in own if str(view.pk) == values.get("vue")), None)
    if mine is not None:
        return mine, Asked.of(mine.keeps)
    if not values["vue"] and not request.access.may("answer customers"):
        values["vue"] = "all"  # who only reads has no promise of their own
    elif not any(values.values()):
        values["vue"] = first_held(found)
    return None, asked_in(values)


def _waits_for_anything(request: MemberRequest, found: Counts) -> bool:
    """Nothing is open and no view was asked for: the page asks again without one, and so shows the next word."""
    return not (found.house.get("all") or any(_values(request.GET).values()))


def _title(asked: Asked, found: Counts) -> str:
    place = next((place.name for place in found.places if place.id == asked.place), "")
    title = place if place and asked.view == "all" else str(VIEWS[asked.view])
    parts = [title, place if place and place != title else "", sign_label(asked.sign) if asked.sign else ""]
    return ", ".join(filter(None, parts))


def _views(asked: Asked, mine: SavedView | None, found: Counts, own: Sequence[SavedView]) -> list[ViewShown]:
    is_plain = mine is None and not asked.sign
    shown = [
        ViewShown(
            code=code,
            title=str(title),
            n=found.house.get(code, 0) if code != "done" else None,
            url=address_of(Asked(code)),
            is_current=is_plain and not asked.place and asked.view == code,
            is_pressing=code == _PRESSING and bool(found.house.get(code)),
        )
        for code, title in VIEWS.items()
        if code != _EXCEPTIONAL or found.house.get(code) or asked.view == code
    ]
    shown += [
        ViewShown(
            code=str(place.id),
            title=place.name,
            n=place.n,
            url=address_of(Asked("all", place.id)),
            is_current=is_plain and asked.place == place.id,
            is_pressing=False,
        )
        for place in found.places
    ]
    return shown + [_own(view, mine, found) for view in own]


def _own(view: SavedView, mine: SavedView | None, found: Counts) -> ViewShown:
    return ViewShown(
        code=str(view.pk),
        title=view.name,
        n=found.own.get(view.pk, 0) if Asked.of(view.keeps).view != "done" else None,
        url=f"{reverse('conversations')}?vue={view.pk}",
        is_current=mine is not None and mine.pk == view.pk,
        is_pressing=False,
        is_own=True,
    )


def _query(asked: Asked, mine: SavedView | None) -> str:
    if mine is not None:
        return urlencode({"vue": mine.pk})
    values = {"vue": asked.view, "lieu": asked.place or "", "signe": asked.sign}
    return urlencode({name: value for name, value in values.items() if value})


def _after(request: MemberRequest) -> After | None:
    text = request.GET.get("apres", "")
    try:
        return After.parse(text) if text else None
    except ValueError as error:
        raise Http404 from error


def _next(request: MemberRequest, after: After | None) -> str:
    if after is None:
        return ""
    kept = {name: value for name in ("vue", "lieu", "signe", "ici") if (value := request.GET.get(name))}
    return f"{reverse('conversations')}?{urlencode({**kept, 'apres': str(after)})}"


def _selected(request: MemberRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("ici", ""))
    except ValueError:
        return None
