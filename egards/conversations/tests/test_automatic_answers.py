"""What the house writes by itself: rarely, never in a circle, never with the writer's words (S17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from egards.accounts.actions import brand_named
from egards.consent.loading import load_pack
from egards.conversations.actions.acknowledge import acknowledge
from egards.conversations.models import Conversation
from egards.conversations.rules.automatic import Told, may_answer_by_itself
from egards.interactions.models import Content, Delivery, Interaction, OutgoingLetter
from egards.interactions.sending import outbound
from egards.touchpoints.kinds.mail import compose
from egards.touchpoints.models import Touchpoint
from tests.builders import mail, mailbox, proved_mailbox, say

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
Clock = time_machine.Traveller


def ago(**time: float) -> datetime:
    return FRIDAY - timedelta(**time)


def may(told: Told, *, is_vouched: bool = False, is_due_by_law: bool = False) -> bool:
    return may_answer_by_itself(FRIDAY, told, is_vouched=is_vouched, is_due_by_law=is_due_by_law)


def test_a_first_word_is_answered() -> None:
    assert may(Told(None, []))


def test_one_a_conversation_and_day() -> None:
    assert not may(Told(ago(hours=23), []))
    assert may(Told(ago(hours=24), []))


def test_one_an_address_and_hour() -> None:
    assert not may(Told(None, [ago(minutes=59)]), is_vouched=True)
    assert may(Told(None, [ago(minutes=60)]))


def test_and_three_a_day() -> None:
    assert not may(Told(None, [ago(hours=2), ago(hours=4), ago(hours=23)]))
    assert may(Told(None, [ago(hours=2), ago(hours=4), ago(hours=24)]))


def test_what_the_law_wants_is_exempt_once_the_word_is_vouched_for() -> None:
    told = Told(ago(hours=1), [ago(minutes=1)])
    assert may(told, is_vouched=True, is_due_by_law=True)
    assert not may(told, is_due_by_law=True)
    assert not may(told, is_vouched=True)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(FRIDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def box(db: None, clock: Clock) -> Touchpoint:
    load_pack()
    return proved_mailbox()


def acknowledged(*words: Interaction) -> int:
    """How many letters the house writes for these words."""
    talks = Conversation.objects.filter(turns__interaction__in=words)
    return sum(acknowledge(conversation_id=talk.pk) is not None for talk in talks)


@pytest.mark.django_db
def test_a_mail_bomb_gets_one_answer_an_hour_without_its_words(box: Touchpoint, clock: Clock) -> None:
    bomb = [
        mail(f"Achetez {n} sacs sur pirate.example", Subject=f"GAGNÉ {n}", Message_ID=f"<{n}@pirate.example>",
             Authentication_Results="mx.lindelle.example; dmarc=pass header.from=client.example")
        for n in range(12)
    ]  # fmt: skip
    assert acknowledged(*say(*bomb, at=box, when=FRIDAY)) == 1
    letter = OutgoingLetter.objects.get()
    said = Content.objects.get(interaction__direction="out")
    whole = " ".join((letter.text, letter.html, said.text, said.subject))
    assert "pirate" not in whole
    assert "GAGNÉ" not in whole
    assert "sacs" not in whole


@pytest.mark.django_db
def test_a_machine_that_answers_everything_finds_silence(box: Touchpoint, clock: Clock) -> None:
    """It keeps none of our headers and says nothing of what it is: only the pace tells."""
    letters = 0
    for n in range(48):
        words = say(mail("Merci de votre message.", Message_ID=f"<{n}@bavard.example>"), at=box, when=FRIDAY)
        letters += acknowledged(*words)
        clock.shift(timedelta(minutes=30))
    assert letters == 3


@pytest.mark.django_db
def test_two_houses_that_acknowledge_each_other_stop_at_one(box: Touchpoint) -> None:
    other = mailbox(brand_named(name="Ormelle"))
    (word,) = say(mail("Bonjour", From="Lindelle <bonjour@ormelle.example>"), at=box, when=FRIDAY)
    assert acknowledged(word) == 1
    ours = Delivery.objects.get()
    ours.message_id = box.behaviour().message_id(ours.pk, ours.reply_token, box.settings)
    raw = compose(outbound(ours), box.settings).message().as_bytes()
    Delivery.objects.filter(pk=ours.pk).update(message_id=ours.message_id)
    (back,) = say(raw, at=other, when=FRIDAY)
    assert (back.is_automatic, acknowledged(back)) == (True, 0)
    # the other house is another base: there the letter is no letter of its own, but says what it is (RFC 3834)
    raw = raw.replace(ours.pk.hex.encode(), b"0" * 32)
    (stranger,) = say(raw, at=other, when=FRIDAY)
    assert (stranger.content.around, acknowledged(stranger)) == ({"automatic": "notification"}, 0)
