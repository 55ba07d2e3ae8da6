"""Which relay a mail provider wants its customers to send through, as they say it themselves.

Providers are known by the domains of their addresses, and by who receives the mail of other domains (MX). The values
are those of their help pages; people may change them before anything is sent. Nothing here asks the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from egards.touchpoints.smtp import STARTTLS, TLS


class Asks(StrEnum):
    """What a provider wants besides the address and its password."""

    NOTHING = ""
    APP_PASSWORD = "app password"  # one made for programs, in the account's own settings
    LEAVE = "leave"  # an administrator lets the mailbox send by SMTP first
    OTHER_DOOR = "other door"  # it takes no password from programs at all
    OFFER = "offer"  # the relay depends on what was bought


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail relay; ``signs_in_with`` « local » when the provider wants the part before the @."""

    host: str
    port: int = 465
    security: str = TLS
    signs_in_with: str = "address"
    asks: Asks = Asks.NOTHING

    def username(self, address: str) -> str:
        """Return the name with which the owner of an address signs in."""
        return address.rpartition("@")[0] if self.signs_in_with == "local" else address


_ORANGE = Relay("smtp.orange.fr")
_SFR = Relay("smtp.sfr.fr")
_GOOGLE = Relay("smtp.gmail.com", asks=Asks.APP_PASSWORD)
_YAHOO = Relay("smtp.mail.yahoo.com", asks=Asks.APP_PASSWORD)
_APPLE = Relay("smtp.mail.me.com", 587, STARTTLS, asks=Asks.APP_PASSWORD)
_OUTLOOK = Relay("smtp-mail.outlook.com", 587, STARTTLS, asks=Asks.OTHER_DOOR)
_INFOMANIAK = Relay("mail.infomaniak.com")

#: By the domain of the address itself.
_BY_DOMAIN = {
    **dict.fromkeys(("orange.fr", "wanadoo.fr"), _ORANGE),
    "free.fr": Relay("smtp.free.fr", signs_in_with="local"),
    **dict.fromkeys(("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr"), _SFR),
    "bbox.fr": Relay("smtp.bbox.fr", 587, STARTTLS),
    "laposte.net": Relay("smtp.laposte.net"),
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GOOGLE),
    **dict.fromkeys(("yahoo.fr", "yahoo.com", "ymail.com", "rocketmail.com"), _YAHOO),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _APPLE),
    **dict.fromkeys(
        ("outlook.fr", "outlook.com", "hotmail.fr", "hotmail.com", "live.fr", "live.com", "msn.com"), _OUTLOOK
    ),
    **dict.fromkeys(("ik.me", "ikmail.com"), _INFOMANIAK),
}
#: By the end of the name that receives a domain's mail.
_BY_RECEIVER = {
    "mail.ovh.net": Relay("ssl0.ovh.net", asks=Asks.OFFER),
    "ovh.net": Relay("ssl0.ovh.net", asks=Asks.OFFER),
    "mail.gandi.net": Relay("mail.gandi.net"),
    "ionos.fr": Relay("smtp.ionos.fr"),
    "1and1.fr": Relay("smtp.ionos.fr"),
    "infomaniak.ch": _INFOMANIAK,
    "infomaniak.com": _INFOMANIAK,
    "hostinger.com": Relay("smtp.hostinger.com"),
    "google.com": _GOOGLE,
    "googlemail.com": _GOOGLE,
    "mail.protection.outlook.com": Relay("smtp.office365.com", 587, STARTTLS, asks=Asks.LEAVE),
    "mx.microsoft": Relay("smtp.office365.com", 587, STARTTLS, asks=Asks.LEAVE),
}


def relay_of_domain(domain: str) -> Relay | None:
    """Return the relay of a provider's own addresses."""
    return _BY_DOMAIN.get(domain)


def relay_of_receiver(name: str) -> Relay | None:
    """Return the relay of the provider behind a name that receives mail (« mx1.mail.ovh.net »)."""
    labels = name.rstrip(".").lower().split(".")
    ends = (".".join(labels[n:]) for n in range(len(labels) - 1))
    return next((_BY_RECEIVER[end] for end in ends if end in _BY_RECEIVER), None)
