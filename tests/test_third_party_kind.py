"""Somebody else's package brings a kind by entry point: nothing of ours is edited."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from egards.interactions.models import Content
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.registry import UnknownKind, all_kinds, kind_named
from tests.builders import lindelle, say

MODULE = """
from egards.touchpoints.inbound import Inbound
from egards.touchpoints.kind import Kind


class Pigeon(Kind):
    kind = "pigeon"
    label = "Pigeon voyageur"

    def parse(self, raw, meta):
        return [Inbound(text=raw.decode())]
"""


@pytest.fixture
def pigeon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package, as pip would lay it out, for the time of one test."""
    (tmp_path / "pigeon_touchpoint.py").write_text(MODULE)
    info = tmp_path / "pigeon_touchpoint-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-touchpoint\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[egards.touchpoints]\npigeon = pigeon_touchpoint:Pigeon\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    all_kinds.cache_clear()
    yield
    all_kinds.cache_clear()
    sys.modules.pop("pigeon_touchpoint", None)


@pytest.mark.django_db
@pytest.mark.usefixtures("pigeon")
def test_it_works() -> None:
    touchpoint = open_touchpoint(brand=lindelle(), kind="pigeon", name="Colombier")
    (word,) = say("Bien arrivé.".encode(), at=touchpoint)
    assert Content.objects.get(pk=word.pk).text == "Bien arrivé."


def test_without_the_package_the_kind_is_unknown_and_the_sentence_lists_the_others() -> None:
    with pytest.raises(UnknownKind, match=r"pigeon.*mail"):
        kind_named("pigeon")


def test_every_module_of_kinds_is_found() -> None:
    assert {"api", "example", "mail", "verbatims"} <= set(all_kinds())
