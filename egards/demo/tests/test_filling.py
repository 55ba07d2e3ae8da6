"""A new house becomes a demo: told once, whatever cuts it; everything is accounted for, and nothing leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from egards.accounts.models import Member
from egards.consent.loading import load_pack
from egards.conversations.actions.errors import ConversationError
from egards.conversations.actions.states import resolve
from egards.conversations.models import Conversation, Event, Promise, Turn
from egards.core import house_mark
from egards.core.clock import now
from egards.core.house_mark import MarkedOtherwise, mark_house
from egards.core.models import Happening, LiveOutbox
from egards.customers.models import Customer
from egards.demo.filling import NotADemo, finish, found_town, may_become_demo, plan, tell, tell_rest, the_house
from egards.demo.models import Told, TownHere
from egards.demo.part import parts
from egards.interactions.models import Delivery, Interaction, Tally, Waiting
from egards.measures.models import DayFigure
from egards.touchpoints.actions import SendingError, begin_proof, finish_proof
from egards.touchpoints.models import Touchpoint
from tests.cast import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> Iterator[None]:
    """One day for all: what is drawn depends on it. Fourteen passwords hashed as they should be take a whole test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with time_machine.travel(datetime(2026, 11, 20, 15, tzinfo=UTC)):
        load_pack()
        yield


def small() -> TownHere:
    """A town of a few people over a few days."""
    return found_town(size=260, days=9)


def filled() -> tuple[TownHere, datetime]:
    """A small town, told until now."""
    here, until = small(), now()
    tell(here, until)
    finish(here, until)
    return here, until


def said() -> Counter[str]:
    """How many rows of each kind there are."""
    models = (Interaction, Conversation, Event, Promise, Delivery, Customer, Member, Touchpoint)
    return Counter({model.__name__: model.objects.count() for model in models})


def test_every_word_is_accounted_for() -> None:
    here, until = filled()
    law = dict(Tally.objects.values_list("status").annotate(n=Sum("n")))
    planned = sum(word.at < until for story in plan(here, until) for word in story.says)
    assert planned > 15
    assert law == {"received": planned, "stored": planned}
    assert not Waiting.objects.exists()
    assert Interaction.objects.filter(direction="in").count() == planned


def test_each_affair_is_one_conversation_whatever_was_said_in_it() -> None:
    here, until = found_town(size=600, days=8), now()
    tell(here, until)
    affairs = [story for story in plan(here, until) if not parts()[story.part].is_poured and story.begins_at < until]
    assert Conversation.objects.count() == len(affairs)
    again = [word for story in affairs for word in story.says[1:] if word.at < until]
    assert Turn.objects.filter(why__in=(Turn.Why.TOKEN, Turn.Why.LINK)).count() == len(again) > 0


def test_it_is_alive_answered_promised_and_counted() -> None:
    filled()
    assert Conversation.objects.filter(state="resolved").exists()
    assert Conversation.objects.exclude(state="resolved").exists()
    assert Promise.objects.filter(status="kept").exists()
    assert DayFigure.objects.exists()
    assert Member.objects.count() == 14
    moments = Interaction.objects.order_by("received_at").values_list("received_at", flat=True)
    assert now() - moments[0] > timedelta(days=6)


def test_the_history_disturbs_nobody() -> None:
    here, until = small(), now() - timedelta(hours=2)
    tell(here, until)
    finish(here, until)
    assert not LiveOutbox.objects.exists()
    assert not Happening.objects.filter(followed_at=None, kind="conversation opened").exists()


def test_nothing_leaves() -> None:
    filled()
    assert Delivery.objects.exists()
    assert not Delivery.objects.exclude(provider_id="nowhere").exists()
    assert not Touchpoint.objects.exclude(proved_at=None).exists()
    mailbox = the_house().mailbox
    with pytest.raises(SendingError, match="démonstration"):
        begin_proof(touchpoint=mailbox, by=None)
    with pytest.raises(SendingError, match="démonstration"):
        finish_proof(touchpoint=mailbox, code="123456", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Touchpoint.objects.filter(pk=mailbox.pk).update(proved_at=now(), proved_address="bonjour@lindelle.example")


def test_told_twice_it_says_nothing_twice() -> None:
    here, until = filled()
    before = said()
    tell(small(), until)
    finish(here, until)
    assert said() == before


def test_cut_and_taken_up_again_it_ends_the_same() -> None:
    here, until = small(), now()
    cut: list[int] = []
    tell(here, until, heard=cut.append, is_stopped=lambda: sum(cut) > 12)
    assert 0 < Told.objects.count() < len(plan(here, until))
    tell(here, until)
    finish(here, until)
    planned = sum(step.at < until for story in plan(here, until) for step in story.steps)
    assert Told.objects.aggregate(n=Sum("steps"))["n"] == planned
    words = sum(word.at < until for story in plan(here, until) for word in story.says)
    assert Interaction.objects.filter(direction="in").count() == words


def test_what_a_visitor_did_meanwhile_stops_nothing() -> None:
    here, until = small(), now()
    tell(here, until - timedelta(days=2))
    visitor = Member.objects.get(email__startswith="helene")
    for conversation in Conversation.objects.exclude(state="resolved"):
        with suppress(ConversationError):
            resolve(conversation=conversation, by=visitor, without_answer=True)
    tell(here, until)
    planned = sum(step.at < until for story in plan(here, until) for step in story.steps)
    assert Told.objects.aggregate(n=Sum("steps"))["n"] == planned


def test_two_shares_make_the_whole() -> None:
    here, until = small(), now()
    both = plan(here, until, share=0, of=2) + plan(here, until, share=1, of=2)
    assert sorted(story.key for story in both) == sorted(story.key for story in plan(here, until))
    customers = [{story.customer for story in plan(here, until, share=share, of=2)} - {None} for share in (0, 1)]
    assert not customers[0] & customers[1]


def test_it_goes_on_some_days_later_and_what_was_left_is_told_whole() -> None:
    here, earlier = small(), now() - timedelta(days=3)
    tell(here, earlier, is_opening=True)
    finish(here, earlier)
    until = now()
    tell_rest(here, until)
    planned = sum(step.at < until for story in plan(here, until) for step in story.steps)
    whole = plan(TownHere(seed=here.seed, first_day=here.first_day, size=here.size, told_until=earlier), until)
    assert planned <= sum(len(story.steps) for story in whole)
    words = sum(word.at < until for story in whole for word in story.says)
    assert Interaction.objects.filter(direction="in").count() == words
    assert TownHere.objects.get().told_until == until


def test_a_house_of_somebody_is_never_filled() -> None:
    mark_house(is_demo=False)
    assert not may_become_demo()
    with pytest.raises(NotADemo):
        found_town()
    assert not TownHere.objects.exists()


def test_a_house_with_a_member_or_a_word_is_never_filled() -> None:
    cast()
    assert not may_become_demo()


def test_a_mark_is_for_good() -> None:
    mark_house(is_demo=True)
    with pytest.raises(MarkedOtherwise):
        mark_house(is_demo=False)
    assert house_mark.is_demo()


def test_every_part_settles_twice_without_harm() -> None:
    small()
    before = said()
    for part in parts().values():
        part.settle(the_house())
    assert said() == before
    assert timezone.is_aware(TownHere.objects.get().told_until)
