"""Saved replies: ready to be made one's own, with fields that the house fills, tried on an example customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from egards.accounts.http import MemberRequest
from egards.accounts.models import Brand
from egards.conversations.actions.saved_replies import TitleTaken, UnknownFields, remove_reply, save_reply
from egards.conversations.models import SavedReply
from egards.conversations.rules.merge_fields import FIELDS, Filled, Problem, check, fill
from egards.workspace.settings_pages.forms import BrandChoice, whole_brands

#: Longer, it would be read by nobody, customers first.
MOST_CHARACTERS = 5000


class ReplyForm(forms.Form):
    """A reply of a brand."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=120, help_text=gettext_lazy("What you would look for: « Late parcel ».")
    )
    shortcut = forms.SlugField(
        label=gettext_lazy("Shortcut"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Typed after / while writing: /retard."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 9, "data-reply-text": ""}),
    )

    def __init__(self, *args: Any, request: MemberRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        if options.get("initial") is None:
            self.fields["brand"] = BrandChoice(whole_brands(request.scope))

    def clean_text(self) -> str:
        """A field that nobody would fill is refused, with its place."""
        text: str = self.cleaned_data["text"]
        raise_for(check(text), text)
        return text


@require_safe
def replies(request: MemberRequest) -> HttpResponse:
    """The replies of every brand; who works at one place of a brand reads them, and changes none."""
    known = SavedReply.objects.within(request.scope).select_related("brand", "by").order_by("brand__name", "title")
    brands = set(whole_brands(request.scope))
    rows = [{"reply": reply, "may": reply.brand in brands} for reply in known]
    return render(request, "workspace/settings/replies.html", {"rows": rows, "may": bool(brands)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_reply(request: MemberRequest) -> HttpResponse:
    """Write a reply of a whole brand."""
    if not whole_brands(request.scope).exists():
        messages.error(request, _("Saved replies serve a whole brand: ask somebody who answers for all of it."))
        return redirect("saved_replies")
    form = ReplyForm(request.POST if request.method == "POST" else None, request=request)
    return _edit(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a reply."""
    found = _reply_or_404(request, pk)
    initial = {name: getattr(found, name) for name in ("title", "shortcut", "text")}
    form = ReplyForm(request.POST if request.method == "POST" else None, request=request, initial=initial)
    return _edit(request, form, found)


@require_POST
def preview(request: MemberRequest) -> HttpResponse:
    """Show a text as an example customer would read it; nothing is kept."""
    text = request.POST.get("text", "")[:MOST_CHARACTERS]
    return render(request, "workspace/settings/reply_preview.html", _preview(request, text))


@require_POST
def remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let go of a reply."""
    found = _reply_or_404(request, pk)
    remove_reply(reply=found, by=request.user)
    messages.success(request, _("« %(title)s » is removed.") % {"title": found.title})
    return redirect("saved_replies")


def raise_for(problems: list[Problem], text: str) -> None:
    """Refuse unknown fields, each with its line."""
    if problems:
        raise ValidationError([_placed(problem, text) for problem in problems])


def _placed(problem: Problem, text: str) -> str:
    line = text.count("\n", 0, problem.start) + 1
    return _("Line %(line)s: %(fault)s") % {"line": line, "fault": problem.sentence}


def _edit(request: MemberRequest, form: ReplyForm, found: SavedReply | None) -> HttpResponse:
    if form.is_valid():
        said = form.cleaned_data
        brand = found.brand if found else said["brand"]
        kept = {name: said[name] for name in ("title", "shortcut", "text")}
        try:
            save_reply(brand=brand, **kept, by=request.user, reply=found)
        except TitleTaken as error:
            form.add_error("title", str(error))
        except UnknownFields as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("« %(title)s » is kept.") % {"title": said["title"]})
            return redirect("saved_replies")
    text = str(form["text"].value() or "")
    context = {"reply": found, "form": form, "fields": list(FIELDS.items()), **_preview(request, text)}
    return render(request, "workspace/settings/reply.html", context)


def _preview(request: MemberRequest, text: str) -> dict[str, Any]:
    filled: Filled = fill(text, _example(request))
    return {"filled": filled.text, "missing": filled.missing, "problems": [_placed(p, text) for p in check(text)]}


def _example(request: MemberRequest) -> dict[str, str]:
    """A customer who does not exist, written to by who is looking."""
    brand = Brand.objects.within(request.scope).order_by("name").first()
    return {
        "prénom": "Hélène",
        "nom": "Marchandeau",
        "client": "Hélène Marchandeau",
        "numéro": "12\u202f874",
        "moi": request.user.name,
        "équipe": _("Customer service"),
        "téléphone": (brand.phone if brand else "") or "02 61 91 04 00",
        "marque": brand.name if brand else "",
        "lien": "https://…/suivi/…",
        "promesse": _("tomorrow, 12:00"),
    }


def _reply_or_404(request: MemberRequest, pk: UUID) -> SavedReply:
    of_whole_brands = SavedReply.objects.filter(brand__in=whole_brands(request.scope)).select_related("brand")
    return get_object_or_404(of_whole_brands, pk=pk)
