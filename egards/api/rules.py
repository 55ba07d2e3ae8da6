"""Pure rules: cursors, slices of a posted list, and how long to wait before trying a receiver again."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime, timedelta
from uuid import UUID

#: How long to wait after the first failure, the second… in seconds; then the last one again.
WAITS = (60, 120, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
#: A delivery is tried for this long; an endpoint that has failed for this long is closed.
PATIENCE = timedelta(hours=72)
#: A failing endpoint rests at most this long before something else is tried there.
LONGEST_REST = timedelta(hours=1)

_SPACE = " \t\n\r"


def wait_after(failures: int, *, chance: float) -> timedelta:
    """Return how long to wait after ``failures`` (1 or more) in a row. ``chance`` in 0..1 spreads retries by ±10 %."""
    seconds = WAITS[min(max(failures, 1), len(WAITS)) - 1]
    return timedelta(seconds=seconds * (0.9 + 0.2 * chance))


def cursor_of(at: datetime, id_: UUID) -> str:
    """Return an opaque cursor for a row known by a moment and an id."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}~{id_}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return the moment and id of a cursor. Raises ``ValueError`` when it is not one of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("curseur") from error
    moment, _, identifier = text.partition("~")
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None:
        raise ValueError("curseur")
    return at, UUID(identifier)


def first_id_at(at: datetime) -> UUID:
    """Return the smallest UUIDv7 made at that moment or later (RFC 9562 §5.7: the first 48 bits are milliseconds)."""
    millis = min(max(int(at.timestamp() * 1000), 0), (1 << 48) - 1)
    return UUID(int=millis << 80)


def slices_of_list(raw: bytes) -> list[bytes]:
    """Return the exact bytes of each item of a JSON list. Raises ``ValueError`` when it is not a list."""
    text = raw.decode("utf-8")
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        raise ValueError("une liste est attendue")
    at = _skip(text, at + 1)
    slices: list[bytes] = []
    while text[at : at + 1] != "]":
        _value, end = decoder.raw_decode(text, at)
        slices.append(text[at:end].encode())
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
    return slices


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
