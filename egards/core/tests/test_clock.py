"""The clock can be moved, in one place, and comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from egards.core.clock import is_moved, moved_to, now
from egards.core.ids import new_id

THEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_it_stands_where_it_is_moved_and_comes_back() -> None:
    with moved_to(THEN):
        assert now() == THEN
        with moved_to(THEN + timedelta(hours=1)):
            assert now() == THEN + timedelta(hours=1)
        assert now() == THEN
        assert is_moved()
    assert not is_moved()
    assert datetime.now(UTC) - now() < timedelta(seconds=5)


def test_it_comes_back_after_a_fault() -> None:
    with pytest.raises(ZeroDivisionError), moved_to(THEN):
        _ = 1 / 0
    assert not is_moved()


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), moved_to(datetime(2026, 3, 2)):  # noqa: DTZ001
        pass


@time_machine.travel(THEN + timedelta(days=200))
def test_ids_follow_the_moved_clock_back_and_rise_within_a_moment() -> None:
    late = new_id()
    with moved_to(THEN):
        ids = [new_id() for _ in range(500)]
    assert ids == sorted(ids)
    assert all(one.int >> 80 == int(THEN.timestamp() * 1000) for one in ids)
    assert ids[-1] < late < new_id()
