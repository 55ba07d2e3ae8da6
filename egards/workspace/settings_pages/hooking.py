"""A mail provider posts letters to a touchpoint: which one, and the secret address to give it, shown once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from egards.accounts.http import MemberRequest
from egards.touchpoints.hook_providers import HOOK_PROVIDERS, USER
from egards.touchpoints.hooks import HookError, KeyMissing, close_hook, open_hook
from egards.touchpoints.models import Hook, Touchpoint
from egards.workspace.settings_pages.touchpoints import touchpoint_or_404


class HookForm(forms.Form):
    """The provider, and the key with which it signs."""

    provider = forms.ChoiceField(
        label=gettext_lazy("Mail provider"), choices=[(one.name, one.label) for one in HOOK_PROVIDERS.values()]
    )
    signing_key = forms.RegexField(
        r"\A[\x21-\x7e]{1,200}\Z", label=gettext_lazy("Signing key (Mailgun)"), required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("This is one word, without spaces or accents.")},
        help_text=gettext_lazy(
            "At Mailgun: « HTTP webhook signing key ». The others do not sign. Kept encrypted, never shown again."
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def hook(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose the provider; POST makes a new secret address and shows it, this once."""
    found = _reader_or_404(request, pk)
    known = Hook.objects.filter(touchpoint=found).first()
    form = HookForm(
        request.POST if request.method == "POST" else None, initial={"provider": known.provider} if known else None
    )
    context: dict[str, Any] = {"touchpoint": found, "hook": known, "form": form}
    if form.is_valid():
        try:
            word = open_hook(touchpoint=found, by=request.user, **form.cleaned_data)
        except HookError as error:
            form.add_error("signing_key" if isinstance(error, KeyMissing) else None, str(error))
        else:
            known = Hook.objects.get(touchpoint=found)
            context |= {"hook": known, "address": _address(found, word), "form": None}
    response = render(request, "workspace/settings/hook.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def leave(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take nothing more from the provider; asked twice, nothing more either."""
    close_hook(touchpoint=_reader_or_404(request, pk), by=request.user)
    messages.success(request, _("Its letters are taken no more. What came in stays."))
    return redirect("settings_receiving", pk=pk)


def _address(touchpoint: Touchpoint, word: str) -> str:
    """The house's own address, as it is configured, with the word that lets the provider in."""
    house = urlsplit(str(settings.EGARDS_URL))
    return urlunsplit(
        (house.scheme, f"{USER}:{word}@{house.netloc}", reverse("mail_hook", args=[touchpoint.slug]), "", "")
    )


def _reader_or_404(request: MemberRequest, pk: UUID) -> Touchpoint:
    found = touchpoint_or_404(request, pk)
    if not found.behaviour().has_mailbox:
        raise Http404
    return found
