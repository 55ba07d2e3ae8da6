"""Who lives in the town and what is sold there: names, places, members, products, and how they are drawn.

Everything is invented. Phone numbers are those kept for fiction in France, domains end in ``.example``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final

from egards.demo.words.grammar import TEXTS, situations
from egards.demo.words.manner import without_accents
from egards.demo.words.nouns import Age, Member, Person, Place, Politeness, Product, Spelling, Tongue

#: Arcep, plan national de numérotation: ranges kept for works of fiction, by region; the last one is for mobiles.
FICTION: Final = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")
MOBILE: Final = FICTION[5]
AGES: Final = {Age.YOUNG: 22, Age.ADULT: 50, Age.SENIOR: 28}
SPELLINGS: Final = {
    Age.YOUNG: (0.15, 0.5, 0.35),
    Age.ADULT: (0.3, 0.52, 0.18),
    Age.SENIOR: (0.48, 0.4, 0.12),
}
POLITE: Final = {Age.YOUNG: (0.3, 0.6, 0.1), Age.ADULT: (0.22, 0.58, 0.2), Age.SENIOR: (0.12, 0.48, 0.4)}
TOWNS: Final = (
    "Nantes Rennes Angers Bordeaux Lyon Lille Montpellier Saint-Herblain Rezé Vannes Quimper Cholet Niort Tours"
    " Poitiers Limoges Toulouse Bayonne Nîmes Grenoble Villeurbanne Dijon Nancy Metz Amiens Roubaix Caen Rouen"
    " Versailles Créteil Montreuil Orléans Bourges Laval Saint-Nazaire Pornic Brest Lorient Périgueux Agen"
).split()


#: The towns from which one goes to each store, by its key; Nantes for the others.
NEAREST: Final = {
    "rennes": "Rennes Quimper Laval Caen Brest Lorient Vannes",
    "angers": "Angers Tours Orléans Bourges Cholet",
    "bordeaux": "Bordeaux Bayonne Périgueux Agen Limoges Poitiers Niort",
    "lyon": "Lyon Villeurbanne Grenoble Dijon Nancy",
    "lille": "Lille Roubaix Amiens Metz Rouen Versailles Créteil Montreuil",
    "montpellier": "Montpellier Nîmes Toulouse",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Families that share first names and last names; shares in percent."""

    share: int
    firsts: Mapping[str, tuple[str, ...]]
    lasts: tuple[str, ...]
    learnt: int
    english: int


def draw_person(*, chance: Random) -> Person:
    """Somebody: a name, an age, a tongue, a care for spelling, and now and then a telephone number."""
    origin = chance.choices(origins(), [each.share for each in origins()])[0]
    gender = chance.choice("ffm" if chance.random() < 0.4 else "fm")
    age = chance.choices(tuple(AGES), tuple(AGES.values()))[0]
    return Person(
        first=chance.choice(origin.firsts[f"{gender}_{age}"]),
        last=_last_name(origin, chance),
        gender=gender,
        age=age,
        tongue=_tongue(origin, chance),
        spelling=chance.choices(tuple(Spelling), SPELLINGS[age])[0],
        politeness=chance.choices(tuple(Politeness), POLITE[age])[0],
        phone=draw_phone(chance=chance) if chance.random() < 0.6 else "",
        city=chance.choice(TOWNS),
    )


def draw_phone(*, chance: Random) -> str:
    """A number nobody has: « 06 39 98 41 27 », mobiles most often."""
    start = MOBILE if chance.random() < 0.75 else chance.choice(FICTION[:5])
    return f"{start} {chance.randrange(100):02} {chance.randrange(100):02}"


def _last_name(origin: Origin, chance: Random) -> str:
    last = chance.choice(origin.lasts)
    if chance.random() < 0.05:
        other = chance.choice(origin.lasts)
        return f"{last}-{other}" if other != last and " " not in last + other else last
    return last


def _tongue(origin: Origin, chance: Random) -> Tongue:
    draw = chance.random() * 100
    if draw < origin.english:
        return Tongue.ENGLISH
    if draw < origin.english + origin.learnt:
        return Tongue.LEARNT
    return Tongue.MIXED if draw > 98 else Tongue.ENGLISH if draw > 97.3 else Tongue.FRENCH


@cache
def origins() -> tuple[Origin, ...]:
    """The families of ``texts/people.toml``."""
    return tuple(
        Origin(
            share=told["share"],
            firsts={name: tuple(said.split()) for name, said in told.items() if name[:2] in ("f_", "m_")},
            lasts=tuple(told["last"].split("|") if "|" in told["last"] else told["last"].split()),
            learnt=told.get("learnt", 0),
            english=told.get("english", 0),
        )
        for told in _load("people.toml").values()
    )


@cache
def products() -> tuple[Product, ...]:
    """What Maison Lindelle sells."""
    return tuple(
        Product(
            key=without_accents(f"{short or noun.split()[0]}-{name}".lower()).replace(" ", "-").replace("'", "-"),
            noun=noun,
            name=name,
            short=short or noun.split()[0],
            gender=gender,
            traits=tuple(traits.split()),
            price=round(price * 100),
            english=english,
        )
        for noun, name, short, gender, traits, price, english in _load("house.toml")["products"]
    )


@cache
def products_for(situation: str) -> tuple[Product, ...]:
    """The products of which the situation may be told: no assembly notice for a duvet."""
    wanted = set(situations()[situation].products)
    return tuple(product for product in products() if not wanted or wanted & set(product.traits))


@cache
def places() -> tuple[Place, ...]:
    """The seven stores and the workshop."""
    return tuple(Place(*told) for told in _load("house.toml")["places"])


@cache
def members() -> tuple[Member, ...]:
    """The fourteen who work there."""
    return tuple(Member(*told) for told in _load("house.toml")["members"])


@cache
def counters() -> Mapping[str, Member]:
    """Who reads the mail of a store, by its key; the others' is read by nobody there."""
    return {member.place: member for member in members() if member.role == "store"}


@cache
def carriers() -> tuple[str, ...]:
    """The invented carriers."""
    return tuple(_load("house.toml")["carriers"])


@cache
def codes() -> tuple[str, ...]:
    """The promotion codes that were sent out."""
    return tuple(_load("house.toml")["codes"])


@cache
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / name).read_text(encoding="utf-8"))


def store_near(city: str) -> Place:
    """The store to which one goes from there."""
    key = next((key for key, towns in NEAREST.items() if city in towns.split()), "nantes")
    return next(place for place in places() if place.key == key)
