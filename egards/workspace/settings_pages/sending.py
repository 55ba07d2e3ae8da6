"""How a touchpoint sends: the relay, then the proof that its address is ours and is read. Until then nothing leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from egards.accounts.http import MemberRequest
from egards.accounts.models import Member
from egards.core.clock import now
from egards.touchpoints.actions import CODE_LIVES, SendingError, begin_proof, configure_sending, finish_proof
from egards.touchpoints.grants import lost_sending_grant
from egards.touchpoints.models import Touchpoint
from egards.workspace.settings_pages.touchpoints import can_send, touchpoint_or_404


class CodeForm(forms.Form):
    """The code that came by mail."""

    code = forms.CharField(
        label=gettext_lazy("Code received"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sending(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say through which relay a touchpoint sends, and under which address."""
    found = _sender_or_404(request, pk)
    form = sending_form(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            found = keep_sending(found, form, by=request.user)
        except SendingError as error:
            form.add_error(None, str(error))
        else:
            if not found.is_proved:
                _ask(request, found)
            return redirect("settings_sending", pk=found.pk)
    return _show(request, found, form)


@require_POST
def ask_proof(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Send a code to the touchpoint's own address."""
    found = _sender_or_404(request, pk)
    _ask(request, found)
    return redirect("settings_sending", pk=found.pk)


@require_POST
def give_code(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the code back: the address is proved."""
    found = _sender_or_404(request, pk)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            finish_proof(touchpoint=found, code=form.cleaned_data["code"], by=request.user)
        except SendingError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("The address is proved: answers leave from now on."))
            return redirect("settings_sending", pk=found.pk)
    found.refresh_from_db()
    return _show(request, found, code_form=form)


def sending_form(touchpoint: Touchpoint, data: Any) -> forms.Form:
    """Return the form of a touchpoint's kind, with what is known; a new one is offered the brand's own address."""
    initial = {"address": touchpoint.brand.email} | touchpoint.settings
    return touchpoint.behaviour().sending_form(data, initial=initial)


def keep_sending(touchpoint: Touchpoint, form: forms.Form, *, by: Member | None) -> Touchpoint:
    """Keep what was typed; passwords apart, sealed. Raises ``SendingError``."""
    hidden = touchpoint.behaviour().secret_fields
    said = form.cleaned_data
    return configure_sending(
        touchpoint=touchpoint,
        settings={name: value for name, value in said.items() if name not in hidden},
        secrets={name: value for name, value in said.items() if name in hidden},
        by=by,
    )


def awaits_code(touchpoint: Touchpoint) -> bool:
    """Say whether a code is on its way that may still be given back."""
    sent_at = touchpoint.proof_sent_at
    return touchpoint.proof_digest is not None and sent_at is not None and now() - sent_at < CODE_LIVES


def is_configured(touchpoint: Touchpoint) -> bool:
    """Say whether a touchpoint knows how to send, proved or not."""
    return can_send(touchpoint) and not touchpoint.behaviour().sending_problem(touchpoint.settings)


def _ask(request: MemberRequest, touchpoint: Touchpoint) -> None:
    try:
        begin_proof(touchpoint=touchpoint, by=request.user)
    except SendingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("A code has left for %(address)s.") % {"address": touchpoint.settings["address"]})


def _show(
    request: MemberRequest, touchpoint: Touchpoint, form: forms.Form | None = None, code_form: CodeForm | None = None
) -> HttpResponse:
    context = {
        "touchpoint": touchpoint,
        "form": form or sending_form(touchpoint, None),
        "code_form": code_form or CodeForm(),
        "address": touchpoint.settings.get("address", ""),
        "is_configured": is_configured(touchpoint),
        "awaits_code": awaits_code(touchpoint),
        "lost_grant": lost_sending_grant(touchpoint),
    }
    return render(request, "workspace/settings/sending.html", context)


def _sender_or_404(request: MemberRequest, pk: UUID) -> Touchpoint:
    found = touchpoint_or_404(request, pk)
    if not can_send(found):
        raise Http404
    return found
