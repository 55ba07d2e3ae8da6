"""The house's clock: one place to ask the time, so that tests and the demo can move it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

#: Where the clock was moved to, in this process; None: it is the real one. One process tells one town's story at a
#: time, in one thread: a plain global costs nothing to the million calls of a house that never moves it.
_moved: datetime | None = None


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) if _moved is None else _moved


@contextmanager
def moved_to(at: datetime) -> Iterator[None]:
    """Let it be ``at`` (aware) in this process for the time of the block: the clock stands still there.

    For the demo's town, which lives months in a minute. The base's own clock does not move; jobs and live events go
    by that one.
    """
    global _moved
    if at.tzinfo is None:
        raise ValueError("a moment without its zone")
    before, _moved = _moved, at.astimezone(UTC)
    try:
        yield
    finally:
        _moved = before


def is_moved() -> bool:
    """Say whether the clock is moved in this process."""
    return _moved is not None


def clamp_happened(claimed: datetime | None, received_at: datetime) -> datetime:
    """Return when a word was said: the claim kept between 2000 and its receipt, or the receipt without a claim."""
    if claimed is None:
        return received_at
    if claimed.tzinfo is None:
        claimed = claimed.replace(tzinfo=UTC)
    return min(max(claimed, EARLIEST), received_at)
