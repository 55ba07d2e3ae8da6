"""The door of letters that another mail server hands over (LMTP, SMTP): whose they are, and their bytes committed.

Handed over again after a broken line, a letter has the same bytes: it is the same delivery, and is answered the same.
"""

from __future__ import annotations

import idna

from egards import jobnames
from egards.core.jobs import ask_for
from egards.interactions.doors import Delivery, receive
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.registry import all_kinds


def touchpoint_at(address: str) -> Touchpoint | None:
    """Return the open touchpoint that reads an address; what stands behind a « + » on its left says nothing of it."""
    wanted = _plain(address)
    names = [name for name, kind in all_kinds().items() if kind.has_mailbox]
    here = Touchpoint.objects.filter(kind__in=names, is_open=True).exclude(settings__address=None).order_by("id")
    return next((t for t in here.select_related("brand") if _plain(str(t.settings["address"])) == wanted), None)


def take_letter(*, touchpoint: Touchpoint, raw: bytes, sender: str, recipient: str, key: str = "") -> None:
    """Commit a letter; when this returns, and only then, the other side may be told « 250 ».

    What stood around it is written on top, as a last server does (RFC 5321 §4.4): an address in blind copy, or a token
    in it, would be lost otherwise. ``key`` is the other side's own id of this delivery, when it has one.
    """
    head = f"Return-Path: <{_one_line(sender)}>\r\nDelivered-To: {_one_line(recipient)}\r\n"
    receive(touchpoint=touchpoint, deliveries=[Delivery(head.encode("utf-8", "surrogateescape") + raw, key)])
    ask_for(jobnames.PROCESS_WAITING)


def largest() -> int:
    """Return how many bytes a letter may have at most."""
    return max(kind.max_bytes for kind in all_kinds().values() if kind.has_mailbox)


def _plain(address: str) -> str:
    local, _at, domain = address.strip().lower().rpartition("@")
    try:
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""
    return f"{local.partition('+')[0] or local}@{domain}"


def _one_line(address: str) -> str:
    return "".join(c for c in address if c.isprintable() or "\udc80" <= c <= "\udcff")[:998]
