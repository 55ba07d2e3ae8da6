"""What an administrator types so that a touchpoint may send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egards.touchpoints.no_reply import invites_silence
from egards.touchpoints.smtp import PLAIN, STARTTLS, TLS, is_loopback


def no_reply_sentence() -> str:
    """Return what is said of an address that invites silence."""
    return gettext("An address that takes no answer cannot serve here. Try bonjour@…")


def accept_answers(value: str) -> None:
    """Refuse an address or a name that invites silence."""
    if invites_silence(value):
        raise forms.ValidationError(no_reply_sentence(), code="no_reply")


class MailSendingForm(forms.Form):
    """A mail relay, and the address that speaks for us."""

    address = forms.EmailField(
        error_messages={"invalid": _("This address is not whole: it looks like name@example.fr.")},
        label=_("Address that writes"),
        help_text=_("Customers see it and answer to it: it must be read."),
        validators=[accept_answers],
    )
    sender_name = forms.CharField(
        label=_("Name beside the address"), max_length=120, required=False, validators=[accept_answers],
        help_text=_("Empty: the name of the brand."),
    )  # fmt: skip
    host = forms.CharField(label=_("Mail relay"), max_length=253, help_text=_("Such as smtp.provider.fr"))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(
        label=_("Encryption"),
        choices=[
            (STARTTLS, _("STARTTLS (usual, port 587)")),
            (TLS, _("TLS from the first byte (port 465)")),
            (PLAIN, _("none (a relay on this machine only)")),
        ],
        initial=STARTTLS,
    )
    username = forms.CharField(label=_("User name"), max_length=250, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted, never shown again. Left empty, the one already known stays."),
    )
    plus_addresses = forms.BooleanField(
        label=_("My server takes addresses such as bonjour+abc@…"),
        required=False,
        help_text=_("You do not know? Leave it unticked: answers come back all the same."),
    )
    authserv_id = forms.RegexField(
        r"\A[A-Za-z0-9._-]{1,253}\Z",
        label=_("Name under which your server checks senders"),
        required=False,
        error_messages={"invalid": _("This is one name, such as mx.provider.fr.")},
        help_text=_("It stands first in the Authentication-Results of mail received. Empty: no sender is proved."),
    )

    def clean_host(self) -> str:
        """A name or an address, nothing else."""
        return str(self.cleaned_data["host"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """Without encryption, words stay on this machine."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("security") == PLAIN and not is_loopback(cleaned.get("host", "")):
            self.add_error("security", gettext("Without encryption, only a relay on this machine will do."))
        return cleaned
