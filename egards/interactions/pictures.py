"""Pictures that a letter shows where it speaks, not only as files beside it (RFC 2387). Pure."""

from __future__ import annotations

from typing import Final
from uuid import UUID

#: What every mail program shows.
SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def picture_id(blob_id: UUID, content_type: str) -> str:
    """Return the id of a file's part in the letters that show it; empty for a file that is not shown."""
    return f"{blob_id.hex}@egards" if content_type.partition(";")[0].strip().lower() in SHOWN else ""
