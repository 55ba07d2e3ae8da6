"""Which mailbox a touchpoint reads: tried before it is kept, and how the reading goes, to the last message."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from egards.accounts.http import MemberRequest
from egards.interactions.queries import Law, law_by_touchpoint
from egards.touchpoints.mailboxes import MailboxError, ask_comparison, connect_mailbox, disconnect_mailbox
from egards.touchpoints.models import Grant, Hook, LeftThere, Mailbox, Touchpoint
from egards.touchpoints.smtp import PLAIN, STARTTLS, TLS
from egards.workspace.settings_pages.granting import offered_first
from egards.workspace.settings_pages.sending import is_configured
from egards.workspace.settings_pages.touchpoints import mailbox_of, touchpoint_or_404

#: How many messages that stay on the server are shown.
SHOWN = 50
#: What is not ours to choose of a mailbox to which its provider agreed.
_OF_PROVIDER = ("protocol", "host", "port", "security", "username", "password")


class MailboxForm(forms.Form):
    """A mailbox on somebody's server."""

    protocol = forms.ChoiceField(
        label=gettext_lazy("Way of reading"),
        choices=[("imap", gettext_lazy("IMAP (usual)")), ("pop3", gettext_lazy("POP3"))],
    )
    host = forms.CharField(
        label=gettext_lazy("Mail server"), max_length=253, help_text=gettext_lazy("Such as imap.provider.fr")
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=993,
        help_text=gettext_lazy("TLS: 993 (POP3: 995). STARTTLS: 143 (POP3: 110)."),
    )  # fmt: skip
    security = forms.ChoiceField(
        label=gettext_lazy("Encryption"),
        choices=[
            (TLS, gettext_lazy("TLS (usual)")),
            (STARTTLS, gettext_lazy("STARTTLS")),
            (PLAIN, gettext_lazy("none (a server on this machine only)")),
        ],
        initial=TLS,
    )
    username = forms.CharField(label=gettext_lazy("User name"), max_length=250)
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept encrypted, never shown again. Left empty, the one already known stays."),
    )  # fmt: skip
    folder = forms.CharField(
        label=gettext_lazy("Folder to read"), max_length=250, required=False, initial="INBOX",
        help_text=gettext_lazy("INBOX is the inbox."),
    )  # fmt: skip
    put_away = forms.CharField(
        label=gettext_lazy("Move to this folder once it is here"), max_length=250, required=False,
        help_text=gettext_lazy(
            "Empty: nothing changes on the server. With POP3, any word here deletes what has come in."
        ),
    )  # fmt: skip
    takes_past = forms.BooleanField(
        label=gettext_lazy("Also answer the messages of the last seven days"), required=False,
        help_text=gettext_lazy("Unticked: what is already there enters as history, and nobody is promised an answer."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_first: bool, granted: Mailbox | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.granted = granted
        for name in _OF_PROVIDER if granted else ():
            del self.fields[name]
        if is_first:
            password = self.fields["password"]
            password.required = True
            password.help_text = _("Kept encrypted, never shown again.")
            password.error_messages["required"] = _("Type the password of this mailbox.")

    def clean(self) -> dict[str, Any]:
        """A name is one line: a break would begin another command on the server."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name, value in list(said.items()):
            if isinstance(value, str) and any(ord(c) < 32 or ord(c) == 127 for c in value):
                self.add_error(name, _("This holds a character that cannot be typed."))
        if self.granted is not None:
            said |= {name: getattr(self.granted, name) for name in _OF_PROVIDER if name != "password"} | {
                "password": ""
            }
        said["host"] = str(said.get("host", "")).strip().lower()
        said["folder"] = said.get("folder") or "INBOX"
        return said


@require_http_methods(["GET", "HEAD", "POST"])
def receiving(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say which mailbox is read, see how it goes."""
    found = _reader_or_404(request, pk)
    mailbox = mailbox_of(found)
    sent = request.POST if request.method == "POST" else None
    granted = mailbox if mailbox is not None and mailbox.by_grant else None
    form = MailboxForm(sent, initial=_initial(found, mailbox), is_first=mailbox is None, granted=granted)
    folders: tuple[str, ...] = ()
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            _mailbox, proved = connect_mailbox(
                touchpoint=found, password=said.pop("password"), settings=said, by=request.user
            )
        except MailboxError as error:
            form.add_error(None, str(error))
            folders = error.folders
        else:
            tried = ngettext(
                "It answers: %(n)s message in this folder.",
                "It answers: %(n)s messages in this folder.",
                proved.messages,
            )
            messages.success(request, tried % {"n": proved.messages})
            return redirect("settings_receiving", pk=found.pk)
    left = LeftThere.objects.filter(cursor__mailbox__touchpoint=found).order_by("-at")[:SHOWN]
    context = {
        "touchpoint": found, "mailbox": mailbox, "form": form, "folders": folders, "left": left,
        "law": law_by_touchpoint(request.scope).get(found.pk, Law()), "can_prove": is_configured(found),
        "grant": Grant.objects.filter(pk=found.pk).first() if granted else None, "providers": offered_first(found),
        "hook": Hook.objects.filter(touchpoint=found).first(),
    }  # fmt: skip
    return render(request, "workspace/settings/receiving.html", context)


@require_POST
def compare(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Ask for everything on the server to be compared with what is here."""
    mailbox = mailbox_of(_reader_or_404(request, pk))
    if mailbox is None:
        messages.error(request, _("No mailbox is read here."))
    else:
        ask_comparison(mailbox=mailbox, by=request.user)
        messages.success(request, _("Asked: what is missing enters, the rest is known already."))
    return redirect("settings_receiving", pk=pk)


@require_POST
def disconnect(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Read it no more; asked twice, it is read no more either."""
    mailbox = mailbox_of(_reader_or_404(request, pk))
    if mailbox is not None:
        disconnect_mailbox(mailbox=mailbox, by=request.user)
    messages.success(request, _("This mailbox is read no more. What came in stays."))
    return redirect("settings_touchpoint", pk=pk)


def _initial(touchpoint: Touchpoint, mailbox: Mailbox | None) -> dict[str, Any]:
    if mailbox is None:
        return {"username": touchpoint.settings.get("address", "") or touchpoint.brand.email}
    known = ("protocol", "host", "port", "security", "username", "folder", "put_away", "takes_past")
    return {name: getattr(mailbox, name) for name in known}


def _reader_or_404(request: MemberRequest, pk: UUID) -> Touchpoint:
    found = touchpoint_or_404(request, pk)
    if not found.behaviour().has_mailbox:
        raise Http404
    return found
