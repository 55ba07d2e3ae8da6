"""In a demo a letter is said to have left, and nobody gets it."""

from __future__ import annotations

from unittest.mock import patch
from uuid import uuid4

import pytest

from egards.core.models import Happening
from egards.interactions import nowhere
from egards.interactions.actions import handle_digest
from egards.interactions.models import Delivery, Handle
from egards.interactions.nowhere import lead_nowhere_when
from egards.interactions.outbox import put_out
from egards.interactions.sending import send_due
from egards.interactions.wording import state_in_words
from egards.touchpoints.models import Touchpoint
from tests.builders import mailbox, proved_mailbox

pytestmark = pytest.mark.django_db


def letter(box: Touchpoint) -> Delivery:
    """Write to Odile from a mailbox."""
    digest = handle_digest("email", "odile@client.example")
    odile = Handle.objects.create(digest=digest, kind="email", value="odile@client.example")
    said = put_out(touchpoint=box, permit_id=uuid4(), handle=odile, subject="Vos vis", text="Elles partent ce soir.")
    return Delivery.objects.get(interaction=said)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nowhere, "_asked", nowhere._asked)  # put back at the end
    lead_nowhere_when(lambda: True)


@pytest.mark.parametrize("box", [mailbox, proved_mailbox])
def test_it_leaves_and_no_relay_is_asked(demo: None, box: object) -> None:
    delivery = letter(box())  # type: ignore[operator]
    with patch("egards.touchpoints.kinds.mail.hand_over") as relay:
        assert send_due() == {"sent": 1}
    relay.assert_not_called()
    delivery.refresh_from_db()
    assert delivery.sent_at is not None
    assert Happening.objects.filter(kind="delivery sent", ref=delivery.interaction_id).count() == 1
    assert state_in_words(delivery.state, delivery.provider_id) == "départ simulé"


def test_a_real_house_holds_it() -> None:
    delivery = letter(mailbox())
    assert send_due() == {"held": 1}
    delivery.refresh_from_db()
    assert state_in_words(delivery.state, delivery.provider_id) == delivery.get_state_display()
