"""Mails to a store that has somebody to read them: is it there, may I bring it back; answered from the store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from egards.demo.deeds import do
from egards.demo.house import NAME, House, address_of, send_from
from egards.demo.part import Parcel, Part, Thread
from egards.demo.parts.letters import mail_of, sender_of
from egards.demo.plan.course import Course, take_care
from egards.demo.plan.moments import local_hour, written_at
from egards.demo.plan.people import Customer
from egards.demo.plan.story import Acts, Says, Story, Via
from egards.demo.plan.telling import say
from egards.demo.plan.town import Town
from egards.demo.words.nouns import Kind
from egards.demo.words.people import counters

#: Mails on an ordinary day, all stores together.
A_DAY = 2.6
TONES = {"request": 1.0}
#: What one asks a store itself.
THEMES = frozenset({"advice", "order", "returns"})
#: Draws of somebody who goes to a store where mail is read.
_TRIES = 12


class Stores(Part):
    """What customers ask the store they go to; its own people answer."""

    name = "stores"
    figures = ("words", "promises", "time to human", "places")

    def stories(self, town: Town, day: int) -> Iterable[Story]:
        """Plan the affairs of stores that begin on a day."""
        chance = town.chance(self.name, day)
        for number in range(town.many(A_DAY, day, chance)):
            key = f"{self.name}/{day}/{number}"
            drawn = town.chance(key, "who")
            customers = (town.somebody(drawn) for _try in range(_TRIES))
            customer = next((one for one in customers if town.store_of(one).key in counters()), None)
            if customer is not None:
                yield _story(town, day, key, customer)

    def settle(self, house: House) -> None:
        """A mailbox in each store where somebody reads."""
        for store in counters():
            send_from(house.mailbox_of(store), address_of(store), f"{NAME}, {house.stores[store].name}", house.keeper)

    def parcel(self, house: House, thread: Thread, said: Says) -> Parcel:
        """A mail with its headers, to the store."""
        store = thread.story.says[0].place
        key = f"{thread.story.key}/{thread.told}"
        return Parcel(house.mailbox_of(store), mail_of(said, key, thread, to=address_of(store)))

    def act(self, house: House, thread: Thread, done: Acts) -> None:
        """A deed of somebody in the store."""
        do(house, thread, done)


def _story(town: Town, day: int, key: str, customer: Customer) -> Story:
    chance, store = town.chance(key), town.store_of(customer)
    need = town.need(customer, day, Kind.MAIL, TONES, chance, themes=THEMES)
    sender = sender_of(customer, Via.MAIL, chance)
    at = written_at(town.date_of(day), chance)
    need = replace(need, facts=replace(need.facts, hour=local_hour(at)))
    said = say(need, customer, Kind.MAIL, chance)
    course = Course(town, customer, need, sender, Via.MAIL, chance, at, counters()[store.key])
    course.steps.append(Says(at, Via.MAIL, sender, said, customer.number, place=store.key, order=need.facts.order))
    take_care(course)
    return Story(key, Stores.name, customer.number, need.situation, tuple(course.steps), need.cause)
