"""Fields that several settings forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from egards.accounts.actions import AccountError
from egards.accounts.models import Brand, Hours
from egards.accounts.rules import phone_as_dialled, phone_fault, refuses_answers
from egards.accounts.scope import Scope


class PhoneField(forms.CharField):
    """A number that customers may dial: it exists, and costs no more than a call."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 40)
        options.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}))
        super().__init__(**options)

    def clean(self, value: Any) -> str:
        """Return it as people write it."""
        typed: str = super().clean(value)
        if not typed:
            return ""
        if fault := phone_fault(typed):
            raise ValidationError(fault)
        return phone_as_dialled(typed)


class EmailField(forms.EmailField):
    """An e-mail address, refused in our words."""

    default_error_messages = {"invalid": _("This address is not whole: it looks like name@example.fr.")}


class AnsweredEmailField(EmailField):
    """An address that people read: one that says « do not reply » is refused."""

    def clean(self, value: Any) -> str:
        """Return it, or say why it cannot serve."""
        typed: str = super().clean(value)
        if refuses_answers(typed):
            raise ValidationError(_("An address that takes no answer cannot serve here. Try bonjour@…"))
        return typed


class BrandChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """One of some brands; with a single one there is nothing to ask."""

    def __init__(self, brands: QuerySet[Brand], **options: Any) -> None:
        options.setdefault("label", _("Brand"))
        super().__init__(brands, empty_label=None, **options)
        if len(brands) == 1:
            self.widget, self.initial = forms.HiddenInput(), brands[0].pk


class NameForm(forms.Form):
    """A new thing of a brand, by its name."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["brand"] = BrandChoice(whole_brands(scope))


def whole_brands(scope: Scope) -> QuerySet[Brand]:
    """Return the brands that a scope holds whole: a role at one place of a brand keeps nothing of the brand's own."""
    brands = Brand.objects.order_by("name")
    return brands if scope.is_house else brands.filter(pk__in=scope.brands)


def long_text(**options: Any) -> forms.CharField:
    """Return a field of some lines."""
    rows = options.pop("rows", 3)
    return forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": rows}), **options)


def hours_of(brand: Brand) -> QuerySet[Hours]:
    """Return the hours that a brand may choose from."""
    return Hours.objects.filter(brand=brand).order_by("name")


def put_error(form: forms.Form, error: AccountError) -> None:
    """Show what cannot be done beside its field, when it has one here."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
