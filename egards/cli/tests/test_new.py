"""``egards new``: a house of one's own, empty; never upon another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from egards.cli.house import HouseError, choose_new_home, start_command
from tests.houses import House, Server


@pytest.fixture
def empty_base() -> Iterator[str]:
    """The address of a base without any table."""
    server, name = Server(os.environ["DATABASE_URL"]), f"new_{os.getpid()}"
    server.make_base(name)
    try:
        yield server.url_of(name)
    finally:
        server.drop_base(name)


def test_a_new_house_has_its_keys_and_its_tables_and_nobody_in_it(tmp_path: Path, empty_base: str) -> None:
    house = House(tmp_path / "ailleurs", empty_base)
    made = house.egards("new", tmp_path / "ma maison")
    assert made.returncode == 0, made.stderr
    assert f"EGARDS_HOME='{tmp_path / 'ma maison'}' ./egards.py run" in made.stdout
    assert (tmp_path / "ma maison" / "keys" / "house").exists()
    assert not house.home.exists()
    assert (house.count("accounts_member"), house.count("accounts_brand")) == (0, 0)
    assert house.count("consent_rule") > 0
    again = house.egards("new", tmp_path / "ma maison")
    assert (again.returncode, "une maison existe déjà" in again.stderr) == (1, True)


@pytest.mark.parametrize("sign", ["keys", "postgres"])
def test_a_folder_where_a_house_stands_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    monkeypatch.setenv("EGARDS_HOME", "ailleurs")
    (tmp_path / sign).mkdir()
    with pytest.raises(HouseError, match="une maison existe déjà"):
        choose_new_home(tmp_path)
    assert os.environ["EGARDS_HOME"] == "ailleurs"


def test_a_file_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGARDS_HOME", "ailleurs")
    (tmp_path / "notes").write_text("à garder")
    with pytest.raises(HouseError, match="est un fichier"):
        choose_new_home(tmp_path / "notes")


def test_an_empty_folder_or_none_becomes_the_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGARDS_HOME", "ailleurs")
    assert choose_new_home(tmp_path / "neuve") == tmp_path / "neuve"
    assert os.environ["EGARDS_HOME"] == str(tmp_path / "neuve")
    monkeypatch.setenv("EGARDS_HOME", str(tmp_path / "la mienne"))
    assert choose_new_home(None) == tmp_path / "la mienne"


def test_the_usual_folder_needs_no_word_to_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert start_command(tmp_path / "var") == "egards run"
    assert start_command(tmp_path / "l’autre") == f"EGARDS_HOME='{tmp_path / 'l’autre'}' egards run"
