"""Who lives around the town: three thousand customers, and what nobody is told of them.

Some have two addresses, some share one with the person they live with, some bear another's name. ``temper`` is how
they take a broken promise: whether they nudge, forgive, or give up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Final

from egards.demo.words.nouns import Age, Person, Place
from egards.demo.words.people import draw_person, store_near

#: Of a hundred customers: so many have two addresses, share one with somebody, bear the name of another.
TWO_ADDRESSES, SHARED, NAMESAKES = 8, 6, 2
_MAILBOXES: Final = ("courriel", "postal", "boite", "laposte-locale", "message")
_WORKPLACES: Final = ("atelier-perrin", "cabinet-lemoine", "mairie-rives", "ecole-des-tilleuls", "sarl-le-gall")


class Temper(StrEnum):
    """How somebody takes what befalls them."""

    PATIENT = "patient"
    PERSUADED = "persuaded"
    NUDGING = "nudging"
    GIVES_UP = "gives up"


@dataclass(frozen=True, slots=True)
class Customer:
    """One real person: what the house may see of them, and what it may not. ``household`` is who shares an address."""

    number: int
    person: Person
    emails: tuple[str, ...]
    phone: str
    temper: Temper
    store: int
    household: int | None = None

    @property
    def name(self) -> str:
        """As they sign."""
        return self.person.name


def draw_customers(seed: str, size: int, stores: tuple[Place, ...]) -> tuple[Customer, ...]:
    """Return the customers of a town, the same for the same seed."""
    return tuple(_draw(Random(f"{seed}/people"), size, stores))


def _draw(chance: Random, size: int, stores: tuple[Place, ...]) -> Iterator[Customer]:
    made: list[Customer] = []
    taken: set[str] = set()
    names: set[str] = set()
    near = {place.key: at for at, place in enumerate(stores)}
    for number in range(size):
        person = _new_name(chance, names)
        phone = person.phone if person.phone not in taken else ""
        taken.add(phone)
        before = made[-1] if made and made[-1].household is None else None
        lives_with = before if before and chance.randrange(100) < SHARED else None
        if made and chance.randrange(100) < NAMESAKES:
            other = chance.choice(made).person
            person = replace(person, first=other.first, last=other.last, gender=other.gender, tongue=other.tongue)
        emails = lives_with.emails[:1] if lives_with else _addresses(person, chance, taken)
        made.append(
            Customer(
                number=number,
                person=person,
                emails=emails,
                phone=phone,
                temper=_temper(person, chance),
                store=near[store_near(person.city).key],
                household=lives_with.number if lives_with else None,
            )
        )
        yield made[-1]


def _new_name(chance: Random, names: set[str]) -> Person:
    """Somebody whose name is not borne yet, as far as a few draws find one: namesakes are drawn apart."""
    for _ in range(6):
        person = draw_person(chance=chance)
        if person.name not in names:
            break
    names.add(person.name)
    return person


def _addresses(person: Person, chance: Random, taken: set[str]) -> tuple[str, ...]:
    first, last = _plain(person.first), _plain(person.last)
    ways = (f"{first}.{last}", f"{first[:1]}{last}", f"{last}.{first}", f"{first}{chance.randrange(40, 99)}")
    main = _free(chance.choice(ways), chance.choice(_MAILBOXES), taken)
    if chance.randrange(100) >= TWO_ADDRESSES:
        return (main,)
    return main, _free(f"{first[:1]}.{last}", chance.choice(_WORKPLACES), taken)


def _free(local: str, domain: str, taken: set[str]) -> str:
    wanted, n = f"{local}@{domain}.example", 1
    while wanted in taken:
        n += 1
        wanted = f"{local}{n}@{domain}.example"
    taken.add(wanted)
    return wanted


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFD", name.lower().replace("œ", "oe"))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def _temper(person: Person, chance: Random) -> Temper:
    weights = (5, 4, 4, 2) if person.age != Age.YOUNG else (3, 4, 5, 3)
    return chance.choices(tuple(Temper), weights)[0]
