"""The doctor says what is well, and stops at a base that is not up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from egards.cli import doctor
from egards.cli.doctor import examine
from egards.cli.house import House
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_house_in_order_is_well(tmp_path: Path) -> None:
    say(posted("Bonjour"), at=api_touchpoint())
    findings = list(examine(House(tmp_path, None)))
    assert {finding.health for finding in findings} == {"ok"}
    assert any("La loi tient : reçus 1 = gardés 1" in finding.sentence for finding in findings)


def test_a_new_base_is_told_and_nothing_else_is_asked_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "missing_migrations", lambda: ["core.0001_initial"])
    (finding,) = examine(House(tmp_path, None))
    assert finding.health == "wrong"
    assert "egards upgrade" in finding.sentence
