"""One clock in a file for all the processes of a test house, and for no other house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from egards.core import clock
from egards.core.clock import NoSharedClock, SharedClock, is_told_by_file, moved_to, now, shared_clock

AT = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)


def test_a_house_tells_the_real_time() -> None:
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert not is_told_by_file()


def test_two_readers_follow_one_file(tmp_path: Path) -> None:
    hand = SharedClock.make(tmp_path / "clock", AT)
    reader = SharedClock(tmp_path / "clock")
    assert reader.read() == AT
    hand.write(AT + timedelta(days=40))
    assert reader.read() == AT + timedelta(days=40)


def test_now_follows_the_file_and_a_moved_block_goes_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_shared", SharedClock.make(tmp_path / "clock", AT))
    assert now() == AT
    with moved_to(AT - timedelta(days=1)):
        assert now() == AT - timedelta(days=1)
    assert now() == AT


def test_a_file_tells_no_time_outside_of_a_test(tmp_path: Path) -> None:
    SharedClock.make(tmp_path / "clock", AT)
    with pytest.raises(NoSharedClock):
        shared_clock(str(tmp_path / "clock"), is_test=False)
    assert shared_clock("", is_test=False) is None
