"""Calls asked for on the contact page: an hour is chosen, the telephone rings, somebody is there or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from egards.core.working_hours import next_opening
from egards.demo.deeds import do
from egards.demo.house import House
from egards.demo.part import Parcel, Part, Thread
from egards.demo.parts.letters import form_envelope
from egards.demo.plan.course import Course
from egards.demo.plan.moments import SERVICE, local_day, worked_after, written_at
from egards.demo.plan.people import Customer
from egards.demo.plan.story import Acts, Deed, Says, Sender, Story, Via
from egards.demo.plan.telling import call_text, callback_said
from egards.demo.plan.town import Town
from egards.demo.words.nouns import Kind

A_DAY = 1.5
TONES = {"problem": 70.0, "request": 30.0}
SLOT = timedelta(hours=1)
#: Of a hundred calls: so many find somebody at the first try; so many are made too late.
REACHED, LATE = 76, 8
#: What is noted once a call is over, now and then.
AFTERWARDS: Final = (
    "Rappelé comme convenu, tout est dit dans l’appel.",
    "Vu avec l’atelier après l’appel, rien à ajouter.",
    "Message de confirmation envoyé dans la foulée.",
    "Préfère le téléphone aux messages.",
    "Numéro vérifié, le bon est celui de la fiche.",
    "Suite lancée, rien à refaire.",
    "Bon échange, peut se refermer.",
    "Magasin prévenu au cas où.",
)


class Calls(Part):
    """What customers prefer to say aloud."""

    name = "calls"
    figures = ("words", "promises", "time to human")

    def stories(self, town: Town, day: int) -> Iterable[Story]:
        """Plan the calls that are asked for on a day."""
        chance = town.chance(self.name, day)
        for number in range(town.many(A_DAY, day, chance)):
            key = f"{self.name}/{day}/{number}"
            customer = town.somebody(town.chance(key, "who"))
            if customer.phone:
                yield _story(town, day, key, customer)

    def parcel(self, house: House, thread: Thread, said: Says) -> Parcel:
        """The contact page, with the hour that was chosen."""
        return Parcel(house.page, form_envelope(said, f"{thread.story.key}/{thread.told}"))

    def act(self, house: House, thread: Thread, done: Acts) -> None:
        """The call, and what is done around it."""
        do(house, thread, done)


def _story(town: Town, day: int, key: str, customer: Customer) -> Story:
    chance = town.chance(key)
    need = town.need(customer, day, Kind.FORM, TONES, chance)
    sender = Sender(customer.name, customer.emails[0] if chance.random() < 0.6 else "", customer.phone)
    at = written_at(town.date_of(day), chance)
    starts = _slot(at, chance.randint(2, 20))
    word = Says(
        at=at,
        via=Via.FORM,
        sender=sender,
        said=callback_said(need, customer, chance),
        customer=customer.number,
        order=need.facts.order,
        call_from=starts,
        call_to=starts + SLOT,
    )
    course = Course(town, customer, need, sender, Via.FORM, chance, at, town.adviser(chance), [word])
    _ring(course, starts, word.said.text)
    return Story(key, Calls.name, customer.number, need.situation, tuple(course.steps), need.cause)


def _slot(at: datetime, hours: int) -> datetime:
    """A whole hour of open time, at least two hours from now."""
    wanted = worked_after(at + timedelta(hours=1), hours * 60)
    starts = wanted.replace(minute=0, second=0) + SLOT
    opens = next_opening(SERVICE, starts)
    return opens if opens == starts or opens.minute == 0 else (opens + SLOT).replace(minute=0)


def _ring(course: Course, starts: datetime, heard: str) -> None:
    is_late = course.odds(LATE)
    course.at = starts + timedelta(minutes=course.chance.randint(*((65, 190) if is_late else (3, 50))))
    if not course.odds(REACHED):
        course.act(Deed.CALL, what="Pas de réponse, pas de répondeur.", outcome="missed")
        course.wait(60, 300)
    facts = replace(course.need.facts, today=local_day(course.at), adviser=course.adviser)
    text = call_text(replace(course.need, facts=facts), course.customer, course.chance, heard=heard)
    course.act(Deed.CALL, what=text, outcome="reached")
    if course.odds(25):
        course.wait(30, 300)
        course.act(Deed.NOTE, what=course.chance.choice(AFTERWARDS))
    course.resolve(5, 200)
