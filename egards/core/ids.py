"""UUIDv7 (RFC 9562 §5.7) made in Python, from receipt time, so that ids sort as words came in."""

from __future__ import annotations

import os
import threading
import uuid
from datetime import datetime

from egards.core.clock import is_moved, now

_lock = threading.Lock()
_last = 0
_last_moved = 0


def new_id(at: datetime | None = None) -> uuid.UUID:
    """Return a UUIDv7 for ``at`` (default: now). Ids made for now by one process strictly increase.

    While the clock is moved they increase within one moment, and follow it where it goes, also back.
    """
    if at is not None:
        return _uuid7(int(at.timestamp() * 1000), int.from_bytes(os.urandom(10), "big"))
    global _last, _last_moved
    with _lock:
        # 74 bits below the milliseconds: a step of up to 2**62 keeps ids unguessable and rising.
        millis = int(now().timestamp() * 1000)
        fresh = millis << 74 | int.from_bytes(os.urandom(10), "big") >> 6
        step = 1 + int.from_bytes(os.urandom(4), "big")
        if is_moved():
            _last_moved = value = _last_moved + step if _last_moved >> 74 == millis else fresh
        else:
            _last = value = max(fresh, _last + step)
    return _uuid7(value >> 74, (value & (1 << 74) - 1) << 6)


def _uuid7(millis: int, entropy: int) -> uuid.UUID:
    tail = entropy >> 6 & (1 << 74) - 1
    number = millis << 80 | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
    return uuid.UUID(int=number)
