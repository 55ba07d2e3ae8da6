"""Which words somebody would write: their mood, their manner, the facts they know, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any, Final

from egards.demo.plan.people import Customer
from egards.demo.words.compose import compose
from egards.demo.words.draws import draw_facts, draw_mood
from egards.demo.words.grammar import situations
from egards.demo.words.manner import draw_style
from egards.demo.words.nouns import Facts, Follow, Kind, Length, Member, Place, Quality, Said, Truth
from egards.demo.words.people import carriers, products_for
from egards.demo.words.replies import answer, callback, follow_up, note

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
    given: dict[str, Any] = {"place": store, "cause": cause}
    touched = [product for product in products_for(situation) if product.key in wanted]
    if touched:
        product = chance.choice(touched)
        given |= {"product": product, "amount": product.price}
    if cause == "carrier_depot":
        given["carrier"] = carriers()[2]
    return draw_facts(situation=situation, today=day, chance=chance, **given)


def say(need: Need, customer: Customer, kind: Kind, chance: Random, *, length: Length | None = None) -> Said:
    """Let a customer tell their need in their own manner, at the length given if any."""
    style = draw_style(person=customer.person, kind=kind, chance=chance)
    return compose(
        situation=need.situation,
        person=customer.person,
        mood=draw_mood(situation=need.situation, chance=chance),
        style=replace(style, length=length) if length else style,
        facts=need.facts,
        kind=kind,
        chance=chance,
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
    person = customer.person
    return answer(situation=situation, quality=quality, adviser=adviser, facts=facts, chance=chance, person=person)


def follow_text(situation: str, follow: Follow, customer: Customer, facts: Facts, kind: Kind, chance: Random) -> Said:
    """Return what a customer writes again."""
    if situations()[situation].tone in ("praise", "unclear") and follow in (Follow.NUDGE, Follow.STILL_WRONG):
        follow = Follow.REPLY
    return follow_up(
        follow=follow,
        situation=situation,
        person=customer.person,
        mood=draw_mood(situation=situation, chance=chance),
        style=draw_style(person=customer.person, kind=kind, chance=chance),
        facts=facts,
        kind=kind,
        chance=chance,
    )


def note_text(need: Need, adviser: Member, chance: Random) -> str:
    """Return what an adviser notes for colleagues."""
    return note(situation=need.situation, adviser=adviser, facts=need.facts, chance=chance)


def callback_said(need: Need, customer: Customer, chance: Random) -> Said:
    """Return why somebody asks to be called."""
    return callback(situation=need.situation, person=customer.person, facts=need.facts, chance=chance)


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
