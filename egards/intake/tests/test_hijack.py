"""A hundred mails that try to enter somebody's conversation; ``make test-hijack`` tries five thousand (S3)."""

from __future__ import annotations

import random

import pytest

from egards.consent.loading import load_pack
from egards.intake.tests.hijack import SIGNS, Attempt, Findings, Scene, attempt_on, drawn, scene, second_mailbox
from tests.builders import mailbox
from tests.members import adviser

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(db: None) -> Scene:
    load_pack()
    box = mailbox()
    return scene(box, second_mailbox(box, "Ormelle"), adviser("alice"))


def test_a_hundred_attempts_enter_where_they_may(stage: Scene) -> None:
    chance, found = random.Random(3), Findings()
    for n in range(100):
        attempt_on(stage, drawn(chance, n), n, found)
    assert found.wrong == []
    assert {sign for sign, _end in found.signs} == set(SIGNS)
    assert sum(n for end, n in found.ends.items() if end.startswith("entre")) > 10


def test_the_trap_would_be_seen(stage: Scene) -> None:
    """Were the stranger who had the token believed to be the customer, the table would say so."""
    found = Findings()
    stage.conversation.turns.filter(is_to_confirm=True).update(is_to_confirm=False)
    entering = Attempt("id d’un auteur à confirmer", "un inconnu déjà là", "reconnu", "ouverte", is_automatic=False)
    attempt_on(stage, entering, 1, found)
    assert len(found.wrong) == 2
    assert "attendu: seule" in found.wrong[0]
    assert "trudy@mechant.example" in found.wrong[1]
