"""Encrypted archives and their keys, without a base."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from egards.cli.vault import VaultClosed, drop_old_keys, month_key, read_keys, reading, writing


def test_a_month_has_one_key_that_only_we_read(tmp_path: Path) -> None:
    first, again = (str(month_key(tmp_path / "k", date(2026, 11, day))) for day in (1, 30))
    assert first == again
    assert str(month_key(tmp_path / "k", date(2026, 12, 1))) != first
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "k").iterdir()} == {0o600}


def test_a_key_dies_35_days_after_its_month(tmp_path: Path) -> None:
    month_key(tmp_path, date(2026, 11, 3))
    month_key(tmp_path, date(2026, 12, 3))
    assert drop_old_keys(tmp_path, date(2027, 1, 4)) == []
    assert drop_old_keys(tmp_path, date(2027, 1, 5)) == ["2026-11.key"]
    assert [p.name for p in tmp_path.glob("*.key")] == ["2026-12.key"]


def test_what_was_written_is_read_back_in_order(tmp_path: Path) -> None:
    key = month_key(tmp_path / "k", date(2026, 11, 3))
    noise = os.urandom(3_000_000)
    with writing(tmp_path / "a.age", key) as archive:
        archive.add("one", "été".encode())
        archive.add("two", noise)
    with reading(tmp_path / "a.age", read_keys(tmp_path / "k")) as members:
        assert [(name, stream.read()) for name, stream in members] == [("one", "été".encode()), ("two", noise)]
    assert (tmp_path / "a.age").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kept", [0, 100, 200_000, -1])
def test_a_cut_archive_is_refused(tmp_path: Path, kept: int) -> None:
    key = month_key(tmp_path / "k", date(2026, 11, 3))
    with writing(tmp_path / "a.age", key) as archive:
        archive.add("one", os.urandom(400_000))
    whole = (tmp_path / "a.age").read_bytes()
    (tmp_path / "a.age").write_bytes(whole[:kept])
    with (
        pytest.raises(VaultClosed, match="sauvegarde"),
        reading(tmp_path / "a.age", [key]) as members,
    ):
        list(members)


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    key = month_key(tmp_path / "k", date(2026, 11, 3))
    with writing(tmp_path / "a.age", key) as archive:
        archive.add("one", os.urandom(400_000))
    whole = bytearray((tmp_path / "a.age").read_bytes())
    whole[300_000] ^= 1
    (tmp_path / "a.age").write_bytes(whole)
    with pytest.raises(VaultClosed), reading(tmp_path / "a.age", [key]) as members:
        [stream.read() for _name, stream in members]


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    with writing(tmp_path / "a.age", month_key(tmp_path / "k", date(2026, 11, 3))) as archive:
        archive.add("one", b"mot")
    month_key(tmp_path / "other", date(2026, 11, 3))
    with (
        pytest.raises(VaultClosed, match="clés"),
        reading(tmp_path / "a.age", read_keys(tmp_path / "other")) as members,
    ):
        list(members)


def test_a_folder_without_a_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VaultClosed):
        read_keys(tmp_path)
    (tmp_path / "2026-11.key").write_bytes(b"\xff")
    with pytest.raises(VaultClosed):
        read_keys(tmp_path)


def test_a_fault_while_writing_leaves_no_file(tmp_path: Path) -> None:
    key = month_key(tmp_path / "k", date(2026, 11, 3))
    with pytest.raises(TypeError), writing(tmp_path / "a.age", key) as archive:
        archive.add("one", None)  # type: ignore[arg-type]
    assert [p.name for p in tmp_path.iterdir()] == ["k"]
