"""What a brand says of itself and promises."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from egards.accounts.actions import BrandFacts, facts_of
from egards.accounts.models import Brand, Hours, Team
from egards.workspace.settings_pages.forms import AnsweredEmailField, PhoneField, hours_of, long_text

#: Fields of each part of the page, in order.
PARTS = {
    "known": ("name", "site", "phone", "email", "postal_address"),
    "law": ("mediator", "legal_notice", "privacy_notice"),
    "answers": ("answer_hours", "first_answer_hours", "hours", "default_team", "reopened_within_days"),
    "calls": ("phone_hours", "call_slot_minutes", "calls_per_slot"),
}


def _hours_field(label: Any, help_text: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, min_value=Decimal("0.5"), max_value=300, decimal_places=2, step_size=0.25
    )


class BrandForm(forms.Form):
    """All of a brand on one page."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As customers know you."))
    site = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    phone = PhoneField(
        label=_("Telephone"),
        required=False,
        help_text=_("Shown first wherever customers look for you. A surcharged number is refused."),
    )
    email = AnsweredEmailField(
        label=_("E-mail address"), required=False, help_text=_("Where customers write to you. It must be read.")
    )
    postal_address = long_text(label=_("Postal address"))
    mediator = long_text(
        label=_("Consumer mediator"),
        help_text=_("Name, address, website. Every final answer to a complaint must name them."),
    )
    legal_notice = long_text(label=_("Legal notice"), rows=5, help_text=_("Shown at the foot of customers’ pages."))
    privacy_notice = long_text(
        label=_("What you do with what customers write"),
        rows=5,
        help_text=_("Why you keep it, for how long, who reads it, whom to ask. Shown before they send."),
    )
    answer_hours = _hours_field(
        _("Answer within (hours)"), _("Counted in your open hours, holidays left out. Customers read it.")
    )
    first_answer_hours = _hours_field(
        _("First answer within (hours)"), _("Somebody who writes for the first time waits less.")
    )
    hours = forms.ModelChoiceField(
        Hours.objects.none(), label=_("Hours in which you answer"), required=False,
        empty_label=_("Monday to Friday, 9 to 18"),
    )  # fmt: skip
    default_team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team for what nobody has taken"), required=False, empty_label=_("nobody")
    )
    reopened_within_days = forms.IntegerField(
        label=_("A resolved conversation opens again for (days)"), min_value=0, max_value=365,
        help_text=_("An answer that comes later opens another conversation, linked to it."),
    )  # fmt: skip
    phone_hours = forms.ModelChoiceField(
        Hours.objects.none(), label=_("Hours of the telephone"), required=False, empty_label=_("the same")
    )
    call_slot_minutes = forms.IntegerField(
        label=_("Call-back slot (minutes)"), min_value=10, max_value=240, help_text=_("« Between 10 and 11 ».")
    )
    calls_per_slot = forms.IntegerField(
        label=_("Calls in one slot"), min_value=1, max_value=100, help_text=_("As many as you can really make.")
    )

    def __init__(self, data: Any = None, *, brand: Brand) -> None:
        super().__init__(data, initial=_initial(brand))
        for name in ("hours", "phone_hours"):
            _choice(self, name).queryset = hours_of(brand)
        _choice(self, "default_team").queryset = Team.objects.filter(brand=brand).order_by("name")

    def parts(self) -> dict[str, list[forms.BoundField]]:
        """The fields by part of the page."""
        return {part: [self[name] for name in names] for part, names in PARTS.items()}

    def facts(self) -> BrandFacts:
        """What was typed, as the action takes it."""
        return BrandFacts(**{name: self.cleaned_data[name].strip() for name in asdict(BrandFacts(name=""))})


class NewBrandForm(forms.Form):
    """A brand begins with its name."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As customers know you."))


def minutes(hours: Decimal) -> int:
    """Return hours as whole minutes."""
    return int(hours * 60)


def as_hours(minutes_: int) -> Decimal:
    """Return minutes as hours, as short as they can be written."""
    return (Decimal(minutes_) / 60).quantize(Decimal("0.01")).normalize()


def _initial(brand: Brand) -> dict[str, Any]:
    return asdict(facts_of(brand)) | {
        "answer_hours": f"{as_hours(brand.answer_minutes):f}",
        "first_answer_hours": f"{as_hours(brand.first_answer_minutes):f}",
        "reopened_within_days": brand.reopened_within_days,
        "call_slot_minutes": brand.call_slot_minutes,
        "calls_per_slot": brand.calls_per_slot,
        "hours": brand.hours_id,
        "phone_hours": brand.phone_hours_id,
        "default_team": brand.default_team_id,
    }


def _choice(form: forms.Form, name: str) -> Any:
    return form.fields[name]
