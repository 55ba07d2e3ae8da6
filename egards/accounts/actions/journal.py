"""The journal: what a member or the house did, in ids and verbs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from egards.accounts.models import JournalEntry, Member


def note(*, by: Member | None, verb: str, subject: str, subject_id: UUID, **detail: Any) -> JournalEntry:
    """Write in the journal what a member (or, with None, the house) did. ``detail`` holds ids and counts only."""
    return JournalEntry.objects.create(
        by=by.pk if by else None, verb=verb, subject=subject, subject_id=subject_id, detail=detail
    )
