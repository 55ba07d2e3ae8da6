"""What a file is, by its first bytes: a sender's claim about it is worth nothing."""

from __future__ import annotations

import re

import puremagic

_LOOKED_AT = 262_144  # bytes: enough for the table of contents of the office formats we tell apart
_TEXT = re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f]*\Z")
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(!doctype html|html|svg|[a-z?!])", re.I | re.S
)
_MAIL = re.compile(rb"(?:from|received|return-path|subject|date|mime-version|message-id|delivered-to)[ \t]*:", re.I)
#: The commonest first: the library goes through a long list for each file.
_FIRST = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", ""),
    (b"MZ", "application/x-msdownload"),
    (b"{\\rtf", "application/rtf"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
)


def type_of(data: bytes, claimed: str) -> str:
    """The MIME type that the bytes show; for mere text the claimed one when it is a text type, else ``text/plain``.

    ``application/octet-stream`` when the bytes show nothing.
    """
    if not data:
        return claimed if claimed.startswith("text/") else "application/octet-stream"
    for start, kind in _FIRST:
        if kind and data.startswith(start):
            return kind
    if markup := _MARKUP.match(data[:2_000]):
        return _markup(markup[1].lower(), data, claimed)
    if _TEXT.match(data[:8_000]):
        return _words(data, claimed)
    return _by_library(data)


def _markup(name: bytes, data: bytes, claimed: str) -> str:
    if b"<svg" in data[:4_000].lower():
        return "image/svg+xml"
    if name in (b"html", b"!doctype html") or re.search(rb"<(?:html|body|script|head)\b", data[:4_000], re.I):
        return "text/html"
    if data.lstrip().startswith(b"<?xml"):
        return claimed if claimed.endswith("+xml") else "application/xml"
    return claimed if claimed.startswith("text/") else "text/plain"


def _words(data: bytes, claimed: str) -> str:
    if claimed == "message/rfc822" and _MAIL.search(data[:4_000]):
        return claimed
    if claimed.startswith(("text/", "message/")) or claimed in ("application/json", "application/pgp-signature"):
        return claimed
    return "text/plain"


def _by_library(data: bytes) -> str:
    try:
        found: str = puremagic.from_string(data[:_LOOKED_AT], mime=True)
    except (puremagic.PureError, ValueError, IndexError, OSError, KeyError):
        return "application/octet-stream"
    return found or "application/octet-stream"
