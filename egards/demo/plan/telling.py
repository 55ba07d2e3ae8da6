"""Which words somebody would write: their mood, their manner, the facts they know, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from egards.demo.plan.people import Customer
from egards.demo.words.compose import compose
from egards.demo.words.grammar import situations
from egards.demo.words.nouns import (
    Age,
    Facts,
    Follow,
    Kind,
    Length,
    Member,
    Mood,
    Place,
    Product,
    Quality,
    Said,
    Spelling,
    Style,
    Truth,
)
from egards.demo.words.people import carriers, codes, products_for

_LENGTHS: Final = {
    Kind.MAIL: (6, 26, 44, 20, 4),
    Kind.FORM: (14, 40, 34, 11, 1),
    Kind.REVIEW: (38, 40, 18, 4, 0),
    Kind.CALL_NOTE: (20, 55, 25, 0, 0),
}
_TYPOS: Final = {Spelling.CAREFUL: 0.0, Spelling.ORDINARY: 0.012, Spelling.CARELESS: 0.07}
_MOODS: Final = {
    Mood.CALM: 24,
    Mood.WORRIED: 12,
    Mood.DISAPPOINTED: 22,
    Mood.ANGRY: 14,
    Mood.IRONIC: 5,
    Mood.FUNNY: 5,
    Mood.MIXED: 9,
    Mood.HAPPY: 26,
    Mood.DELIGHTED: 14,
}
#: What is promised, by the theme of the need.
_PROMISES: Final[dict[str, tuple[str, ...]]] = {
    "delivery": ("des nouvelles du transporteur", "une nouvelle date de livraison", "un second envoi"),
    "quality": ("une pièce neuve", "un échange", "l’avis de l’atelier"),
    "refund": ("votre remboursement", "le virement"),
    "returns": ("l’étiquette de retour", "l’enlèvement à domicile"),
    "order": ("la confirmation de votre commande", "une réponse du magasin"),
    "invoice": ("la facture corrigée",),
    "aftersales": ("l’avis de l’atelier", "une pièce neuve", "le passage du technicien"),
    "safety": ("l’enlèvement de l’appareil", "un remplacement"),
    "": ("une réponse complète", "un appel de notre responsable"),
}
#: What has not arrived is not spoken of as delivered.
_ON_ITS_WAY: Final = ("parcel_late", "parcel_lost", "order_question", "delivery_slot", "cancel", "delay")


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody has to say: a situation, the facts they know of it, and the hidden cause if there is one."""

    situation: str
    facts: Facts
    cause: str = ""


def facts_of(
    situation: str, day: date, store: Place, chance: Random, *, cause: str = "", wanted: tuple[str, ...] = ()
) -> Facts:
    """Draw what a customer knows of their affair on that day; ``wanted`` are the products of a hidden cause."""
    products = products_for(situation)
    touched = [product for product in products if product.key in wanted]
    product: Product | None = chance.choice(touched or products) if products else None
    needed = situations()[situation].facts
    ago = chance.randint(9, 40)
    ordered_on = day - timedelta(days=ago)
    due_on = ordered_on + timedelta(days=chance.randint(4, 8))
    is_coming = situation.startswith(_ON_ITS_WAY) and "delivered_on" not in needed
    delivered_on = None if is_coming else min(due_on + timedelta(days=chance.choice((-1, 0, 0, 1, 3))), day)
    return Facts(
        today=day,
        product=product,
        order=f"LIN{chance.randrange(300_000, 999_999)}" if "order" in needed or chance.random() < 0.7 else "",
        place=store,
        ordered_on=ordered_on,
        due_on=due_on,
        delivered_on=delivered_on,
        amount=product.price if product else 4900,
        days=max((day - due_on).days, 2),
        times=chance.choice((1, 1, 1, 2, 2, 3)),
        carrier=carriers()[2] if cause == "carrier_depot" else chance.choice(carriers()),
        code=chance.choice(codes()),
        cause=cause,
    )


def say(need: Need, customer: Customer, kind: Kind, chance: Random, *, length: Length | None = None) -> Said:
    """Let a customer tell their need in their own manner, at the length given if any."""
    moods = situations()[need.situation].moods
    mood = chance.choices(moods, [_MOODS[mood] for mood in moods])[0]
    style = style_of(customer, mood, kind, chance)
    return compose(
        situation=need.situation,
        person=customer.person,
        mood=mood,
        style=replace(style, length=length) if length else style,
        facts=need.facts,
        kind=kind,
        chance=chance,
    )


def style_of(customer: Customer, mood: Mood, kind: Kind, chance: Random) -> Style:
    """Draw the manner of one text: the young write short, the angry in capitals, the careful at length."""
    person = customer.person
    is_young = person.age == Age.YOUNG
    lengths = list(_LENGTHS[kind])
    if is_young:
        lengths[1] += 12
    if person.age == Age.SENIOR and kind == Kind.MAIL:
        lengths[3] += 12
    return Style(
        length=chance.choices(tuple(Length), lengths)[0],
        typos=_TYPOS[person.spelling],
        accents=not (person.spelling == Spelling.CARELESS and chance.random() < 0.4),
        sms=is_young and person.spelling == Spelling.CARELESS and chance.random() < 0.4,
        capitals=mood == Mood.ANGRY and chance.random() < 0.06,
        emojis=chance.randint(0, 3) if is_young and chance.random() < 0.35 else 0,
        bullets=kind == Kind.MAIL and chance.random() < 0.05,
        formal=person.age == Age.SENIOR or chance.random() < 0.25,
    )


def promised_thing(need: Need, chance: Random) -> str:
    """Draw what an adviser promises for such a need, as a noun phrase."""
    themes = situations()[need.situation].themes
    return chance.choice(next((_PROMISES[theme] for theme in themes if theme in _PROMISES), _PROMISES[""]))


def name_of(need: Need) -> str:
    """Return the need in one line, as an adviser names it."""
    product = need.facts.product
    label = situations()[need.situation].label
    said = f"{product.label} : {label}" if product else label
    return said[:1].upper() + said[1:]


def answer_text(
    situation: str, quality: Quality, adviser: Member, facts: Facts, customer: Customer, chance: Random
) -> str:
    """Return what an adviser answers, signed."""
    return f"Bonjour {customer.name}, nous nous en occupons ({chance.random():.6f}).\n\n{adviser.name}"


def follow_text(
    situation: str, follow: Follow, customer: Customer, facts: Facts, kind: Kind, chance: Random
) -> Said:
    """Return what a customer writes again."""
    return Said("", f"Encore moi, {follow} {chance.random():.6f}", Truth((), 0))


def note_text(need: Need, adviser: Member, chance: Random) -> str:
    """Return what an adviser notes for colleagues."""
    return f"Vu avec l’atelier. {chance.random():.4f}"


def score_of(truth: Truth, chance: Random) -> int:
    """Draw the score of somebody who feels so, 1 to 5: most agree with their words, some do not."""
    weights = {
        -2: (72, 20, 5, 2, 1),
        -1: (22, 44, 25, 7, 2),
        0: (6, 14, 44, 27, 9),
        1: (2, 4, 16, 47, 31),
        2: (1, 1, 4, 19, 75),
    }
    return chance.choices((1, 2, 3, 4, 5), weights[truth.polarity])[0]


def call_text(need: Need, customer: Customer, chance: Random) -> str:
    """Return what an adviser writes down of a call; ``need.facts.adviser`` is theirs."""
    if Kind.CALL_NOTE not in situations()[need.situation].kinds:
        return f"{name_of(need)}. Vu ensemble, la suite est convenue."
    return say(need, customer, Kind.CALL_NOTE, chance).text
