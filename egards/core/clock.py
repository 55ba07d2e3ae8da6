"""The house's clock: one place to ask the time, so that tests and the demo can move it.

``moved_to`` moves it in one process. All the processes of one test house follow one clock together when
``EGARDS_CLOCK`` names a file that holds a moment (``make town``): whoever writes it moves their time. A house of
somebody's own must never be told the time by a file: it is refused unless ``EGARDS_TESTING=1`` says that this is a
test, and ``egards run`` refuses it in a house that is marked as somebody's own.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

#: Where the clock was moved to, in this process; None: it is the real one. One process tells one town's story at a
#: time, in one thread: a plain global costs nothing to the million calls of a house that never moves it.
_moved: datetime | None = None

#: One moment, in microseconds since 1970: eight bytes written in one go, never half read.
_MOMENT = struct.Struct("<q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SharedClock:
    """A moment in a file that several processes read; it stands still until somebody writes another."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._held = mmap.mmap(file.fileno(), _MOMENT.size)

    def read(self) -> datetime:
        """Return the moment."""
        return _EPOCH + timedelta(microseconds=_MOMENT.unpack_from(self._held)[0])

    def write(self, at: datetime) -> None:
        """Let it be ``at`` (aware) for everybody who reads this file."""
        _MOMENT.pack_into(self._held, 0, (at - _EPOCH) // timedelta(microseconds=1))

    @classmethod
    def make(cls, path: Path, at: datetime) -> SharedClock:
        """Return a clock in a new file."""
        path.write_bytes(bytes(_MOMENT.size))
        clock = cls(path)
        clock.write(at)
        return clock


class NoSharedClock(RuntimeError):
    """A file is to tell the time in a house that is no test."""


def shared_clock(path: str, *, is_test: bool) -> SharedClock | None:
    """Return the clock that ``EGARDS_CLOCK`` names, None without. Raises ``NoSharedClock`` outside of a test."""
    if not path:
        return None
    if not is_test:
        raise NoSharedClock("EGARDS_CLOCK is for test houses alone (EGARDS_TESTING=1).")
    return SharedClock(Path(path))


_shared = shared_clock(os.environ.get("EGARDS_CLOCK", ""), is_test=os.environ.get("EGARDS_TESTING") == "1")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    if _moved is None and _shared is None:
        return datetime.now(UTC)
    return _moved or (_shared.read() if _shared else datetime.now(UTC))


def is_told_by_file() -> bool:
    """Say whether a file tells this process the time."""
    return _shared is not None


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
