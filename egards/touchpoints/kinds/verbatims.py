"""Verbatims in tables: reviews, survey answers, comments read from .csv, .jsonl and .xlsx, one row a word."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from egards.touchpoints.inbound import Inbound, Meta
from egards.touchpoints.kind import Kind
from egards.touchpoints.tables import parse_row


class Verbatims(Kind):
    """One row of a file, kept as canonical JSON with the plan that says what its columns mean."""

    kind = "verbatims"
    label = _("Imported verbatims")
    icon = "quote"
    opens_conversations = False

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate one row."""
        return [parse_row(raw, meta)]
