"""Words: their list, one of them, its whole way, its bytes."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Attachment, Content, Interaction
from egards.interactions.render import HTML_POLICY, html_page
from egards.understanding.wording import theme_label
from egards.workspace.downloads import download
from egards.workspace.paging import cursor_of, next_address
from egards.workspace.queries import icon_of, tone_choices, touchpoints_in
from egards.workspace.queries import words as words_page
from egards.workspace.sieve import sieve_of
from egards.workspace.trace import trace
from egards.workspace.word import word_shown

#: What the form of the list does not ask for itself, and keeps as it stands in the address.
KEPT = ("du", "au", "ou", "theme", "reponse")


@require_safe
def words(request: MemberRequest) -> HttpResponse:
    """What customers said, newest first."""
    touchpoints = touchpoints_in(request.scope)
    sieve = sieve_of(request.GET, touchpoints, request.scope)
    page = words_page(sieve, before=cursor_of(request))
    context = {
        "lines": page.rows,
        "next": next_address(request, page),
        "is_first": not request.GET.get("avant"),
        "touchpoints": touchpoints.values(),
        "sieve": sieve,
        "only": sieve.point,
        "tone": sieve.tone,
        "tones": [("n", _("Unhappy, both degrees")), ("p", _("Happy, both degrees")), *tone_choices()],
        "theme": theme_label(sieve.theme),
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        "is_filtered": not sieve.is_empty,
    }
    return render(request, "workspace/words.html", context)


@require_safe
def word(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One word, what was understood of it, and who wrote it."""
    interaction = _interaction(request, pk)
    return render(request, "workspace/word.html", {"shown": word_shown(interaction, request.access, request.scope)})


@require_safe
def word_trace(request: MemberRequest, pk: UUID) -> HttpResponse:
    """« Suivez un mot »: its whole way."""
    interaction = _interaction(request, pk)
    context = {
        "interaction": interaction,
        "icon": icon_of(interaction.touchpoint),
        "chapters": trace(interaction, request.scope),
    }
    return render(request, "workspace/trace.html", context)


@require_safe
def word_html(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A mail's own layout, made harmless, alone in its frame under its own policy."""
    content = get_object_or_404(Content.objects.within(request.scope).exclude(html=""), pk=pk)
    response = HttpResponse(html_page(content.html))
    response["Content-Security-Policy"] = HTML_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def word_bytes(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The bytes of the delivery that brought a word, as they came."""
    interaction = _interaction(request, pk)
    if interaction.arrival is None:
        raise Http404
    return download(read_bytes(interaction.arrival.blob), name=f"egards-{interaction.pk}.bin")


@require_safe
def attachment(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A file that came with a word: to be kept, never opened by us."""
    files = Attachment.objects.filter(Attachment.in_scope(request.scope)).select_related("blob")
    file = get_object_or_404(files, pk=pk)
    return download(read_bytes(file.blob), name=file.name)


def _interaction(request: MemberRequest, pk: UUID) -> Interaction:
    rows = Interaction.objects.within(request.scope)
    rows = rows.select_related("touchpoint__brand", "content", "product", "place", "arrival__blob")
    return get_object_or_404(rows, pk=pk)
