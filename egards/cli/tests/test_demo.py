"""``egards run`` and the demo: for this machine only, never in somebody's own house."""

from __future__ import annotations

from pathlib import Path

import pytest

from egards.cli.commands.run import keep_empty
from egards.cli.demo import check_hosts, hello, is_for_here, is_or_becomes_demo
from egards.cli.house import HouseError
from egards.core.house_mark import is_demo, is_marked, mark_house
from tests.cast import cast


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.5"])
def test_it_opens_on_this_machine(host: str) -> None:
    check_hosts(host)
    assert is_for_here(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "maison.example"])
def test_it_opens_to_nobody_else(host: str) -> None:
    with pytest.raises(HouseError, match="démonstration"):
        check_hosts(host)
    assert not is_for_here(host)


def test_it_does_not_open_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGARDS_URL", "http://localhost:8000")
    check_hosts("127.0.0.1")
    monkeypatch.setenv("EGARDS_URL", "https://clients.exemple.fr")
    with pytest.raises(HouseError, match=r"clients\.exemple\.fr"):
        check_hosts("127.0.0.1")


@pytest.mark.django_db
def test_a_new_house_becomes_the_demo_when_it_is_wanted() -> None:
    assert is_or_becomes_demo(is_wanted=True)
    assert not is_or_becomes_demo(is_wanted=False)


@pytest.mark.django_db
def test_a_house_made_with_new_or_opened_empty_never_does() -> None:
    keep_empty()
    assert is_marked()
    assert not is_demo()
    assert not is_or_becomes_demo(is_wanted=True)


@pytest.mark.django_db
def test_a_house_where_somebody_is_never_does() -> None:
    cast()
    assert not is_or_becomes_demo(is_wanted=True)


@pytest.mark.django_db
def test_a_demo_stays_one_and_is_not_opened_empty() -> None:
    mark_house(is_demo=True)
    assert is_or_becomes_demo(is_wanted=False)
    with pytest.raises(HouseError, match="démonstration"):
        keep_empty()


def test_a_visitor_is_told_who_to_be(tmp_path: Path) -> None:
    said = "\n".join(hello("http://localhost:8000", tmp_path))
    assert "http://localhost:8000/contact/" in said
    assert "ines@lindelle.example" in said
    assert "egards.py new" in said
