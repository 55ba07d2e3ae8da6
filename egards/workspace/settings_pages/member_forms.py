"""What is asked about a member: who they are, what they do and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egards.accounts.models import Brand, Place, Role, Team
from egards.accounts.scope import Scope
from egards.workspace.settings_pages.forms import EmailField, PhoneField

#: What each role does, in a line.
DUTIES: dict[str, str | Promise] = {
    Role.Name.ADVISER: _("answers customers"),
    Role.Name.MANAGER: _("answers, and sees figures, quarantine and what leaves"),
    Role.Name.STORE: _("answers customers of one place"),
    Role.Name.EXPERT: _("reads, and leaves notes for those who answer"),
    Role.Name.PEOPLE: _("sees figures, never a customer’s word"),
    Role.Name.DATA: _("reads, exports and erases what people ask for"),
    Role.Name.ADMIN: _("does everything, and keeps these settings"),
}


class WhoForm(forms.Form):
    """A member's name and direct line."""

    name = forms.CharField(label=_("First and last name"), max_length=120, help_text=_("Customers read it."))
    phone = PhoneField(
        label=_("Direct line"), required=False, help_text=_("Stands under their letters, so that they can be called.")
    )


class RoleForm(forms.Form):
    """What somebody does, and where."""

    role = forms.ChoiceField(label=_("Role"), choices=(), help_text=_("Somebody may hold several."))
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("the whole house (administrators only)")
    )
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("Only at this place"), required=False, empty_label=_("everywhere")
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("none"))

    def __init__(self, *args: Any, scope: Scope, **options: Any) -> None:
        super().__init__(*args, **options)
        brands = Brand.objects.within(scope).order_by("name")
        fields: Any = self.fields
        fields["role"].choices = [(name, f"{Role.Name(name).label}\u202f: {duty}") for name, duty in DUTIES.items()]
        fields["brand"].queryset = brands
        fields["brand"].initial = brands[0].pk if len(brands) else None
        if not scope.is_house:
            fields["brand"].required, fields["brand"].empty_label = True, None
        fields["place"].queryset = Place.objects.within(scope).select_related("brand").order_by("brand__name", "name")
        fields["team"].queryset = Team.objects.within(scope).select_related("brand").order_by("brand__name", "name")
        for name in ("place", "team"):
            fields[name].label_from_instance = _with_brand if len(brands) > 1 else str
            if not fields[name].queryset.exists():
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Only an administrator goes without a brand."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("brand") is None and said.get("role") not in (None, Role.Name.ADMIN) and "brand" not in self.errors:
            self.add_error("brand", gettext("This role needs a brand."))
        return said

    def wish(self) -> dict[str, Any]:
        """What was chosen, as ``give_role`` takes it."""
        said = self.cleaned_data
        return {"name": said["role"]} | {key: said.get(key) for key in ("brand", "place", "team")}


class InviteForm(RoleForm, WhoForm):
    """Somebody who comes."""

    email = EmailField(label=_("E-mail address"), help_text=_("They sign in with it."))

    field_order = ("name", "email", "phone", "role", "brand", "place", "team")


class HandOverForm(forms.Form):
    """Who takes over the conversations of somebody who leaves."""

    to = forms.ChoiceField(label=_("Their conversations go to"), choices=(), required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["to"]
        field.choices = [("", _("nobody yet: back to the queue")), *colleagues]


class PasswordForm(forms.Form):
    """A name and a password, behind an invitation."""

    name = forms.CharField(label=_("Your first and last name"), max_length=120, help_text=_("Customers read it."))
    password = forms.CharField(
        label=_("A password of your own"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Twelve characters at least. Four words that nobody would put together do very well."),
    )

    def refuse(self, error: ValidationError) -> None:
        """Show what is wrong with the password beside it."""
        self.add_error("password", error)


def _with_brand(thing: Place | Team) -> str:
    return f"{thing.name} ({thing.brand.name})"
