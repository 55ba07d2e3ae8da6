"""The house's clock: one place to ask the time, so that tests and the demo can move it."""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def clamp_happened(claimed: datetime | None, received_at: datetime) -> datetime:
    """Return when a word was said: the claim kept between 2000 and its receipt, or the receipt without a claim."""
    if claimed is None:
        return received_at
    if claimed.tzinfo is None:
        claimed = claimed.replace(tzinfo=UTC)
    return min(max(claimed, EARLIEST), received_at)
