"""How sure our own mail server is that a mail comes from the domain of its author (SPF, DKIM, DMARC; RFC 7489)."""

from __future__ import annotations

from collections.abc import Sequence

from ..inbound import Address, Proof
from .authentication import Verdict


def author_proof(verdicts: Sequence[Verdict], authors: Sequence[Address]) -> Proof:
    """Return what the verdicts of our own server prove of the one author: ``AUTHENTICATED``, ``CLAIMED`` or ``NONE``.

    Only what is aligned with the author's domain counts: DMARC of that domain, else a DKIM signature or an SPF pass of
    that domain or of one above it (who holds ``client.example`` speaks for ``mail.client.example``, never the other
    way round). ``NONE``: the domain itself says that it did not write this. Several authors prove nothing.
    """
    if len(authors) != 1 or authors[0].kind != "email":
        return Proof.CLAIMED
    domain = _domain(authors[0].value)
    dmarc = next((v for v in verdicts if v.method == "dmarc"), None)
    if dmarc is not None and _domain(dmarc.properties.get("header.from", domain)) == domain:
        if dmarc.result == "pass":
            return Proof.AUTHENTICATED
        if dmarc.result in ("fail", "permerror"):
            return Proof.NONE if dmarc.result == "fail" else Proof.CLAIMED
    aligned = any(v.result == "pass" and _speaks_for(_signer(v), domain) for v in verdicts)
    return Proof.AUTHENTICATED if aligned else Proof.CLAIMED


def _signer(verdict: Verdict) -> str:
    """The domain that a verdict is about; empty for the methods that say nothing of an author."""
    if verdict.method == "dkim":
        return _domain(verdict.properties.get("header.d") or verdict.properties.get("header.i", ""))
    if verdict.method == "spf":
        return _domain(verdict.properties.get("smtp.mailfrom", ""))
    return ""


def _speaks_for(signer: str, domain: str) -> bool:
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))


def _domain(value: str) -> str:
    return value.strip().rpartition("@")[2].strip("<>").rstrip(".").lower()
