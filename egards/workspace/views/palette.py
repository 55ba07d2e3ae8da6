"""The command palette: a few letters, and where they may lead; nothing typed, and it shows one's promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.conversations.models import Conversation
from egards.conversations.queries.queue import queue
from egards.conversations.queries.views import Asked, here
from egards.core.clock import now
from egards.core.french import number
from egards.core.text import plain
from egards.workspace.navigation import navigation
from egards.workspace.queue_lines import Line, groups
from egards.workspace.search import conversation_numbered, customers_found
from egards.workspace.views.queue import people_of
from egards.workspace.wanted import wanted_of

MOST = 6
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to go to. ``key`` is the one that does the same without the palette."""

    icon: str
    words: str
    beside: str
    url: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """Choices of one kind, under their title."""

    title: str
    choices: list[Choice]


@require_safe
def palette(request: MemberRequest) -> HttpResponse:
    """What a few letters may mean: conversations, customers, acts. Without script, the search page says it."""
    text = " ".join(request.GET.get("q", "").split())[:80]
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
    at = now()
    kinds = (
        [_promises(request, at)] if not text else [_talks(request, text), _people(request, text), _acts(request, text)]
    )
    shown = [kind for kind in kinds if kind.choices]
    url = f"{reverse('search')}?{urlencode({'q': text})}"
    return render(request, "workspace/conversations/palette_list.html", {"kinds": shown, "text": text, "search": url})


def _promises(request: MemberRequest, at: datetime) -> Kind:
    page = queue(Asked("today"), request.user, request.scope, people=people_of(request), at=at)
    lines = [line for group in groups(page.rows[:MOST], at=at, view="today") for line in group.lines]
    return Kind(_("My promises today"), [_choice(line) for line in lines])


def _choice(line: Line) -> Choice:
    return Choice(line.icon, f"{line.name}, {line.need}", line.chip.words, reverse("conversation", args=[line.id]))


def _talks(request: MemberRequest, text: str) -> Kind:
    found = conversation_numbered(wanted_of(text).number, request.scope)
    rows = [found] if found else _said_so(request, text)
    choices = [
        Choice(
            "messages",
            row.need or _("Need not named yet"),
            _("no. %(number)s") % {"number": number(row.number)},
            reverse("conversation", args=[row.pk]),
        )
        for row in rows
    ]
    return Kind(_("Conversations"), choices)


def _said_so(request: MemberRequest, text: str) -> list[Conversation]:
    """Open ones first; by their need, or by their customer's name where one may know it."""
    if len(text) < _SHORTEST:
        return []
    wanted = Q(need__icontains=text)
    people = people_of(request)
    if people is not None:
        wanted |= Q(here(people), customer__name__icontains=text)
    rows = Conversation.objects.filter(here(request.scope)).filter(wanted, joined_into=None)
    return list(rows.order_by("-state_at")[:MOST])


def _people(request: MemberRequest, text: str) -> Kind:
    people = people_of(request)
    if people is None or len(text) < _SHORTEST:
        return Kind("", [])
    found: list[Any] = customers_found(text, people, most=MOST)
    return Kind(_("Customers"), [Choice("user", str(one), "", reverse("customer", args=[one.pk])) for one in found])


def _acts(request: MemberRequest, text: str) -> Kind:
    wanted = plain(text)
    acts = [act for act in _known_acts(request) if wanted in plain(act.words)]
    return Kind(_("Go to"), acts[:MOST])


def _known_acts(request: MemberRequest) -> list[Choice]:
    """Where the member may go, and the key that leads there."""
    pages = [Choice(page["icon"], page["label"], "", page["url"], page["key"]) for page in navigation(request)["nav"]]
    return [
        *pages,
        Choice("user", _("My account"), "", reverse("mfa_index")),
        Choice("logout", _("Sign out"), "", reverse("account_logout")),
    ]
