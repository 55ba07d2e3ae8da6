"""Which message of ours a mail answers: the token of ours that it carries, wherever it survived the way back.

Only its shape is read here; whether we made it is for who keeps the key (``conversations/tokens.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .headers import Headers, first, header_text

_TOKEN = "([a-z2-7]{52})"
_ALONE = r"(?![a-z2-7])"
_IN_ADDRESS = re.compile(rf"\+{_TOKEN}@")
_IN_ID = re.compile(rf"^{_TOKEN}\.[0-9a-f]{{32}}@")
_IN_TEXT = re.compile(rf"\begards:{_TOKEN}{_ALONE}")
_RETURNED = re.compile(rb"^message-id:\s*<([a-z2-7]{52}|egards)\.([0-9a-f]{32})@", re.I | re.M)
_OURS = re.compile(r"([a-z2-7]{52}|egards)\.([0-9a-f]{32})@")
_FAILED = re.compile(rb"^action:\s*failed\b", re.I | re.M)
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")
_LONGEST = 4_000  # characters of a header searched
_LONGEST_BODY = 200_000
_LONGEST_REPORT = 300_000  # bytes


def reply_token(headers: Headers, answered: Iterable[str], *bodies: str) -> str:
    """Return the token in an address written to, else in an id answered, else in a text; empty without any."""
    for name in _RECIPIENTS:
        for value in headers.get(name, ()):
            if found := _IN_ADDRESS.search(header_text(value)[:_LONGEST].lower()):
                return found[1]
    for message_id in answered:
        if found := _IN_ID.match(message_id.lower()):
            return found[1]
    for body in bodies:
        if "egards:" in body and (found := _IN_TEXT.search(body[:_LONGEST_BODY])):
            return found[1]
    return ""


def ours_in(message_id: str) -> tuple[str, str]:
    """Return the token and the id of the delivery that a Message-ID of ours carries; empty when it is none of ours."""
    found = _OURS.match(message_id.lower())
    if found is None:
        return "", ""
    return "" if found[1] == "egards" else found[1], found[2]


def returned(headers: Headers, raw: bytes) -> tuple[str, str]:
    """Return the token and the id of the delivery that a report brings back for good (RFC 3464); empty otherwise.

    Only who was written to knows that id: a report that nobody sent cannot name it.
    """
    if not first(headers, "content-type").lower().startswith("multipart/report"):
        return "", ""
    report = raw[:_LONGEST_REPORT]
    ours = _RETURNED.search(report)
    if ours is None:
        return "", ""
    token = ours[1].decode().lower()
    return "" if token == "egards" else token, ours[2].decode().lower() if _FAILED.search(report) else ""
