"""Finding the relay of an address: providers we know, else who receives its mail, else what its domain publishes.

Asking the name servers tells them the domain, nothing of the address: it is done when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import idna
from dns.exception import DNSException, Timeout
from dns.resolver import Resolver

from egards.touchpoints.providers import Relay, relay_of_domain, relay_of_receiver
from egards.touchpoints.smtp import STARTTLS, TLS

SECONDS = 2.0
#: RFC 8314 §5.1, then RFC 6186 §3.1: where a domain says that its people hand in their mail.
_PUBLISHED = (("_submissions._tcp.", TLS), ("_submission._tcp.", STARTTLS))

#: From a name and a type of record to what is published, best first.
Ask = Callable[[str, str], list[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """A relay; ``is_sure`` when a provider or the domain says it, not when it is only usual."""

    relay: Relay
    is_sure: bool


def find_relay(address: str, *, ask: Ask | None = None) -> Found:
    """Return the relay that an address sends through; two seconds a question, and none for providers we know."""
    domain = _domain(address)
    if known := relay_of_domain(domain):
        return Found(known, is_sure=True)
    try:
        published = _published(domain, ask or ask_names)
    except Timeout:  # the name servers are out of reach: what is usual is all we can offer
        published = None
    return Found(published or Relay(f"smtp.{domain}", 587, STARTTLS), is_sure=published is not None)


def ask_names(name: str, kind: str) -> list[str]:
    """Ask the name servers of this machine. Raises ``Timeout``; a name without such records has none."""
    try:
        found = [record.to_text() for record in Resolver().resolve(name, kind, lifetime=SECONDS)]
        return sorted(found, key=lambda said: (int(said.split()[0]), said))  # MX and SRV begin with their preference
    except Timeout:
        raise
    except DNSException:
        return []


def _published(domain: str, ask: Ask) -> Relay | None:
    for record in ask(domain, "MX"):
        if relay := relay_of_receiver(record.split()[-1]):
            return relay
    for prefix, security in _PUBLISHED:
        for record in ask(prefix + domain, "SRV"):
            _priority, _weight, port, host = record.split()
            name = host.rstrip(".").lower()
            # A relay of somebody else than the domain would be given its password: that one is left to people.
            if name == domain or name.endswith(f".{domain}"):
                return Relay(name, int(port), security)
    return None


def _domain(address: str) -> str:
    domain = address.rpartition("@")[2].lower()
    try:
        return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:  # no such name can exist: nobody will be found under it
        return domain
