"""What the first page asks, and no more: the rest has defaults, and its own page in the settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Hours
from egards.core.french import weight
from egards.workspace.settings_pages.forms import EmailField, PhoneField, long_text
from egards.workspace.settings_pages.member_forms import PasswordForm
from egards.workspace.settings_pages.week import WeekForm

#: A first look, not a migration: larger files have their command.
MOST_BYTES = 20 * 1024 * 1024


class CompanyForm(forms.Form):
    """Who customers think they are talking to."""

    name = forms.CharField(
        label=_("Name of your company or brand"), max_length=120, help_text=_("As customers know you.")
    )
    phone = PhoneField(
        label=_("Telephone"),
        help_text=_("Somebody who picks up in your hours. A surcharged number is refused: the law forbids it."),
    )


class FileForm(forms.Form):
    """A file of words that customers have already said."""

    file = forms.FileField(
        label=_("One file"),
        help_text=_("Reviews or comments (.csv, .xlsx, .jsonl) or mails (.mbox, .eml), 20 Mo at most."),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what would take too long here."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > MOST_BYTES:
            fault = gettext(
                "This file weighs %(weight)s, the limit here is 20 Mo. The command « egards import » takes it."
            )
            raise forms.ValidationError(fault % {"weight": weight(file.size)})
        return file


class FirstMemberForm(PasswordForm):
    """The first member, who keeps the house."""

    email = EmailField(label=_("Your e-mail address"), help_text=_("You sign in with it. Nothing is sent to it."))

    field_order = ("name", "email", "password")


class MediatorForm(WeekForm):
    """The mediator that the law asks for, and the hours in which promises count."""

    mediator = long_text(
        label=_("Consumer mediator"),
        help_text=_("Name, address, website. Not yet? Leave it empty: the settings will remind you."),
    )
    postal_address = long_text(label=_("Postal address"))

    def __init__(self, *args: Any, hours: Hours, **options: Any) -> None:
        super().__init__(*args, hours=hours, **options)
        del self.fields["closures"]

    def clean(self) -> dict[str, Any]:
        """The week, without days off yet."""
        return super().clean() | {"closures": []}
