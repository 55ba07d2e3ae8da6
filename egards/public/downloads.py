"""Files given to a customer: to be kept, never shown in the page, never sniffed, never run."""

from __future__ import annotations

import unicodedata

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

_LONGEST = 120


def download(data: bytes, *, name: str) -> HttpResponse:
    """Return bytes as a file to keep, whatever its sender said that it is."""
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, _safe_name(name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _safe_name(name: str) -> str:
    """A name without folders, control or direction characters, neither hidden nor too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    kept = " ".join(kept.split()).strip(". ")
    return kept[-_LONGEST:].strip(". ") or _("attachment")  # the end: it says what the file is
