"""What a domain says of who may write in its name: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), and its MX.

Mail servers of customers read the same lines before they believe our letters. We only read them: signing is the
relay's work. Each answer is a finding with what to ask of the provider of the domain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

import dns.exception
import dns.rdatatype
import dns.resolver
from django.utils.translation import gettext as _

#: Seconds given to one question, and to all of them.
ONE_QUESTION: Final = 3.0
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_DMARC_LINE = "v=DMARC1; p=quarantine; rua=mailto:…"
_TAG = re.compile(r"\s*([a-z]{1,4})\s*=\s*([^;]*)", re.I)


class Unanswered(Exception):
    """Nobody answered in time: nothing is known, neither yes nor no."""


class Names(Protocol):
    """Who is asked. A name that does not exist has no lines."""

    def lines(self, name: str) -> Sequence[str]:
        """Return the TXT records of a name. Raises ``Unanswered``."""

    def receives(self, name: str) -> bool:
        """Say whether a domain has mail servers. Raises ``Unanswered``."""


class State(StrEnum):
    """What a line is worth."""

    GOOD = "good"
    WEAK = "weak"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the domain: what stands there, as a sentence, and what to ask of its provider (may be empty)."""

    about: str
    state: State
    said: str
    to_ask: str = ""


class DnsNames:
    """The name servers that this machine asks, each question limited in time."""

    def __init__(self, *, seconds: float = ONE_QUESTION) -> None:
        self.seconds = seconds

    def lines(self, name: str) -> Sequence[str]:
        """Return the TXT records of a name, each put together from its pieces."""
        return [b"".join(one.strings).decode("utf-8", "replace") for one in self._ask(name, dns.rdatatype.TXT)]

    def receives(self, name: str) -> bool:
        """Say whether a domain has an MX that is one (RFC 7505: « . » says that it takes no mail)."""
        return any(str(one.exchange) != "." for one in self._ask(name, dns.rdatatype.MX))

    def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> list[Any]:
        try:
            return list(dns.resolver.resolve(name, kind, lifetime=self.seconds, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise Unanswered from error


def findings(domain: str, selector: str, names: Names) -> list[Finding]:
    """Return what a domain says: SPF, DKIM under that selector (may be empty), DMARC, then whether it receives.

    At most six questions are asked; the first that nobody answers ends the asking.
    """
    found: list[Finding] = []
    for look in (_spf, lambda d, n: _dkim(d, selector.strip(), n), _dmarc, _mx):
        try:
            found.append(look(domain, names))
        except Unanswered:
            said = _("The name servers did not answer. Try again in a moment.")
            return [*found, Finding(_("Names"), State.UNKNOWN, said)]
    return found


def _spf(domain: str, names: Names) -> Finding:
    lines = [line for line in names.lines(domain) if line.lower().split(" ")[0] == "v=spf1"]
    ask = _("Ask for the SPF line that names the relay you write through, ending with « -all » or « ~all ».")
    if not lines:
        return Finding("SPF", State.MISSING, _("%s does not say who may write in its name.") % domain, ask)
    if len(lines) > 1:
        said = _("%s has several SPF lines: servers then read none of them.") % domain
        return Finding("SPF", State.WEAK, said, _("Ask for one line that holds them all."))
    words = lines[0].lower().split()
    closes = [word for word in words if word in ("all", "+all", "?all", "-all", "~all")]
    is_elsewhere = any(word.startswith("redirect=") for word in words)  # RFC 7208 §6.1: another domain says the rest
    if not (closes[0][0] in "-~" if closes else is_elsewhere):
        return Finding("SPF", State.WEAK, _("The SPF line lets anybody write: « %s ».") % lines[0][:300], ask)
    said = _("Who may write is said: « %s ». Check that your relay is among them.") % lines[0][:300]
    return Finding("SPF", State.GOOD, said)


def _dkim(domain: str, selector: str, names: Names) -> Finding:
    ask = _("Ask your relay to sign your letters (DKIM), for the selector it uses, and for the line to publish.")
    if not _SELECTOR.fullmatch(selector):
        said = _("Tell the selector of your relay to read its key: it is the « s= » of a letter that it signed.")
        return Finding("DKIM", State.UNKNOWN, said, ask)
    name = f"{selector}._domainkey.{domain}"
    keys = [tags for line in names.lines(name) if "p" in (tags := _tags(line))]
    if not keys:
        return Finding("DKIM", State.MISSING, _("No key stands at %s.") % name, ask)
    if not keys[0]["p"].strip():
        return Finding("DKIM", State.WEAK, _("The key at %s was taken back: letters signed with it fail.") % name, ask)
    return Finding("DKIM", State.GOOD, _("A key stands at %s.") % name)


def _dmarc(domain: str, names: Names) -> Finding:
    ask = _("Ask for the line “%(line)s” at _dmarc.%(domain)s.") % {"line": _DMARC_LINE, "domain": domain}
    where, lines = _dmarc_lines(domain, names)
    if len(lines) != 1:
        said = _("%s does not say what to do with letters that forge it.") % domain
        return Finding("DMARC", State.MISSING, said, ask)
    policy = lines[0].get("p", "").strip().lower()
    if where != domain:
        policy = lines[0].get("sp", policy).strip().lower()
    if policy in ("quarantine", "reject"):
        return Finding("DMARC", State.GOOD, _("Letters that forge %(domain)s are set aside (p=%(policy)s).") % {
            "domain": domain, "policy": policy,
        })  # fmt: skip
    said = _("Letters that forge %s are delivered all the same (p=none).") % domain
    return Finding("DMARC", State.WEAK, said, ask)


def _dmarc_lines(domain: str, names: Names) -> tuple[str, list[dict[str, str]]]:
    """The policy of the domain, else of the one above it that people register (two labels and more)."""
    labels = domain.split(".")
    for where in dict.fromkeys([domain, ".".join(labels[-2:])] if len(labels) > 1 else [domain]):
        lines = [line for line in names.lines(f"_dmarc.{where}") if line.strip().lower().startswith("v=dmarc1")]
        if lines:
            return where, [_tags(line) for line in lines]
    return domain, []


def _mx(domain: str, names: Names) -> Finding:
    if names.receives(domain):
        return Finding("MX", State.GOOD, _("%s receives mail: answers arrive somewhere.") % domain)
    said = _("%s receives no mail: nobody can answer you.") % domain
    return Finding("MX", State.MISSING, said, _("Ask for the MX line of the mailbox that reads this address."))


def _tags(line: str) -> dict[str, str]:
    return {found[1].lower(): found[2] for piece in line.split(";") if (found := _TAG.match(piece))}
