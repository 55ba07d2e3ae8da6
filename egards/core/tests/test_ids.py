"""Ids rise as words come in."""

from __future__ import annotations

from datetime import UTC, datetime

from egards.core.ids import new_id


def test_ids_strictly_rise() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 5000


def test_an_id_is_a_uuid7_of_its_moment() -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    one = new_id(at)
    assert one.version == 7
    assert one.variant == "specified in RFC 4122"
    assert one.int >> 80 == int(at.timestamp() * 1000)
