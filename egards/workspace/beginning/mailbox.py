"""The mailbox of a new house: its address, then its relay as far as it can be known, then the code that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.db import transaction
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.accounts.actions import AccountError, facts_of, update_brand
from egards.accounts.models import Brand
from egards.touchpoints.actions import SendingError, begin_proof, finish_proof, open_touchpoint
from egards.touchpoints.finding import Found, find_relay
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.providers import Asks
from egards.workspace.beginning.forms import AddressForm, focused
from egards.workspace.settings_pages.sending import CodeForm, awaits_code, keep_sending, sending_form

#: What is asked of everybody; the rest of the form is the relay, which is found for them when it can be.
_ASKED = ("address", "password")

#: What a provider wants, in the words of who must do it.
ASKED_BY_PROVIDERS: dict[Asks, str | Promise] = {
    Asks.APP_PASSWORD: gettext_lazy(
        "Your provider wants a password made for programs: make one in your account, under « app passwords »."
    ),
    Asks.LEAVE: gettext_lazy(
        "Microsoft takes a password only if your administrator has allowed « SMTP AUTH » for this mailbox."
    ),
    Asks.OTHER_DOOR: gettext_lazy(
        "Microsoft takes no password from programs for these addresses: another mailbox is needed, or later."
    ),
    Asks.OFFER: gettext_lazy(
        "With OVH’s Email Pro or Exchange the relay has another name: your account there says it."
    ),
}


class MailboxStep:
    """What the second step shows of the mailbox, and what it takes: « find », « mailbox » or « code »."""

    def __init__(self, box: Touchpoint, what: str, data: Mapping[str, Any]) -> None:
        self.box = box
        self.what = what
        self.found: Found | None = None
        self.address_form = AddressForm(data if what == "find" else None, initial={"address": box.brand.email})
        self.form = sending_form(box, data if what == "mailbox" else None)
        self.code_form = CodeForm(data if what == "code" else None)

    def take(self) -> bool:
        """Do what was asked; say whether the page may go on."""
        if self.what == "find" and self.address_form.is_valid():
            self._find(self.address_form.cleaned_data["address"])
        taken = (self.what == "mailbox" and take_mailbox(self.box, self.form)) or (
            self.what == "code" and take_code(self.box, self.code_form)
        )
        if taken:
            self.box = mailbox_of(self.box.brand)
        return taken

    @property
    def shows(self) -> str:
        """What is asked now: « proved » (nothing more), « code », « relay » or « address »."""
        if self.box.is_proved and self.what != "mailbox":
            return "proved"
        if awaits_code(self.box) and self.what in ("", "code"):
            focused(self.code_form)
            return "code"
        if self.found or self.what == "mailbox" or (self.box.settings and self.what != "find"):
            focused(self.form, _ASKED)
            return "relay"
        focused(self.address_form)
        return "address"

    @property
    def asked(self) -> list[BoundField]:
        """The fields that are everybody's to fill: once the address is said, its password."""
        return [self.form[name] for name in (_ASKED[1:] if self.found else _ASKED) if name in self.form.fields]

    @property
    def relay(self) -> list[BoundField]:
        """The other fields."""
        asked = [field.name for field in self.asked]
        return [field for field in self.form if field.name not in asked]

    @property
    def relay_said(self) -> str:
        """The relay in a line, when it is known: it stays folded then."""
        if (self.found and not self.found.is_sure) or any(field.errors for field in self.relay):
            return ""
        said = {"host": self.form["host"].value(), "port": self.form["port"].value()}
        return _("Relay: %(host)s, port %(port)s") % said if said["host"] else ""

    @property
    def is_guess(self) -> bool:
        """Nobody told which relay it is."""
        return self.found is not None and not self.found.is_sure

    @property
    def hint(self) -> str | Promise:
        """What the provider wants besides."""
        return ASKED_BY_PROVIDERS.get(self.found.relay.asks, "") if self.found else ""

    def _find(self, address: str) -> None:
        self.found = find_relay(address)
        relay = self.found.relay
        known = {
            "address": address, "username": relay.username(address),
            "host": relay.host, "port": relay.port, "security": relay.security,
        }  # fmt: skip
        self.form = type(self.form)(initial={**self.form.initial, **known})
        if password := self.form.fields.get("password"):
            password.label = _("Password of %(address)s") % {"address": address}
            password.help_text = _("Kept encrypted, never shown again.")


def mailbox_of(brand: Brand) -> Touchpoint:
    """Return the mailbox that was begun, or a new one, not kept yet."""
    found = Touchpoint.objects.filter(brand=brand, kind="mail", settings__address__isnull=False).order_by("pk").first()
    return found or Touchpoint(brand=brand, kind="mail")


def take_mailbox(box: Touchpoint, form: forms.Form) -> bool:
    """Keep the mailbox and send its code; what cannot be done is said in the form."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            known = Touchpoint.objects.filter(pk=box.pk).first()
            known = known or open_touchpoint(brand=box.brand, kind="mail", name=_("E-mail"))
            kept = keep_sending(known, form, by=None)
            _say_address(box.brand, kept)
        if not kept.is_proved:
            begin_proof(touchpoint=kept, by=None)
    except (SendingError, AccountError) as error:
        form.add_error(None, str(error))
        return False
    return True


def take_code(box: Touchpoint, form: CodeForm) -> bool:
    """Take the code back: the address is proved."""
    if not form.is_valid():
        return False
    try:
        finish_proof(touchpoint=box, code=form.cleaned_data["code"], by=None)
    except SendingError as error:
        form.add_error("code", str(error))
        return False
    return True


def _say_address(brand: Brand, box: Touchpoint) -> None:
    """Customers may write to the address that writes to them."""
    if not brand.email:
        update_brand(brand=brand, facts=replace(facts_of(brand), email=box.settings["address"]), by=None)
