"""A customer writes, somebody answers, the promise is kept: the whole way, without a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from egards.accounts.models import Member
from egards.consent.loading import load_pack
from egards.conversations.actions.acknowledge import acknowledge
from egards.conversations.actions.drafts import UNDO_SECONDS, save_draft, send_draft, undo_send
from egards.conversations.actions.errors import AlreadyAnswered, CannotReach, ConversationError, NothingSaid
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.promises import settle_due
from egards.conversations.actions.states import join_conversations, resolve, snooze, wake_due
from egards.conversations.models import Conversation, Draft, Event, Promise, Turn
from egards.conversations.tokens import reply_token
from egards.interactions.models import Content, Delivery, Mode
from tests.builders import api_touchpoint, mail, mailbox, posted, proved_mailbox, say
from tests.letters import letters_leave
from tests.members import adviser

Clock = time_machine.Traveller

pytestmark = pytest.mark.django_db

#: A Friday, 11 h in Paris.
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    load_pack()


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    with time_machine.travel(FRIDAY, tick=False) as moved:
        yield moved


def written(text: str = "Il manque des vis.", **headers: str) -> Conversation:
    """Odile writes a mail, to an address from where we may answer; return the conversation it opened."""
    box = proved_mailbox()
    (word,) = say(mail(text, **headers), at=box, when=FRIDAY)
    return Conversation.objects.get(turns__interaction=word)


def answered(conversation: Conversation, by: Member, text: str = "Elles partent ce soir.", **more: Any) -> Draft:
    draft = save_draft(conversation=conversation, member=by, text=text, **more)
    return send_draft(draft=draft, by=by, seen_version=conversation.version)


def left(draft: Draft, clock: Clock) -> None:
    clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
    assert leave(draft_id=draft.pk) is not None
    assert letters_leave()["sent"] == 1


def test_a_word_opens_a_conversation_with_its_promise() -> None:
    conversation = written(Subject="Ma table")
    promise = conversation.promises.get()
    assert (conversation.state, conversation.need, conversation.is_first_contact) == ("open", "Ma table", True)
    assert (promise.kind, promise.status) == ("answer", "open")
    assert promise.due_at == datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # four open hours: 15 h in Paris
    assert conversation.due_at == promise.due_at


def test_an_answer_leaves_after_ten_seconds_and_keeps_the_promise(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    draft = answered(conversation, alice)
    assert leave(draft_id=draft.pk) is None  # too early
    left(draft, clock)
    conversation.refresh_from_db()
    assert conversation.promises.get().status == "kept"
    assert (conversation.state, conversation.owner, conversation.due_at) == ("waiting", alice, None)
    assert conversation.answer_worked_seconds == UNDO_SECONDS + 1
    out = conversation.turns.get(by=alice).interaction
    assert Content.objects.get(pk=out.pk).text == "Elles partent ce soir."
    assert out.delivery.state == Delivery.State.SENT
    assert out.delivery.cause_id == conversation.last_in_id
    assert not Draft.objects.exists()


def test_it_leaves_once_however_often_it_is_asked(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    draft = answered(conversation, alice)
    left(draft, clock)
    assert leave(draft_id=draft.pk) is None
    assert Delivery.objects.count() == 1


def test_it_may_be_called_back(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    draft = undo_send(draft=answered(conversation, alice), by=alice)
    assert (draft.leaves_at, draft.text) == (None, "Elles partent ce soir.")
    clock.shift(timedelta(minutes=5))
    assert leave(draft_id=draft.pk) is None
    assert conversation.promises.get().status == "open"


def test_what_was_begun_meanwhile_comes_after_what_is_called_back() -> None:
    conversation, alice = written(), adviser("alice")
    sent = answered(conversation, alice)
    save_draft(conversation=conversation, member=alice, text="Et un mot de plus")
    assert undo_send(draft=sent, by=alice).text == "Elles partent ce soir.\n\nEt un mot de plus"


def test_nobody_answers_what_a_colleague_is_answering() -> None:
    conversation, alice, bob = written(), adviser("alice"), adviser("bob")
    answered(conversation, alice)
    with pytest.raises(AlreadyAnswered) as refused:
        answered(conversation, bob, "Moi aussi !")
    assert refused.value.by == alice


def test_nor_what_a_colleague_has_answered(clock: Clock) -> None:
    conversation, alice, bob = written(), adviser("alice"), adviser("bob")
    left(answered(conversation, alice), clock)
    with pytest.raises(AlreadyAnswered) as refused:
        answered(conversation, bob, "Moi aussi !")
    assert refused.value.by == alice
    assert Draft.objects.get(member=bob).text == "Moi aussi !"  # nothing lost


def test_nor_before_reading_what_the_customer_said_since() -> None:
    conversation, alice = written(), adviser("alice")
    box = conversation.touchpoint
    say(
        mail("Et le tiroir coince.", To=f"bonjour+{reply_token(conversation.pk)}@lindelle.example"), at=box, when=FRIDAY
    )
    with pytest.raises(AlreadyAnswered) as refused:
        answered(conversation, alice)
    assert refused.value.by is None


def test_an_empty_answer_does_not_leave() -> None:
    conversation, alice = written(), adviser("alice")
    with pytest.raises(NothingSaid):
        answered(conversation, alice, "   ")


def test_an_answer_never_asks_for_silence() -> None:
    conversation, alice = written(), adviser("alice")
    with pytest.raises(ConversationError):
        answered(conversation, alice, "Merci de ne pas répondre à ce message.")


def test_the_customer_answers_and_is_promised_again(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    left(answered(conversation, alice), clock)
    to = f"bonjour+{reply_token(conversation.pk)}@lindelle.example"
    say(mail("Merci, et le tiroir ?", To=to), at=conversation.touchpoint, when=FRIDAY + timedelta(minutes=1))
    conversation.refresh_from_db()
    assert conversation.state == "open"
    assert sorted(conversation.promises.values_list("status", flat=True)) == ["kept", "open"]
    assert conversation.turns.filter(why=Turn.Why.TOKEN, is_to_confirm=False).count() == 1


def test_only_the_first_word_ever_is_promised_sooner(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    left(answered(conversation, alice), clock)
    to = f"bonjour+{reply_token(conversation.pk)}@lindelle.example"
    say(mail("Merci, et le tiroir ?", To=to), at=conversation.touchpoint, when=FRIDAY + timedelta(minutes=1))
    again = conversation.promises.get(status="open")
    assert again.due_at == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)  # nine open hours, to the half hour told


def test_a_stranger_with_the_token_is_to_be_confirmed(clock: Clock) -> None:
    conversation = written()
    to = f"bonjour+{reply_token(conversation.pk)}@lindelle.example"
    say(mail("Je suis sa sœur.", From="lea@ailleurs.example", To=to), at=conversation.touchpoint, when=FRIDAY)
    assert conversation.turns.get(why=Turn.Why.TOKEN).is_to_confirm


def test_a_garbled_token_opens_a_conversation_of_its_own() -> None:
    conversation = written()
    to = f"bonjour+{'a' * 52}@lindelle.example"
    say(mail("Bonjour.", To=to, Subject="Autre chose"), at=conversation.touchpoint, when=FRIDAY)
    other = Conversation.objects.exclude(pk=conversation.pk).get()
    assert (other.linked_to, other.link_reason) == (conversation, "maybe")


def test_a_promise_that_was_not_kept_is_said_broken(clock: Clock) -> None:
    conversation = written()
    clock.shift(timedelta(hours=5))
    assert settle_due() == 1
    promise = conversation.promises.get()
    assert (promise.status, promise.broken_at) == ("broken", promise.due_at)
    assert settle_due() == 0


def test_kept_too_late_stays_said(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    clock.shift(timedelta(hours=5))
    settle_due()
    left(answered(conversation, alice), clock)
    assert conversation.promises.get().status == "late"


def test_answering_and_promising_are_one_gesture(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    tomorrow = FRIDAY + timedelta(days=1)
    left(answered(conversation, alice, promised="la visserie livrée", promised_by=tomorrow), clock)
    conversation.refresh_from_db()
    promise = conversation.promises.get(kind=Promise.Kind.OTHER)
    assert (promise.what, promise.due_at, promise.owner) == ("la visserie livrée", tomorrow, alice)
    assert (conversation.state, conversation.due_at) == ("open", tomorrow)


def test_nothing_promised_is_resolved_away(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    tomorrow = FRIDAY + timedelta(days=1)
    left(answered(conversation, alice, promised="la visserie livrée", promised_by=tomorrow), clock)
    with pytest.raises(ConversationError):
        resolve(conversation=conversation, by=alice)


def test_nobody_is_resolved_without_an_answer_by_accident() -> None:
    conversation, alice = written(), adviser("alice")
    with pytest.raises(ConversationError):
        resolve(conversation=conversation, by=alice)
    resolve(conversation=conversation, by=alice, without_answer=True)
    assert conversation.promises.get().status == "withdrawn"


def test_snoozed_until_a_date(clock: Clock) -> None:
    conversation, alice = written(), adviser("alice")
    snooze(conversation=conversation, until=FRIDAY + timedelta(hours=1), by=alice)
    assert wake_due() == 0
    clock.shift(timedelta(hours=2))
    assert wake_due() == 1
    conversation.refresh_from_db()
    assert conversation.state == "open"


def test_an_archive_opens_nothing() -> None:
    say(mail(), at=mailbox(), mode=Mode.ARCHIVE, when=FRIDAY)
    assert not Conversation.objects.exists()
    assert not Promise.objects.exists()


def test_a_word_from_nowhere_is_promised_nothing() -> None:
    say(posted("Accueil parfait."), at=api_touchpoint(), when=FRIDAY)
    conversation = Conversation.objects.get()
    assert (conversation.customer, conversation.due_at) == (None, None)
    assert conversation.asked_at is None  # nobody can be kept waiting by a word without an author


def test_and_cannot_be_answered() -> None:
    say(posted("Accueil parfait."), at=api_touchpoint(), when=FRIDAY)
    with pytest.raises(CannotReach):
        answered(Conversation.objects.get(), adviser("alice"))


def test_the_acknowledgement_leaves_once_and_is_answerable() -> None:
    conversation = written()
    word = acknowledge(conversation_id=conversation.pk)
    assert word is not None
    assert word.is_automatic
    assert word.delivery.reply_token == reply_token(conversation.pk)
    assert "/suivi/" in word.delivery.letter.text
    assert acknowledge(conversation_id=conversation.pk) is None
    assert conversation.promises.get().status == "open"  # a program keeps no promise


def test_forged_words_do_not_fill_a_mailbox() -> None:
    conversation = written()
    assert acknowledge(conversation_id=conversation.pk) is not None
    say(mail("Encore", Subject="Autre"), at=conversation.touchpoint, when=FRIDAY)
    other = Conversation.objects.exclude(pk=conversation.pk).get()
    assert acknowledge(conversation_id=other.pk) is None


def test_two_conversations_that_are_one_need_are_joined() -> None:
    first = written()
    say(mail("Je complète.", Subject="Suite"), at=first.touchpoint, when=FRIDAY)
    second = Conversation.objects.exclude(pk=first.pk).get()
    alice = adviser("alice")
    join_conversations(kept=first, joined=second, by=alice)
    second.refresh_from_db()
    assert first.turns.count() == 2
    assert (second.state, second.joined_into, second.due_at) == ("resolved", first, None)
    assert Event.objects.filter(kind="joined").count() == 2
