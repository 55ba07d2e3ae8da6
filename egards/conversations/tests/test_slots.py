"""Call-back slots: which are shown, which are full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egards.conversations.rules.slots import Slot, find_slot, free_slots
from egards.core.working_hours import Calendar, closes_at, is_open

PARIS = ZoneInfo("Europe/Paris")
WEEK = {day: ((time(9), time(12, 15)), (time(14), time(17))) for day in range(1, 6)}
HOUSE = Calendar("Europe/Paris", WEEK)


def moment(said: str) -> datetime:
    """Return a moment read on a clock in Paris."""
    return datetime.fromisoformat(said).replace(tzinfo=PARIS).astimezone(UTC)


def offered(at: str, *, days: int = 1, taken: Mapping[datetime, int] | None = None, per_slot: int = 1) -> list[Slot]:
    """Return the half hours offered by the house."""
    return free_slots(calendar=HOUSE, at=moment(at), minutes=30, per_slot=per_slot, taken=taken or {}, days=days)


def starts(slots: list[Slot]) -> list[str]:
    """Return when slots start, as the wall says it."""
    return [slot.starts_at.astimezone(PARIS).strftime("%d/%m %H:%M") for slot in slots]


def test_it_works() -> None:
    """Nothing begins at 12:00: a half hour from then ends at lunch."""
    assert starts(offered("2026-06-08 08:00")) == [
        f"08/06 {hour}" for hour in "09:00 09:30 10:00 10:30 11:00 11:30 14:00 14:30 15:00 15:30 16:00 16:30".split()
    ]


def test_a_slot_lasts_what_was_asked() -> None:
    assert offered("2026-06-08 08:00")[0] == Slot(moment("2026-06-08 09:00"), moment("2026-06-08 09:30"), True)


def test_the_first_leaves_time_to_get_ready() -> None:
    assert starts(offered("2026-06-08 14:00"))[0] == "08/06 14:30"
    assert starts(offered("2026-06-08 14:01"))[0] == "08/06 15:00"


def test_late_in_the_day_the_first_day_is_tomorrow() -> None:
    assert starts(offered("2026-06-08 16:15"))[0] == "09/06 09:00"


def test_days_are_days_with_slots() -> None:
    """From Friday evening: Monday 13 July, not the 14th, Wednesday and Thursday."""
    days = dict.fromkeys(start[:5] for start in starts(offered("2026-07-10 17:00", days=3)))
    assert list(days) == ["13/07", "15/07", "16/07"]


def test_a_full_slot_is_shown_full() -> None:
    taken = {moment("2026-06-08 09:30"): 2, moment("2026-06-08 10:00"): 1}
    found = offered("2026-06-08 08:00", taken=taken, per_slot=2)
    assert [slot.is_free for slot in found][:4] == [True, False, True, True]


def test_a_call_promised_before_the_hours_moved_still_takes_its_time() -> None:
    found = offered("2026-06-08 08:00", taken={moment("2026-06-08 09:45"): 1})
    assert [slot.is_free for slot in found][:4] == [True, False, False, True]


def test_the_clock_change_moves_nothing() -> None:
    assert starts(offered("2026-03-28 12:00"))[0] == "30/03 09:00"
    assert offered("2026-03-28 12:00")[0].starts_at == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_hours_that_never_open_offer_nothing() -> None:
    never = Calendar("Europe/Paris", {})
    assert free_slots(calendar=never, at=moment("2026-06-08 08:00"), minutes=30, per_slot=1, taken={}) == []


def test_a_slot_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="minute"):
        free_slots(calendar=HOUSE, at=moment("2026-06-08 08:00"), minutes=0, per_slot=1, taken={})


def test_a_slot_is_found_by_its_start() -> None:
    slots = offered("2026-06-08 08:00")
    assert find_slot(slots, datetime(2026, 6, 8, 9, 30, tzinfo=PARIS)) == slots[1]
    assert find_slot(slots, moment("2026-06-08 09:31")) is None


@given(
    minute=st.integers(0, 280 * 24 * 60),
    minutes=st.integers(5, 120),
    notice=st.integers(0, 300),
    closures=st.frozensets(st.dates(date(2026, 3, 20), date(2026, 12, 31)), max_size=20),
)
def test_every_slot_is_whole_open_apart_and_announced(
    minute: int, minutes: int, notice: int, closures: frozenset[date]
) -> None:
    at = datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=minute)
    calendar = Calendar("Europe/Paris", WEEK, closures=closures)
    found = free_slots(calendar=calendar, at=at, minutes=minutes, per_slot=1, taken={}, notice_minutes=notice)
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=minutes) for slot in found)
    assert all(slot.starts_at >= at + timedelta(minutes=notice) for slot in found)
    assert all(is_open(calendar, slot.starts_at) for slot in found)
    assert all(slot.ends_at <= (closes_at(calendar, slot.starts_at) or at) for slot in found)
    assert all(before.ends_at <= after.starts_at for before, after in pairwise(found))
    assert len({calendar.day_of(slot.starts_at) for slot in found}) == 3
