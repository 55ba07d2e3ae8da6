"""Strangers' bytes, served to be kept: never shown, never sniffed, never run."""

from __future__ import annotations

import unicodedata

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

LONGEST_NAME = 120


def download(data: bytes, *, name: str) -> HttpResponse:
    """Return bytes as a file to keep, whatever the sender says that they are."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, safe_name(name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def safe_name(name: str) -> str:
    """Return a file name without folders, control or direction characters, not hidden, not too long; never empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    plain = " ".join(plain.split()).strip(". ")
    if len(plain) > LONGEST_NAME:
        stem, dot, suffix = plain.rpartition(".")
        kept = f".{suffix}" if dot and len(suffix) <= 10 else ""
        plain = (stem or plain)[: LONGEST_NAME - len(kept)] + kept
    return plain or _("attachment")
