"""A letter comes back: its conversation opens, its promise is to be kept again, its address is marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from egards.accounts.models import Member
from egards.consent.loading import load_pack
from egards.conversations.actions.drafts import UNDO_SECONDS, save_draft, send_draft
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.promises import settle_due
from egards.conversations.models import Conversation, Draft, Promise
from egards.core.clock import now
from egards.interactions.models import Delivery, Unreachable
from egards.notifications.models import Notice
from tests.builders import mail, proved_mailbox, say
from tests.letters import letters_leave, tell_conversations
from tests.members import adviser

pytestmark = pytest.mark.django_db

Clock = time_machine.Traveller
#: A Friday, 11 h in Paris; an answer is promised before 15 h.
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

REPORT = """From: MAILER-DAEMON@relais.example
To: bonjour@lindelle.example
Date: {date}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=coupe

--coupe
Content-Type: text/plain; charset=utf-8

{words}
--coupe
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.example

Final-Recipient: rfc822; odile@client.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--coupe
Content-Type: message/rfc822

From: bonjour@lindelle.example
To: odile@client.example
Message-ID: <{message_id}>
Subject: Re: Ma commande

Elles partent ce soir.
--coupe--
"""


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(FRIDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def alice(db: None) -> Member:
    return adviser("alice")


@pytest.fixture
def letter(clock: Clock, alice: Member) -> Delivery:
    """Alice has answered Odile; her letter has left."""
    load_pack()
    say(mail("Il manque des vis."), at=proved_mailbox(), when=FRIDAY)
    draft = save_draft(conversation=talk(), member=alice, text="Elles partent ce soir.", then=Draft.Then.RESOLVED)
    send_draft(draft=draft, by=alice, seen_version=talk().version)
    clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
    word = leave(draft_id=draft.pk)
    assert letters_leave()["sent"] == 1
    assert (talk().state, promise().status) == ("resolved", "kept")
    clock.shift(timedelta(minutes=20))
    return Delivery.objects.get(interaction=word)


def talk() -> Conversation:
    return Conversation.objects.get()


def promise() -> Promise:
    return Promise.objects.get()


def comes_back(
    letter: Delivery, status: str = "5.1.1", words: str = "550 5.1.1 User unknown", action: str = "failed"
) -> None:
    """A report about the letter arrives; the jobs that follow are done."""
    date = now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    report = REPORT.format(date=date, words=words, action=action, status=status, message_id=letter.message_id)
    say(report.replace("\n", "\r\n").encode(), at=letter.touchpoint, when=now())
    tell_conversations()


def test_it_opens_its_conversation_and_its_promise(letter: Delivery, alice: Member) -> None:
    comes_back(letter)
    assert (talk().state, talk().answered_at, talk().answer_worked_seconds) == ("open", None, None)
    assert (promise().status, promise().settled_at) == ("open", None)
    assert promise().due_at == talk().due_at == FRIDAY + timedelta(hours=4)
    kinds = list(talk().events.order_by("at", "id").values_list("kind", flat=True))
    assert kinds[-4:] == ["resolved", "send_failed", "returned", "reopened"]
    assert Notice.objects.filter(member=alice, kind="send_failed").count() == 1


def test_told_twice_it_comes_back_once(letter: Delivery) -> None:
    comes_back(letter)
    comes_back(letter, words="550 5.1.1 User unknown (again)")
    assert talk().events.filter(kind="returned").count() == 1


def test_past_its_hour_the_promise_is_broken(letter: Delivery, clock: Clock) -> None:
    clock.shift(timedelta(hours=5))
    comes_back(letter)
    assert (promise().status, promise().broken_at) == ("broken", FRIDAY + timedelta(hours=4))
    assert settle_due() == 0


def test_answered_again_it_is_kept(letter: Delivery, alice: Member, clock: Clock) -> None:
    comes_back(letter)
    draft = save_draft(conversation=talk(), member=alice, text="Elles partent, vraiment.")
    send_draft(draft=draft, by=alice, seen_version=talk().version)
    clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
    leave(draft_id=draft.pk)
    letters_leave()
    assert (promise().status, promise().settled_at) == ("kept", now())
    assert talk().answered_at == now()


def test_an_address_that_is_gone_is_marked_until_it_writes_again(letter: Delivery) -> None:
    comes_back(letter)
    mark = Unreachable.objects.get()
    assert (mark.handle.value, mark.delivery, mark.ended_at) == ("odile@client.example", letter, None)
    say(mail("Ma boîte remarche.", Message_ID="<deux@client.example>"), at=letter.touchpoint, when=now())
    assert not Unreachable.objects.filter(ended_at=None).exists()


def test_a_full_mailbox_is_not_gone(letter: Delivery) -> None:
    comes_back(letter, status="5.2.2", words="552 5.2.2 Mailbox full")
    assert (talk().state, promise().status) == ("open", "open")
    assert not Unreachable.objects.exists()


def test_a_delay_changes_nothing(letter: Delivery) -> None:
    comes_back(letter, status="4.4.1", words="421 4.4.1 will be retried", action="delayed")
    assert (talk().state, promise().status) == ("resolved", "kept")
    assert Delivery.objects.get().state == "sent"


def test_it_is_said_per_recipient(letter: Delivery) -> None:
    comes_back(letter)
    word = talk().turns.get(interaction__is_automatic=True).interaction
    (row,) = word.content.around["came_back"]
    assert row == {
        "address": "odile@client.example",
        "status": "5.1.1",
        "reason": "unknown_user",
        "is_gone": True,
    }


def test_who_was_not_written_to_brings_nothing_back(letter: Delivery) -> None:
    letter.message_id = f"egards.{'0' * 32}@lindelle.example"
    comes_back(letter)
    assert (talk().state, promise().status) == ("resolved", "kept")
    assert not Unreachable.objects.exists()
