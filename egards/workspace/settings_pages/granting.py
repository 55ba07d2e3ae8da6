"""A mailbox of Google or Microsoft: its owner agrees on the provider's page, comes back, and only then it is opened.

While they are away, what was typed and what only we know (the PKCE verifier) stay sealed in their session. They come
back by a GET, which changes nothing: it checks the answer and shows a button, whose POST trades the code and opens the
mailbox. A link planted by somebody else stops there: its state is not the one that this session asked with.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from egards.accounts.http import MemberRequest
from egards.touchpoints.grants import Asked, app_of
from egards.touchpoints.mailboxes import MailboxError, connect_granted_mailbox
from egards.touchpoints.models import Grant, Touchpoint
from egards.touchpoints.oauth import (
    PROVIDERS,
    TENANT,
    GrantFailed,
    Provider,
    code_in,
    consent_address,
    new_verifier,
    trade_code,
)
from egards.touchpoints.providers import relay_of_domain
from egards.workspace.settings_pages.touchpoints import mailbox_of, touchpoint_or_404

#: How long somebody may stay away at the provider, in seconds.
AWAY_SECONDS = 15 * 60
_KEPT = "mailbox_grant"
_SALT = "mailbox grant"
#: In the session: the touchpoint whose mailbox was opened, and a digest of the answer that opened it.
_DONE = "mailbox_granted"
#: Of pg_advisory_lock: one return of a session at a time.
_TURNS = 7_260_412


class GrantForm(forms.Form):
    """The mailbox, and the house as the provider knows it."""

    username = forms.EmailField(
        label=gettext_lazy("Address of the mailbox"), max_length=250,
        error_messages={"invalid": gettext_lazy("This address is not whole: it looks like name@example.fr.")},
    )  # fmt: skip
    client_id = forms.RegexField(
        r"\A[\x21-\x7e]{1,250}\Z", label=gettext_lazy("Client id"),
        error_messages={"invalid": gettext_lazy("This is one word, without spaces or accents.")},
    )  # fmt: skip
    client_secret = forms.RegexField(
        r"\A[\x21-\x7e]{1,500}\Z", label=gettext_lazy("Client secret"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("This is one word, without spaces or accents.")},
        help_text=gettext_lazy("Kept encrypted, never shown again."),
    )  # fmt: skip
    tenant = forms.RegexField(
        TENANT, label=gettext_lazy("Tenant"), required=False,
        error_messages={"invalid": gettext_lazy("This is a number of letters and dashes, or a domain.")},
        help_text=gettext_lazy("The « Directory (tenant) ID » of your application."),
    )  # fmt: skip
    also_sends = forms.BooleanField(
        label=gettext_lazy("Answers leave by this mailbox too"), required=False, initial=True,
        help_text=gettext_lazy("Its relay takes the place of the one that was set; the address is then proved anew."),
    )  # fmt: skip

    def __init__(self, *args: Any, provider: Provider, **more: Any) -> None:
        super().__init__(*args, **more)
        if provider.usual_tenant:
            self.fields["tenant"].required = True
        else:
            del self.fields["tenant"]

    def clean_username(self) -> str:
        """Providers know these names without accents."""
        username = str(self.cleaned_data["username"])
        if not username.isascii():
            raise forms.ValidationError(_("This is one word, without spaces or accents."))
        return username


@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say how the provider knows this house, then go and ask it for its agreement."""
    found = _reader_or_404(request, pk)
    provider = PROVIDERS.get(request.GET.get("chez", ""))
    if provider is None:
        return redirect("settings_receiving", pk=found.pk)
    form = GrantForm(
        request.POST if request.method == "POST" else None, provider=provider, initial=_initial(found, provider)
    )
    if form.is_valid():
        said = form.cleaned_data
        _keep(request, found, {"provider": provider.name, "tenant": "", **said})
        return redirect(f"{reverse('settings_grant', args=[found.pk])}?chez={provider.name}")
    asked = _asked(request)
    is_leaving = asked is not None and asked.touchpoint == str(found.pk) and asked.provider == provider.name
    context = {
        "touchpoint": found, "provider": provider, "form": form, "redirect_uri": _redirect_uri(),
        "there": _consent(asked) if asked and is_leaving and not form.is_bound else "", "asked": asked,
    }  # fmt: skip
    return render(request, "workspace/settings/grant.html", context)


