"""The forms of customers' pages. Text is never refused for its characters, and never lost."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import phonenumbers
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from egards.core import french
from egards.core.text import storable
from egards.interactions.rules import normalised_email
from egards.public.rules import french_digits_missing
from egards.touchpoints.kinds.form import PostedFile

MOST_FILES = 5
MOST_BYTES = 10 * 1000 * 1000
MOST_TEXT = 20_000
_NUMBERS = {2: gettext_lazy("two"), 3: gettext_lazy("three"), 4: gettext_lazy("four"), 5: gettext_lazy("five")}


class Words(forms.CharField):
    """Text as the base can hold it: what it cannot hold is taken out, and nobody is bothered with it."""

    def to_python(self, value: Any) -> Any:
        """Return the text without NUL and lone surrogates."""
        return super().to_python(storable(value) if isinstance(value, str) else value)


class ManyFiles(forms.ClearableFileInput):
    """A field in which several files may be chosen."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Up to five files, ten megabytes in all."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=ManyFiles(attrs={"multiple": True}), required=False, **more)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the files chosen; raise with what is too much, in a sentence."""
        chosen = [file for file in (data or []) if isinstance(file, UploadedFile)]
        if len(chosen) > MOST_FILES:
            raise forms.ValidationError(
                _("You chose %(n)s files; five at most. Choose again those that matter.") % {"n": len(chosen)}
            )
        weight = sum(file.size or 0 for file in chosen)
        if weight > MOST_BYTES:
            raise forms.ValidationError(
                ngettext(
                    "This file weighs %(weight)s, the limit is 10 MB. Choose a lighter one, or send it by e-mail.",
                    "These files weigh %(weight)s, the limit is 10 MB. Choose fewer, or send them by e-mail.",
                    len(chosen),
                )
                % {"weight": french.weight(weight)}
            )
        return chosen


class WriteForm(forms.Form):
    """What happens, and where to answer."""

    prefix = "write"
    text = Words(label=gettext_lazy("What is happening?"), max_length=MOST_TEXT, widget=forms.Textarea)
    reach = Words(label=gettext_lazy("Where to answer you"), required=False, max_length=320)
    name = Words(label=gettext_lazy("Your name"), required=False, max_length=200)
    order = Words(label=gettext_lazy("Order number"), required=False, max_length=80)
    attached = Files(label=gettext_lazy("Photos or files"))

    def __init__(self, *args: Any, region: str = "FR", **more: Any) -> None:
        self.region = region
        super().__init__(*args, **more)
        self.fields["text"].error_messages["required"] = _("Write a few words: what is happening?")
        self.fields["reach"].widget.attrs |= {"autocomplete": "email"}
        self.fields["name"].widget.attrs |= {"autocomplete": "name"}
        self.fields["order"].widget.attrs |= {"autocomplete": "off"}
        self.fields["text"].widget.attrs |= {"rows": 5}

    def clean_reach(self) -> str:
        """Check the address, whichever it is."""
        typed = str(self.cleaned_data["reach"]).strip()
        if "@" in typed:
            _check_email(typed)
        elif typed:
            _check_phone(typed, self.region)
        return typed

    @property
    def email(self) -> str:
        """The e-mail address given, or nothing."""
        reach = str(self.cleaned_data.get("reach", ""))
        return reach if "@" in reach else ""

    @property
    def phone(self) -> str:
        """The telephone number given, or nothing."""
        reach = str(self.cleaned_data.get("reach", ""))
        return "" if "@" in reach else reach


class CallForm(forms.Form):
    """When to call, at which number."""

    prefix = "call"
    slot = forms.ChoiceField(label=gettext_lazy("When to call you"), widget=forms.RadioSelect)
    phone = Words(label=gettext_lazy("Your number"), max_length=80)
    name = Words(label=gettext_lazy("Your name"), required=False, max_length=200)
    words = Words(label=gettext_lazy("In a few words"), required=False, max_length=500)

    def __init__(self, *args: Any, slots: Sequence[str], region: str = "FR", **more: Any) -> None:
        self.region = region
        super().__init__(*args, **more)
        slot = self.fields["slot"]
        assert isinstance(slot, forms.ChoiceField)
        slot.choices = [(value, value) for value in slots]
        slot.error_messages |= {
            "required": _("Choose an hour."),
            "invalid_choice": _("This hour has just been taken. Choose another."),
        }
        self.fields["phone"].error_messages["required"] = _("Which number should we call?")
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["phone"].widget.input_type = "tel"
        self.fields["name"].widget.attrs |= {"autocomplete": "name"}

    def clean_phone(self) -> str:
        """Check the number."""
        typed = str(self.cleaned_data["phone"]).strip()
        _check_phone(typed, self.region)
        return typed


class AnswerForm(forms.Form):
    """One more word on a follow-up page."""

    prefix = "answer"
    text = Words(label=gettext_lazy("Your answer"), required=False, max_length=MOST_TEXT, widget=forms.Textarea)
    attached = Files(label=gettext_lazy("Photos or files"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].widget.attrs |= {"rows": 4}

    def clean(self) -> dict[str, Any]:
        """Something must be said, or joined."""
        said = self.cleaned_data
        if "text" in said and not said["text"].strip() and not said.get("attached") and not self.errors:
            self.add_error("text", _("Write a few words, or join a file."))
        return said


class LinksForm(forms.Form):
    """To which address fresh links go."""

    email = Words(label=gettext_lazy("Your e-mail address"), max_length=320)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["email"].error_messages["required"] = _("Which address did you write to us from?")
        self.fields["email"].widget.attrs |= {"autocomplete": "email", "inputmode": "email"}

    def clean_email(self) -> str:
        """Check the address."""
        typed = str(self.cleaned_data["email"]).strip()
        _check_email(typed)
        return typed


def posted_files(files: Sequence[UploadedFile[bytes]]) -> list[PostedFile]:
    """Return the chosen files as the envelope holds them."""
    return [
        PostedFile(
            name=storable(file.name or "")[-255:],
            type=(file.content_type or "")[:200],
            data=b64encode(file.read()).decode(),
        )
        for file in files
    ]


def _check_email(typed: str) -> None:
    value = normalised_email(typed)
    if value is None or "." not in value.rpartition("@")[2]:
        raise forms.ValidationError(_("This address is not whole: it looks like name@provider.fr."))


def _check_phone(typed: str, region: str) -> None:
    missing = french_digits_missing(typed) if region == "FR" else 0
    if missing:
        one = _("There is one digit missing.") if missing > 0 else _("There is one digit too many.")
        many = _("There are %(n)s digits missing.") if missing > 0 else _("There are %(n)s digits too many.")
        n = abs(missing)
        raise forms.ValidationError(one if n == 1 else many % {"n": _NUMBERS.get(n, french.number(n))})
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise forms.ValidationError(_("This is neither a telephone number nor an e-mail address."))
