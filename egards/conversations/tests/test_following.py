"""When an address changes hands, the conversations that its words opened go with it, and come back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from egards.conversations.actions.following import split_customer, undo_customer_split
from egards.conversations.models import Conversation
from egards.customers.models import TimelineEntry
from egards.interactions.models import Handle
from tests.builders import api_touchpoint, posted, say
from tests.members import adviser

pytestmark = pytest.mark.django_db

WHEN = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def test_conversations_follow_their_first_word_both_ways() -> None:
    here, alice = api_touchpoint(), adviser("alice")
    say(
        posted("Voici mes deux adresses", email="odile@client.example", phone="0639984127"),
        posted("Ma table est fendue", email="odile@client.example"),
        posted("Où est ma lampe ?", phone="0639984127"),
        at=here,
        when=WHEN,
    )
    table, lamp = (Conversation.objects.get(need__startswith=need) for need in ("Ma table", "Où est"))
    assert table.customer == lamp.customer
    odile = table.customer
    assert odile is not None

    split = split_customer(customer=odile, handle=Handle.objects.get(kind="phone"), by=alice)
    table.refresh_from_db()
    lamp.refresh_from_db()
    assert (table.customer, lamp.customer) == (odile, split.made)
    promise = lamp.promises.get()
    assert TimelineEntry.objects.get(ref=promise.pk).customer == split.made

    undo_customer_split(split=split, by=alice)
    lamp.refresh_from_db()
    assert lamp.customer == odile
    assert TimelineEntry.objects.get(ref=promise.pk).customer == odile
