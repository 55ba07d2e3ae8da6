"""What allauth asks for the second proof, where our words or our manners differ."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class SecondProofForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code at the door: the cursor is there already, and a telephone shows its figures."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].widget.attrs.update({"autofocus": True, "inputmode": "numeric"})
        self.fields["code"].widget.attrs.pop("placeholder", None)


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new security key, under a name by which to know it again."""

    name = forms.CharField(label=_("Name of the key"), required=False)
