"""Pure rules: cursors, slices, waits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egards.api.rules import WAITS, cursor_of, first_id_at, read_cursor, slices_of_list, wait_after
from egards.core.ids import new_id

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_is_read_as_it_was_written(at: datetime, id_: UUID) -> None:
    assert read_cursor(cursor_of(at, id_)) == (at, id_)


@pytest.mark.parametrize("cursor", ["", "x", "é", "a" * 500, "Zm9v", cursor_of(datetime(2026, 1, 1), UUID(int=1))])  # noqa: DTZ001
def test_another_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_cursor(cursor)


@given(st.lists(JSON, max_size=6), st.sampled_from([None, 2]), st.booleans())
def test_slices_are_the_items_whatever_the_writing(items: list[object], indent: int | None, is_ascii: bool) -> None:
    raw = json.dumps(items, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    slices = slices_of_list(raw)
    assert [json.loads(piece) for piece in slices] == items
    assert all(piece in raw for piece in slices)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1", b"[1,", b"12", b"\xff"])
def test_what_is_not_a_list_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        slices_of_list(raw)


def test_ids_made_since_a_moment_come_after_its_first() -> None:
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert new_id(at - timedelta(milliseconds=1)) < first_id_at(at) <= new_id(at)


def test_waits_grow_then_stay_and_are_spread_by_ten_percent() -> None:
    assert [wait_after(n, chance=0.5).total_seconds() for n in (1, 2, 9, 50)] == [60, 120, WAITS[-1], WAITS[-1]]
    assert wait_after(1, chance=0).total_seconds() == pytest.approx(54)
    assert wait_after(1, chance=1).total_seconds() == pytest.approx(66)
