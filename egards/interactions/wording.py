"""Facts in words: addresses, roles and levels of proof as people read them."""

from __future__ import annotations

from typing import Final

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.interactions.models import Delivery, Handle
from egards.interactions.nowhere import NOWHERE

_ROLES: Final[dict[str, Promise]] = {
    "author": gettext_lazy("Author"),
    "to": gettext_lazy("To"),
    "cc": gettext_lazy("Copy to"),
    "about": gettext_lazy("About"),
    "on_behalf_of": gettext_lazy("On behalf of"),
    "forwarder": gettext_lazy("Handed on by"),
}
_PROOFS: Final[dict[str, Promise]] = {
    "none": gettext_lazy("no proof"),
    "claimed": gettext_lazy("declared"),
    "authenticated": gettext_lazy("authenticated"),
    "proved": gettext_lazy("answered from here"),
    "confirmed": gettext_lazy("confirmed by one of us"),
}
_ICONS: Final = {"email": "mail", "phone": "phone", "loyalty": "id", "social": "at", "device": "device-mobile-message"}


def role_label(role: str) -> str:
    """Return how somebody took part."""
    return str(_ROLES.get(role, role))


def proof_label(proof: str) -> str:
    """Return a level of proof as a few words that can stand beside an address."""
    return str(_PROOFS.get(proof, proof))


def handle_icon(kind: str) -> str:
    """Return the icon of a kind of address."""
    return _ICONS.get(kind, "id")


def state_in_words(state: str, provider_id: str = "") -> str:
    """Return how far a delivery went; one that left a demo is said to have left for nowhere."""
    if provider_id == NOWHERE.provider_id:
        return _("made believe to leave")
    return str(Delivery.State(state).label)


def shown_handle(handle: Handle) -> str:
    """Return an address as people write it: French numbers in pairs, others international."""
    if not handle.value:
        return _("address forgotten")
    if handle.kind != "phone":
        return handle.value
    try:
        number = phonenumbers.parse(handle.value, None)
    except phonenumbers.NumberParseException:
        return handle.value
    is_french = number.country_code == 33
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_french else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style).replace(" ", "\u00a0")
