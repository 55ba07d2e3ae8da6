"""The specimen sheet: every component with the real styles, for every member, and the law of numbers on it adds up."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from egards.workspace.specimen import COUNTED, PROMISES
from egards.workspace.tests.conftest import As
from tests.cast import Cast, newcomer

COMPONENTS = (
    *("promise-soon", "promise-late", "promise-kept", "reading-sure", "word-in", "word-out", "word-call", "word-note"),
    *("fact", "fig", "empty", "refusal", "warn", "good", "toast-eg", "is-wrong", "palette", "cards-on-phone", "sum"),
)


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_shows(house: Cast, as_member: As, component: str) -> None:
    shown = as_member(house.alice).get("/specimen/").content.decode()
    assert re.search(rf'class="(?:[^"]* )?{component}[ "]', shown)


def test_whoever_has_no_role_yet_may_look(house: Cast, as_member: As) -> None:
    assert as_member(newcomer()).get("/specimen/").status_code == 200


def test_a_stranger_may_not(client: Client, house: Cast) -> None:
    assert client.get("/specimen/").status_code == 302


def test_its_figures_keep_the_law() -> None:
    assert all(line.law.holds for line in COUNTED)
    assert len({(promise.tone, promise.words) for promise in PROMISES}) == 7


def test_the_counter_shows_its_five_ends(house: Cast, as_member: As) -> None:
    shown = as_member(house.alice).get("/specimen/").content.decode()
    ends = shown[shown.index('class="sum"') :].split("</p>", 1)[0]
    for words in ("gardés", "doublons", "en quarantaine", "refusés", "en attente", "y est"):
        assert words in ends
