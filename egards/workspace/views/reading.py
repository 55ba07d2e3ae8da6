"""What was understood of a word, corrected by who reads it: one form, in the thread or on its own page."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from egards.accounts.http import MemberRequest
from egards.understanding.correcting import (
    CannotCorrect,
    checked_say,
    correct_reading,
    said_of,
    undo_correction,
)
from egards.understanding.models import Correction, Reading
from egards.understanding.wording import INTENTS, SAID_TONES, every_theme, theme_label
from egards.workspace.toasts import undoable
from egards.workspace.word import reading_text


@require_http_methods(["GET", "HEAD", "POST"])
def word_reading(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The form of a correction; what is posted becomes what was understood, and may be undone."""
    reading = get_object_or_404(Reading.objects.within(request.scope), content_id=pk, is_current=True)
    if request.method != "POST":
        part = "form" if request.headers.get("HX-Request") else "page"
        return render(request, f"workspace/correction/{part}.html", _context(request, reading))
    try:
        correction = _corrected(request, reading)
    except CannotCorrect as error:
        messages.error(request, str(error))
    else:
        is_same = correction.before == correction.after
        sentence = _("Reading confirmed: thank you.") if is_same else _("Reading corrected: thank you.")
        inside = f"?dans={request.GET['dans']}" if "dans" in request.GET else ""
        undoable(request, sentence, reverse("correction_undo", args=[correction.pk]) + inside)
    return redirect(_back(request, pk))


@require_POST
def correction_undo(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give its place back to the reading that was corrected."""
    correction = get_object_or_404(Correction.objects.within(request.scope), pk=pk)
    try:
        undo_correction(correction=correction)
    except CannotCorrect as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Correction undone: here is what was understood before."))
    return redirect(_back(request, correction.content_id))


def _corrected(request: MemberRequest, reading: Reading) -> Correction:
    if request.POST.get("lecture") != str(reading.pk):
        raise CannotCorrect(_("This word was read again meanwhile. Here is what is understood now."))
    posted = request.POST
    say = checked_say(
        tone=posted.get("ton", ""),
        themes=posted.getlist("theme"),
        intents=posted.getlist("intention"),
        before=said_of(reading),
    )
    return correct_reading(reading=reading, say=say, by=request.user)


def _context(request: MemberRequest, reading: Reading) -> dict[str, object]:
    said = said_of(reading)
    known = dict(every_theme())
    gone = [(code, theme_label(code)) for code in said.themes if code not in known]
    return {
        "reading": reading,
        "said": said,
        "tones": list(SAID_TONES.items()),
        "themes": sorted([*known.items(), *gone], key=lambda theme: theme[0] not in said.themes),
        "intents": list(INTENTS.items()),
        "back": _back(request, reading.content_id),
        "query": request.GET.urlencode(),
        "text": reading_text(reading),
        "is_in_thread": "dans" in request.GET and bool(request.headers.get("HX-Request")),
    }


def _back(request: HttpRequest, word: UUID) -> str:
    """The conversation that the member came from (``dans``, with its view), else the page of the word."""
    query = {name: value for name, value in request.GET.items() if name != "dans"}
    try:
        conversation = UUID(request.GET.get("dans", ""))
    except ValueError:
        return reverse("word", args=[word])
    return reverse("conversation", args=[conversation]) + (f"?{urlencode(query)}" if query else "")
