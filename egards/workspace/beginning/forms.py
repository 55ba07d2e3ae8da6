"""What the first page asks, and no more: the rest has defaults, and its own page in the settings."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Hours
from egards.core.french import weight
from egards.workspace.settings_pages.forms import AnsweredEmailField, EmailField, PhoneField, long_text
from egards.workspace.settings_pages.member_forms import PasswordForm
from egards.workspace.settings_pages.week import WeekForm, week_in_words

F = TypeVar("F", bound=forms.Form)

#: A first look, not a migration: larger files have their command.
MOST_BYTES = 20 * 1024 * 1024


class CompanyForm(forms.Form):
    """Who customers think they are talking to."""

    name = forms.CharField(label=_("Name of your company or brand"), max_length=120)
    phone = PhoneField(label=_("Telephone"), help_text=_("No surcharged number: the law forbids it."))


class AddressForm(forms.Form):
    """The address that will write: its relay is found from it."""

    address = AnsweredEmailField(label=_("Address that writes to your customers, and that you read"))


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

    email = EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ("name", "email", "password")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["password"].help_text = _("Twelve characters at least: four unrelated words do well.")


class MediatorForm(WeekForm):
    """The mediator that the law asks for, and the hours in which promises count."""

    mediator = long_text(
        label=_("Consumer mediator"),
        help_text=_("Name, address, website. Not yet? The settings will remind you."),
    )

    def __init__(self, *args: Any, hours: Hours, **options: Any) -> None:
        super().__init__(*args, hours=hours, **options)
        self.week_said = week_in_words(hours.calendar())
        del self.fields["closures"]

    @property
    def week_is_wrong(self) -> bool:
        """Something else than the mediator is to be looked at again: the week shows itself."""
        return bool(set(self.errors) - {"mediator"})

    def clean(self) -> dict[str, Any]:
        """The week, without days off yet."""
        return super().clean() | {"closures": []}


def focused(form: F, among: Collection[str] = ()) -> F:
    """Put the cursor where typing goes on: the first field at fault, else the first empty one (``among`` these)."""
    fields = [field for field in form.visible_fields() if field.widget_type != "checkbox"]
    asked = [field for field in fields if field.name in (among or form.fields)]
    at_fault = [field for field in fields if field.errors]
    empty = [field for field in asked if not field.value()]
    for field in [*at_fault, *empty, *asked][:1]:
        field.field.widget.attrs["autofocus"] = True
    return form