@require_POST
def ask_again(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask once more for an agreement that was withdrawn, as the same client."""
    found = _reader_or_404(request, pk)
    known = Grant.objects.filter(pk=found.pk).first()
    if known is None:
        return redirect("settings_receiving", pk=found.pk)
    app = app_of(known)
    if app is not None:
        said = {
            "provider": known.provider, "tenant": known.tenant, "username": known.username, "also_sends": False,
            "client_id": known.client_id, "client_secret": app.client_secret,
        }  # fmt: skip
        _keep(request, found, said)
    return redirect(f"{reverse('settings_grant', args=[found.pk])}?chez={known.provider}")


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: MemberRequest) -> HttpResponse:
    """Where the provider sends people back: GET looks at the answer, POST opens the mailbox with it.

    A button pressed twice opens it once: the second waits, and is led where the first was.
    """
    if request.method != "POST":
        return _back(request)
    with _one_at_a_time(request):
        return _back(request)


def _back(request: MemberRequest) -> HttpResponse:
    answer = request.POST.get("answer", "") if request.method == "POST" else request.META.get("QUERY_STRING", "")
    asked = _asked(request)
    context: dict[str, Any] = {"answer": answer, "asked": asked}
    if asked is None and request.method == "POST" and (done := _done_with(request, answer)):
        return redirect("settings_receiving", pk=done)
    if asked is None:
        context["problem"] = _("Nothing is awaited from a provider. Begin again from the page of the mailbox.")
        return _shown(request, context)
    touchpoint = _reader_or_404(request, UUID(asked.touchpoint))
    context |= {"touchpoint": touchpoint, "provider": asked.app.provider}
    try:
        code = code_in(answer, state=asked.state, provider=asked.app.provider)
        if request.method != "POST":
            return _shown(request, context)
        tokens = trade_code(asked.app, code=code, verifier=asked.verifier, redirect_uri=_redirect_uri())
        _mailbox, proved = connect_granted_mailbox(touchpoint=touchpoint, asked=asked, tokens=tokens, by=request.user)
    except (GrantFailed, MailboxError) as failure:
        return _shown(request, context | {"problem": str(failure)})
    del request.session[_KEPT]
    request.session[_DONE] = [str(touchpoint.pk), _digest(answer)]
    tried = ngettext(
        "It answers: %(n)s message in this folder.", "It answers: %(n)s messages in this folder.", proved.messages
    )
    messages.success(request, tried % {"n": proved.messages})
    return redirect("settings_receiving", pk=touchpoint.pk)


def offered_first(touchpoint: Touchpoint) -> list[Provider]:
    """Return the providers that have mailboxes by agreement, that of the touchpoint's address first."""
    address = str(touchpoint.settings.get("address", "") or touchpoint.brand.email)
    relay = relay_of_domain(address.rpartition("@")[2].lower())
    likely = {str(touchpoint.settings.get("host", "")), relay.host if relay else ""}
    return sorted(PROVIDERS.values(), key=lambda provider: provider.smtp.host not in likely)


@contextmanager
def _one_at_a_time(request: MemberRequest) -> Iterator[None]:
    """Let one request of a session in, and show it what the one before left."""
    key = request.session.session_key or ""
    number = int.from_bytes(sha256(key.encode()).digest()[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_TURNS, number])
        try:
            request.session = type(request.session)(key)
            yield
            request.session.save()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_TURNS, number])


def _done_with(request: MemberRequest, answer: str) -> str:
    """Return the touchpoint whose mailbox this very answer opened already, if it did."""
    touchpoint, digest = request.session.get(_DONE) or ("", "")
    return touchpoint if constant_time_compare(digest, _digest(answer)) else ""


def _digest(answer: str) -> str:
    return sha256(answer.encode()).hexdigest()


def _keep(request: MemberRequest, touchpoint: Touchpoint, said: dict[str, Any]) -> None:
    """Keep a question in the session; its state says which mailbox, and holds a word that nobody can guess."""
    state = signing.dumps([touchpoint.pk.hex, secrets.token_urlsafe(24)], salt=_SALT)
    asked = Asked(touchpoint=str(touchpoint.pk), state=state, verifier=new_verifier(), **said)
    request.session[_KEPT] = asked.sealed()


def _asked(request: MemberRequest) -> Asked | None:
    """Return what this session asks for, while it is young and still says the same mailbox."""
    asked = Asked.opened(request.session.get(_KEPT, ""))
    if asked is None or asked.provider not in PROVIDERS:
        return None
    try:
        place, _word = signing.loads(asked.state, salt=_SALT, max_age=AWAY_SECONDS)
    except signing.BadSignature:
        return None
    return asked if constant_time_compare(place, UUID(asked.touchpoint).hex) else None


def _consent(asked: Asked) -> str:
    return consent_address(
        asked.app, username=asked.username, redirect_uri=_redirect_uri(), state=asked.state, verifier=asked.verifier
    )


def _redirect_uri() -> str:
    """The house's own address, as it is configured: never the one that a request claims."""
    return str(settings.EGARDS_URL) + reverse("settings_grant_back")


def _initial(touchpoint: Touchpoint, provider: Provider) -> dict[str, Any]:
    known = Grant.objects.filter(pk=touchpoint.pk, provider=provider.name).first()
    if known is not None:
        return {"username": known.username, "client_id": known.client_id, "tenant": known.tenant}
    mailbox = mailbox_of(touchpoint)
    address = mailbox.username if mailbox else touchpoint.settings.get("address", "") or touchpoint.brand.email
    return {"username": address}


def _shown(request: MemberRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the page of return; its address holds a code, which goes nowhere else."""
    response = render(request, "workspace/settings/grant_back.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _reader_or_404(request: MemberRequest, pk: UUID) -> Touchpoint:
    found = touchpoint_or_404(request, pk)
    if not found.behaviour().has_mailbox:
        raise Http404
    return found
