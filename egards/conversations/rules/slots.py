"""Call-back slots that a customer may choose from: within the hours of those who call, less those already taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from egards.core.working_hours import HORIZON_DAYS, Calendar


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time, in UTC, when we may call. One that is full is shown, and cannot be chosen."""

    starts_at: datetime
    ends_at: datetime
    is_free: bool


def free_slots(
    *,
    calendar: Calendar,
    at: datetime,
    minutes: int,
    per_slot: int,
    taken: Mapping[datetime, int],
    days: int = 3,
    notice_minutes: int = 30,
) -> list[Slot]:
    """Return the slots of the next ``days`` days that have any, in order; none when the hours never open.

    Slots follow each other from the start of each open stretch, last ``minutes`` and end within it. The first starts
    ``notice_minutes`` after ``at`` or later. ``taken`` tells how many calls of that length were promised at each start:
    a slot is full when ``per_slot`` of them overlap it (hours may have moved since they were promised).
    """
    length = timedelta(minutes=minutes)
    if length <= timedelta():
        raise ValueError("A slot lasts a minute or more.")
    earliest = at.astimezone(UTC) + timedelta(minutes=notice_minutes)
    first = calendar.day_of(earliest)
    offered = (
        [start for start in _starts(calendar.slots_on(first + timedelta(days=n)), length) if start >= earliest]
        for n in range(HORIZON_DAYS)
    )
    return [
        Slot(start, start + length, _calls_during(start, length, taken) < per_slot)
        for starts in islice(filter(None, offered), days)
        for start in starts
    ]


def find_slot(slots: Iterable[Slot], starts_at: datetime) -> Slot | None:
    """Return the slot that starts then, full or not."""
    return next((slot for slot in slots if slot.starts_at == starts_at), None)


def _starts(stretches: Sequence[tuple[datetime, datetime]], length: timedelta) -> list[datetime]:
    return [opens + n * length for opens, closes in stretches for n in range((closes - opens) // length)]


def _calls_during(start: datetime, length: timedelta, taken: Mapping[datetime, int]) -> int:
    return sum(calls for promised, calls in taken.items() if abs(promised - start) < length)
