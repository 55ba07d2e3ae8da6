"""The clock's job beside somebody who answers: it takes what they hold up again later, and never waits for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from egards.consent.loading import load_pack
from egards.conversations.actions.promises import settle_due
from egards.conversations.models import Conversation, Promise
from egards.core.clock import now
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_somebody_is_answering_is_left_for_the_next_turn() -> None:
    load_pack()
    say(posted("Où est ma table ?", email="odile@client.example"), at=api_touchpoint(), when=now())
    Promise.objects.update(due_at=now() - timedelta(minutes=1))
    conversation = Conversation.objects.get()
    answering = connection.copy()
    try:
        with transaction.atomic(), answering.cursor() as cursor:
            answering.set_autocommit(False)
            cursor.execute("SELECT 1 FROM conversations_conversation WHERE id = %s FOR UPDATE", [conversation.pk])
            assert settle_due() == 0
            answering.rollback()
    finally:
        answering.close()
    assert settle_due() == 1
