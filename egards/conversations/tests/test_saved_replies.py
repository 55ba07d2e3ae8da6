"""Saved replies: kept once per title, never with a field that nobody would fill."""

from __future__ import annotations

import pytest

from egards.accounts.actions import brand_named
from egards.accounts.models import JournalEntry
from egards.conversations.actions.saved_replies import TitleTaken, UnknownFields, remove_reply, save_reply
from egards.conversations.models import SavedReply

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    brand = brand_named(name="Lindelle")
    reply = save_reply(brand=brand, title="Je regarde", text="Bonjour {prénom|vous}.", shortcut="Je regarde", by=None)
    assert reply.shortcut == "je-regarde"
    save_reply(brand=brand, title="Je regarde", text="Bonjour.", by=None, reply=reply)
    assert SavedReply.objects.get().text == "Bonjour."
    remove_reply(reply=reply, by=None)
    assert not SavedReply.objects.exists()
    verbs = JournalEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["reply saved", "reply saved", "reply removed"]


def test_a_field_that_nobody_fills_is_refused() -> None:
    with pytest.raises(UnknownFields) as refused:
        save_reply(brand=brand_named(name="Lindelle"), title="Non", text="Bonjour {prenom}", by=None)
    assert [problem.start for problem in refused.value.problems] == [8]


def test_a_title_serves_once_in_a_brand() -> None:
    lindelle, ormelle = brand_named(name="Lindelle"), brand_named(name="Ormelle")
    save_reply(brand=lindelle, title="Je regarde", text="Bonjour", by=None)
    with pytest.raises(TitleTaken):
        save_reply(brand=lindelle, title="Je regarde", text="Bonsoir", by=None)
    save_reply(brand=ormelle, title="Je regarde", text="Bonjour", by=None)
