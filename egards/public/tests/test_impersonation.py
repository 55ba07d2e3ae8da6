"""Twenty forms in others' names show nothing of theirs; ``make test-impersonation`` tries a thousand."""

from __future__ import annotations

from typing import Any

import pytest

from egards.conversations.tokens import link_token
from egards.public.tests.impersonation import SECRET, Impostor
from egards.public.tests.visits import Visit, house
from tests.builders import proved_mailbox
from tests.members import adviser

pytestmark = pytest.mark.django_db


@pytest.fixture
def impostor(friday: Any) -> Impostor:
    house()
    return Impostor(Visit(friday), proved_mailbox(), adviser("alice"), seed=20)


def test_twenty_forms_in_others_names_show_nothing(impostor: Impostor) -> None:
    victims = [impostor.customer(n) for n in range(4)]
    for n in range(20):
        impostor.forge(victims[n % 4])
    impostor.fuzz(victims[0], 30)
    impostor.outlive(victims)
    assert impostor.found.shown == []
    assert impostor.found.opened == []
    assert sum(impostor.found.forms.values()) == 20
    assert impostor.found.told["réponses"] > 0
    assert impostor.found.told["réunies"] > 0


def test_the_trap_would_be_seen(impostor: Impostor) -> None:
    """The customer's own link does show it all: the secrets are where the impostor looks for them."""
    victim = impostor.customer(1)
    impostor.found.look("le vrai client", impostor.visit.get(f"/suivi/{link_token(victim.link)}/"))
    assert len(impostor.found.shown) == 1
    assert impostor.visit.page.count(SECRET) > 4
