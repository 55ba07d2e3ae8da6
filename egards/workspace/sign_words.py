"""What a list may be asked for of the last word's reading, in the words of the queue."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_LABELS: Final[dict[str, Promise]] = {
    "complaint": _("Complaint"),
    "urgent": _("Urgent"),
    "leaving": _("May leave"),
    "sensitive": _("Sensitive"),
    "praise": _("Praise"),
    "question": _("Question"),
}


def sign_label(code: str) -> str:
    """Return a sign in one word or two."""
    return str(_LABELS.get(code, code))
