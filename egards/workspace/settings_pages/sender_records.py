"""The page that reads what the sending domain says of itself, when somebody asks for it and only then."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from egards.accounts.http import MemberRequest
from egards.touchpoints.sender_records import DnsNames, Finding, findings
from egards.workspace.settings_pages.touchpoints import can_send, touchpoint_or_404

_ICONS = {"good": "circle-check", "weak": "alert-triangle", "missing": "circle-x", "unknown": "help"}


class SelectorForm(forms.Form):
    """Under which name the relay signs."""

    selector = forms.RegexField(
        r"\A[A-Za-z0-9._-]{1,63}\Z",
        label=_("DKIM selector"),
        required=False,
        help_text=_("Your relay tells it. Empty: the key is not looked for."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sender_records(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask the name servers about the domain of a touchpoint's address (POST), or offer to (GET)."""
    touchpoint = touchpoint_or_404(request, pk)
    domain = str(touchpoint.settings.get("address", "")).rpartition("@")[2].lower()
    if not can_send(touchpoint):
        raise Http404
    form = SelectorForm(request.POST if request.method == "POST" else None)
    found: list[tuple[Finding, str]] = []
    if domain and form.is_valid():
        named = findings(domain, form.cleaned_data["selector"], DnsNames())
        found = [(one, _ICONS[one.state]) for one in named]
    context = {"touchpoint": touchpoint, "domain": domain, "form": form, "found": found}
    return render(request, "workspace/settings/sender_records.html", context)
