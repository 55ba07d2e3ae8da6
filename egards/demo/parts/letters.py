"""Mails and the contact page: an affair from its first word to its end, answered well or badly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from egards.conversations.actions.links import give_link
from egards.conversations.models import Conversation, Link
from egards.conversations.tokens import link_token, reply_token
from egards.demo.deeds import do
from egards.demo.house import House
from egards.demo.part import Parcel, Part, Thread
from egards.demo.plan.course import Course, take_care
from egards.demo.plan.moments import local_hour, written_at
from egards.demo.plan.people import Customer
from egards.demo.plan.story import Acts, Says, Sender, Story, Via
from egards.demo.plan.telling import say
from egards.demo.plan.town import Town
from egards.demo.words.nouns import Kind
from egards.touchpoints.kinds.form import PostedForm

A_DAY = 8.6
TONES = {"problem": 58.0, "request": 30.0, "praise": 8.0, "unclear": 4.0}
#: Of a hundred, so many write by mail; the others on the contact page.
MAILS = 55
#: A long id that is folded is an id that is lost.
_WHOLE_LINES = default.clone(max_line_length=998)


class Letters(Part):
    """What customers write of their own accord, and what becomes of it."""

    name = "letters"
    figures = ("words", "themes", "polarity", "customers", "promises", "time to human", "resolved")

    def stories(self, town: Town, day: int) -> Iterable[Story]:
        """Plan the affairs that begin on a day."""
        chance = town.chance(self.name, day)
        for number in range(town.many(A_DAY, day, chance)):
            yield _story(town, day, f"{self.name}/{day}/{number}")

    def parcel(self, house: House, thread: Thread, said: Says) -> Parcel:
        """A mail with its headers, or the envelope of the contact page."""
        key = f"{thread.story.key}/{thread.told}"
        if said.via == Via.MAIL:
            return Parcel(house.mailbox, mail_of(said, key, thread, to=house.address))
        return Parcel(house.page, form_envelope(said, key, opened_by(thread)))

    def act(self, house: House, thread: Thread, done: Acts) -> None:
        """An adviser's deed."""
        do(house, thread, done)


def opened_by(thread: Thread) -> Conversation | None:
    """Return the conversation that a story opened, or None before its first word is read."""
    return Conversation.objects.filter(pk=thread.conversation_id or UUID(int=0)).first()


def _story(town: Town, day: int, key: str) -> Story:
    chance = town.chance(key)
    customer = town.somebody(chance)
    via = Via.MAIL if chance.randrange(100) < MAILS else Via.FORM
    kind = Kind.MAIL if via == Via.MAIL else Kind.FORM
    need = town.need(customer, day, kind, TONES, chance)
    sender = sender_of(customer, via, chance)
    at = written_at(town.date_of(day), chance)
    need = replace(need, facts=replace(need.facts, hour=local_hour(at)))
    said = say(need, customer, kind, chance)
    course = Course(town, customer, need, sender, via, chance, at, town.adviser(chance))
    course.steps.append(Says(at, via, sender, said, customer.number, order=need.facts.order))
    take_care(course)
    return Story(key, Letters.name, customer.number, need.situation, tuple(course.steps), need.cause)


def sender_of(customer: Customer, via: Via, chance: Random) -> Sender:
    """Draw under which of their signs a customer writes."""
    email = customer.emails[0] if chance.random() < 0.7 else customer.emails[-1]
    if via == Via.MAIL:
        return Sender(customer.name, email)
    return Sender(customer.name, email, customer.phone if chance.random() < 0.6 else "")


def form_envelope(said: Says, key: str, conversation: Conversation | None = None) -> bytes:
    """Return what the contact page, or the follow-up page of a conversation, hands over."""
    form = PostedForm(
        id=f"town/{key}".ljust(16, "."),
        name=said.sender.name,
        email=said.sender.email,
        phone=said.sender.phone,
        subject=said.said.subject,
        text=said.said.text,
        order=said.order,
        call_from=said.call_from,
        call_to=said.call_to,
        reply_token=link_token(_link(conversation)) if conversation else "",
    )
    return form.model_dump_json(exclude_defaults=True).encode()


def _link(conversation: Conversation) -> Link:
    """The way back that they hold: in a letter of ours, or shown on their screen."""
    held = Link.objects.filter(conversation=conversation, revoked_at=None).order_by("-made_at").first()
    return held or give_link(conversation=conversation, level=Link.Level.SCREEN)


def mail_of(said: Says, key: str, thread: Thread, *, to: str) -> bytes:
    """Return a mail to one of the house's addresses, in answer to the last one when the thread goes on."""
    conversation = opened_by(thread)
    first_subject = thread.story.says[0].said.subject
    mail = EmailMessage()
    mail["From"] = f'"{said.sender.name}" <{said.sender.email}>'
    mail["To"] = to
    mail["Subject"] = f"Re: {first_subject or 'votre message'}" if conversation else said.said.subject
    mail["Date"] = format_datetime(said.at)
    mail["Message-ID"] = f"<{key.replace('/', '.')}@{said.sender.email.partition('@')[2]}>"
    if conversation:
        domain = to.partition("@")[2]
        mail["In-Reply-To"] = f"<{reply_token(conversation.pk)}.{uuid5(NAMESPACE_URL, key).hex}@{domain}>"
    mail.set_content(said.said.text)
    return mail.as_bytes(policy=_WHOLE_LINES)
