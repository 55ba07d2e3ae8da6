"""An answer's promise is kept when its letter has left the house, not when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from egards.accounts.models import Member
from egards.accounts.queries import access_of
from egards.consent.loading import load_pack
from egards.conversations.actions.calls import log_call
from egards.conversations.actions.drafts import UNDO_SECONDS, save_draft, send_draft
from egards.conversations.actions.errors import ConversationError
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.promises import settle_due
from egards.conversations.actions.states import join_conversations, resolve, snooze
from egards.conversations.models import Conversation, Draft, Promise
from egards.conversations.queries.queue import queue
from egards.conversations.queries.thread import opened
from egards.conversations.queries.views import Asked, counts
from egards.conversations.tokens import reply_token
from egards.core.clock import now
from egards.core.happenings import happened
from egards.interactions import nowhere
from egards.interactions.models import Delivery
from egards.interactions.sending import release, withdraw
from egards.notifications.models import Notice
from egards.touchpoints.outbound import SendFailed
from tests.builders import mail, mailbox, prove, say
from tests.letters import letters_leave, tell_conversations
from tests.members import adviser

Clock = time_machine.Traveller

pytestmark = pytest.mark.django_db

#: A Friday, 11 h in Paris; an answer is promised before 15 h.
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DUE = FRIDAY + timedelta(hours=4)
WRITTEN = FRIDAY + timedelta(seconds=UNDO_SECONDS + 1)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(FRIDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def talk(clock: Clock) -> Conversation:
    """Odile writes to a house that has not proved from where it answers."""
    load_pack()
    say(mail("Il manque des vis."), at=mailbox(), when=FRIDAY)
    return Conversation.objects.get()


@pytest.fixture
def alice(db: None) -> Member:
    return adviser("alice")


def write(talk: Conversation, by: Member, clock: Clock, **more: Any) -> Delivery:
    """Somebody answers by a letter; return it, ready to leave."""
    talk.refresh_from_db()
    draft = save_draft(conversation=talk, member=by, text="Elles partent ce soir.", **more)
    send_draft(draft=draft, by=by, seen_version=talk.version)
    clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
    word = leave(draft_id=draft.pk)
    assert word is not None
    return Delivery.objects.get(interaction=word)


def let_go(letter: Delivery, by: Member) -> None:
    """The address is proved at last, and the letter leaves."""
    prove(letter.touchpoint)
    release(delivery=letter, by=by)
    assert letters_leave()["sent"] == 1


def promise_of(talk: Conversation, kind: str = "answer") -> Promise:
    talk.refresh_from_db()
    return talk.promises.get(kind=kind)


def told(talk: Conversation) -> list[str]:
    return list(talk.events.order_by("at", "id").values_list("kind", flat=True))


def test_a_letter_that_is_held_answers_nobody(talk: Conversation, alice: Member, clock: Clock) -> None:
    write(talk, alice, clock)
    assert letters_leave() == {"held": 1}
    promise = promise_of(talk)
    assert (promise.status, promise.settled_at, promise.due_at) == ("open", None, DUE)
    assert (talk.state, talk.answered_at, talk.last_out_at) == ("open", None, None)
    assert talk.owner == alice
    assert talk.due_at is None  # it asks nobody to answer again


def test_it_is_kept_at_the_moment_it_leaves(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    clock.shift(timedelta(minutes=30))
    let_go(letter, alice)
    left_at = WRITTEN + timedelta(minutes=30)
    promise = promise_of(talk)
    assert (promise.status, promise.settled_at) == ("kept", left_at)
    assert (talk.state, talk.answered_at, talk.last_out_at) == ("waiting", left_at, left_at)
    assert talk.answer_worked_seconds == (left_at - FRIDAY).total_seconds()
    tell_conversations()  # a job may run twice
    assert told(talk) == ["opened", "made", "written", "left", "kept"]


def test_held_past_its_hour_it_is_broken_and_then_late(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    clock.shift(timedelta(hours=5))
    assert settle_due() == 1
    assert promise_of(talk).status == "broken"
    assert Notice.objects.filter(member=alice, kind="promise_broken").exists()
    let_go(letter, alice)
    assert promise_of(talk).status == "late"


def test_told_long_after_it_left_in_time_it_was_kept_in_time(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    Delivery.objects.filter(pk=letter.pk).update(state="sent", sent_at=now(), next_at=None)
    clock.shift(timedelta(hours=5))
    settle_due()  # the worker that tells conversations was away
    assert promise_of(talk).status == "broken"
    _happened("delivery sent", letter)
    promise = promise_of(talk)
    assert (promise.status, promise.settled_at, promise.broken_at) == ("kept", WRITTEN, None)


def test_one_that_can_never_leave_is_to_be_answered_again(talk: Conversation, alice: Member, clock: Clock) -> None:
    prove(talk.touchpoint)
    write(talk, alice, clock)
    assert letters_leave(refused=SendFailed("Adresse inconnue.", permanent=True)) == {"failed": 1}
    promise = promise_of(talk)
    assert (promise.status, talk.due_at, talk.state, talk.answered_at) == ("open", DUE, "open", None)
    assert Notice.objects.filter(member=alice, kind="send_failed").exists()


def test_so_is_one_that_somebody_withdraws(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    withdraw(delivery=letter, by=alice)
    tell_conversations()
    assert (promise_of(talk).status, talk.due_at) == ("open", DUE)


def test_one_that_came_back_at_once_changes_nothing(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    Delivery.objects.filter(pk=letter.pk).update(state="failed", sent_at=now(), next_at=None)
    _happened("delivery sent", letter)
    assert promise_of(talk).status == "open"


def test_what_the_customer_says_meanwhile_is_promised_an_answer_of_its_own(
    talk: Conversation, alice: Member, clock: Clock
) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    clock.shift(timedelta(minutes=30))
    to = f"bonjour+{reply_token(talk.pk)}@lindelle.example"
    say(mail("Et le tiroir coince.", To=to), at=talk.touchpoint, when=now())
    first, second = talk.promises.order_by("made_at")
    talk.refresh_from_db()
    assert (first.status, second.status, talk.due_at) == ("open", "open", second.due_at)
    let_go(letter, alice)
    assert sorted(talk.promises.values_list("status", flat=True)) == ["kept", "open"]
    talk.refresh_from_db()
    assert (talk.state, talk.due_at) == ("open", second.due_at)


def test_it_is_resolved_once_it_has_left(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock, then=Draft.Then.RESOLVED)
    letters_leave()
    with pytest.raises(ConversationError, match="pas encore partie"):
        resolve(conversation=talk, by=alice)
    let_go(letter, alice)
    assert (promise_of(talk).status, talk.state) == ("kept", "resolved")


def test_whose_turn_it_is_was_decided_since(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    clock.shift(timedelta(minutes=1))
    snooze(conversation=talk, until=now() + timedelta(days=1), by=alice)
    let_go(letter, alice)
    assert (promise_of(talk).status, talk.state) == ("kept", "snoozed")


def test_a_voice_answers_before_the_letter(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    clock.shift(timedelta(minutes=1))
    called_at = now()
    log_call(conversation=talk, by=alice, outcome="reached", text="Elle attend les vis.")
    let_go(letter, alice)
    assert (promise_of(talk).settled_at, talk.answered_at) == (called_at, called_at)


def test_another_date_is_given_when_the_customer_can_know_it(talk: Conversation, alice: Member, clock: Clock) -> None:
    monday = FRIDAY + timedelta(days=3)
    letter = write(talk, alice, clock, renegotiates=promise_of(talk), promised="", promised_by=monday)
    letters_leave()
    assert promise_of(talk).due_at == DUE
    let_go(letter, alice)
    promise = promise_of(talk)
    assert (promise.status, promise.due_at, talk.due_at) == ("open", monday, monday)


def test_what_a_letter_promises_binds_us_at_once(talk: Conversation, alice: Member, clock: Clock) -> None:
    monday = FRIDAY + timedelta(days=3)
    write(talk, alice, clock, promised="les vis livrées", promised_by=monday)
    letters_leave()
    assert promise_of(talk, "other").due_at == monday
    assert (promise_of(talk).status, talk.due_at) == ("open", monday)


def test_it_keeps_what_was_joined_to_another(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    say(mail("Je complète.", Subject="Suite"), at=talk.touchpoint, when=now())
    kept = Conversation.objects.exclude(pk=talk.pk).get()
    join_conversations(kept=kept, joined=talk, by=alice)
    let_go(letter, alice)
    statuses = {promise.made_at == FRIDAY: promise.status for promise in kept.promises.all()}
    assert statuses == {True: "kept", False: "open"}


def test_the_queue_lists_it_apart_until_it_has_left(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    assert _listed(alice) == {"leaving": 1, "mine": 1, "all": 1}
    let_go(letter, alice)
    assert _listed(alice) == {"waiting": 1, "mine": 1, "all": 1}


def test_the_thread_tells_which_promise_waits_for_its_letter(talk: Conversation, alice: Member, clock: Clock) -> None:
    letter = write(talk, alice, clock)
    letters_leave()
    scope = access_of(alice).scope("read conversations")
    found = opened(talk.pk, member=alice, scope=scope, people=scope)
    assert found is not None
    assert found.unsent is not None
    assert (found.unsent.id, found.written_for) == (letter.interaction_id, {promise_of(talk).pk})


def test_in_a_demo_it_is_as_if_it_had_left(
    talk: Conversation, alice: Member, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nowhere, "_asked", lambda: True)
    write(talk, alice, clock)
    assert letters_leave() == {"sent": 1}
    assert (promise_of(talk).status, talk.state, talk.answered_at) == ("kept", "waiting", WRITTEN)


def _listed(member: Member) -> dict[str, int]:
    """How many conversations each view counts, checked against what it lists."""
    scope = access_of(member).scope("read conversations")
    found = {code: n for code, n in counts(member, scope, at=now()).house.items() if n}
    for code, n in found.items():
        assert len(queue(Asked(code), member, scope, people=scope, at=now()).rows) == n
    return found


def _happened(kind: str, letter: Delivery) -> None:
    happened(kind, [letter.interaction_id])
    tell_conversations()
