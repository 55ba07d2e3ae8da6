"""Which words somebody would write: their mood, their manner, the facts they know, and what comes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any, Final

from egards.demo.plan.people import Customer
from egards.demo.words.compose import compose
from egards.demo.words.draws import draw_facts, draw_mood
from egards.demo.words.grammar import situations
from egards.demo.words.manner import draw_style, without_accents
from egards.demo.words.nouns import Before, Facts, Follow, Kind, Length, Member, Place, Quality, Said
from egards.demo.words.people import carriers, products_for
from egards.demo.words.replies import CHASING, answer, callback, follow_up, note
from egards.demo.words.typeset import typeset

#: What is promised, by the situation, or else by the theme of the need.
_PROMISES: Final[dict[str, tuple[str, ...]]] = {
    "legal_threat": ("la réponse écrite d’Hélène Marchais",),
    "unsubscribe": ("l’arrêt de tous nos envois",),
    "personal_data": ("la copie de vos données",),
    "promo_refused": ("le remboursement de la différence",),
    "paid_twice": ("l’annulation du second débit",),
    "unreachable": ("un appel de notre responsable",),
    "leaving": ("un appel de notre responsable",),
    "loyalty": ("vos points corrigés",),
    "safety": ("l’enlèvement de l’objet", "un remplacement"),
    "delivery": ("des nouvelles du transporteur", "une nouvelle date de livraison", "un second envoi"),
    "missing_part": ("la pièce qui manque",),
    "assembly_notice": ("la notice en grand format",),
    "wrong_item": ("le bon article",),
    "store_bad": ("un appel du responsable du magasin",),
    "till_wait": ("un appel du responsable du magasin",),
    "availability": ("une réponse du magasin",),
    "repair": ("une pièce neuve", "l’avis de l’atelier"),
    "quality": ("un échange", "l’avis de l’atelier"),
    "refund": ("votre remboursement", "le virement"),
    "returns": ("l’étiquette de retour", "l’enlèvement à domicile"),
    "invoice": ("la facture corrigée",),
    "aftersales": ("l’avis de l’atelier",),
    "website": ("la réponse de Yann, qui s’occupe du site",),
    "": ("une réponse complète",),
}
#: What is promised by somebody who stands in the store.
_PROMISES_THERE: Final[dict[str, tuple[str, ...]]] = {
    "availability": ("un exemplaire mis de côté", "un appel dès l’arrivage"),
}
#: What an adviser writes once a promise is kept.
_KEPT: Final[dict[str, str]] = {
    "la réponse écrite d’Hélène Marchais": "Hélène Marchais vous a répondu par écrit, point par point.",
    "l’arrêt de tous nos envois": "Plus aucune offre ne partira vers vous, je l’ai vérifié moi-même.",
    "la copie de vos données": "La copie de vos données vous attend dans votre espace, pour un mois.",
    "le remboursement de la différence": "La différence est remboursée, comptez deux à trois jours selon votre banque.",
    "l’annulation du second débit": "Le second débit est annulé, vous le verrez sur votre prochain relevé.",
    "un appel de notre responsable": "Hélène Marchais vous a parlé, et je m’en tiens à ce que vous avez convenu.",
    "vos points corrigés": "Vos points sont corrigés, le nouveau solde est dans votre espace.",
    "l’enlèvement de l’objet": "L’enlèvement est fait, l’atelier examine l’objet et vous n’avez plus rien à faire.",
    "un remplacement": "Le remplacement est parti aujourd’hui, d’une autre série, contrôlé avant l’envoi.",
    "des nouvelles du transporteur": "Le transporteur a retrouvé votre colis, il est dans la tournée de demain.",
    "une nouvelle date de livraison": "La livraison est fixée à après-demain, le livreur appelle avant de passer.",
    "un second envoi": "Le second envoi est parti, son suivi est dans votre espace, page Mes commandes.",
    "une pièce neuve": "La pièce neuve est partie en lettre suivie, elle tient dans votre boîte.",
    "un échange": "L’échange est lancé : le neuf est en route et le livreur reprendra l’autre.",
    "l’avis de l’atelier": "L’atelier est formel : le défaut vient de chez nous, tout est à notre charge.",
    "votre remboursement": "Votre remboursement est parti, comptez deux à trois jours selon votre banque.",
    "le virement": "Le virement est parti, comptez deux à trois jours selon votre banque.",
    "l’étiquette de retour": "L’étiquette de retour, déjà payée, est dans votre espace, page Mes commandes.",
    "l’enlèvement à domicile": "L’enlèvement est réservé, le livreur vous appelle la veille pour convenir de l’heure.",
    "une réponse du magasin": "Le magasin m’a répondu : c’est d’accord, on vous attend à l’accueil.",
    "la facture corrigée": "La facture corrigée est dans votre espace, page Mes commandes.",
    "la réponse de Yann, qui s’occupe du site": "Yann a trouvé l’erreur et l’a réparée, tout remarche de notre côté.",
    "la pièce qui manque": "La pièce qui manquait est partie en lettre suivie, elle tient dans votre boîte.",
    "la notice en grand format": "La notice en grand format est en ligne, une photo par étape.",
    "le bon article": "Le bon article est parti, le livreur reprendra l’autre en même temps.",
    "un appel du responsable du magasin": "Le responsable du magasin vous a parlé, et je note ce qu’il vous a dit.",
    "un exemplaire mis de côté": "C’est mis de côté à votre nom, à l’accueil, jusqu’à samedi soir.",
    "un appel dès l’arrivage": "L’arrivage est là, comme je vous l’ai dit au téléphone, et nous vous attendons.",
    "une réponse complète": "",
}
#: How somebody writes their own score, 1 to 5, in plain small letters.
_STARS: Final = (
    "(zero|une) etoiles?( |,|$)(?!en moins)",
    "deux etoiles",
    "trois etoiles|note moyenne",
    "quatre etoiles",
    "(cinq|dix) etoiles(?! pour l.audace)",
)


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


def say(
    need: Need, customer: Customer, kind: Kind, chance: Random, *, length: Length | None = None, heard: str = ""
) -> Said:
    """Let a customer tell their need in their own manner, at the length given if any; ``heard``: see ``compose``."""
    style = draw_style(person=customer.person, kind=kind, chance=chance)
    return compose(
        situation=need.situation,
        person=customer.person,
        mood=draw_mood(situation=need.situation, chance=chance),
        style=replace(style, length=length) if length else style,
        facts=need.facts,
        kind=kind,
        chance=chance,
        heard=heard,
    )


def promised_thing(need: Need, adviser: Member, chance: Random) -> str:
    """Draw what an adviser promises for such a need, as a noun phrase; nobody promises an answer of their own store."""
    if adviser.place and need.situation in _PROMISES_THERE:
        return chance.choice(_PROMISES_THERE[need.situation])
    keys = (need.situation, *situations()[need.situation].themes)
    return chance.choice(next((_PROMISES[key] for key in keys if key in _PROMISES), _PROMISES[""]))


def kept_sentence(promised: str) -> str:
    """Return what is written once it is done; "" when what was promised is the answer itself."""
    return _KEPT[promised]


def name_of(need: Need) -> str:
    """Return the need in one line, as an adviser names it: with the product, where it is about one."""
    product, told = need.facts.product, situations()[need.situation]
    if product is None or not {"owned", "prospect"} & told.traits:
        return typeset(told.label)
    return typeset(f"{product.label} : {told.label[:1].lower()}{told.label[1:]}")


def answer_text(
    situation: str, quality: Quality, facts: Facts, customer: Customer, before: Before, chance: Random
) -> str:
    """Return what the adviser of these facts answers, signed."""
    assert facts.adviser is not None
    return answer(
        situation=situation,
        quality=quality,
        adviser=facts.adviser,
        facts=facts,
        chance=chance,
        person=customer.person,
        before=before,
    )


def follow_text(situation: str, follow: Follow, customer: Customer, facts: Facts, kind: Kind, chance: Random) -> Said:
    """Return what a customer writes again."""
    if situations()[situation].tone in ("praise", "unclear") and follow in CHASING:
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


def score_of(said: Said, chance: Random) -> int:
    """Draw the score of somebody who feels so, 1 to 5: as many stars as they say; else most agree with their words."""
    weights = {
        -2: (82, 16, 2, 0, 0),
        -1: (22, 48, 26, 3, 1),
        0: (4, 12, 48, 28, 8),
        1: (0, 1, 13, 51, 35),
        2: (0, 0, 2, 18, 80),
    }
    drawn = chance.choices((1, 2, 3, 4, 5), weights[said.truth.polarity])[0]
    words = without_accents(f"{said.subject} {said.text}").lower()
    stars = [score for score, told in enumerate(_STARS, start=1) if re.search(told, words)]
    return stars[0] if len(stars) == 1 else drawn


def call_text(need: Need, customer: Customer, chance: Random, *, heard: str) -> str:
    """Return what an adviser writes down of a call asked with the words ``heard``; ``need.facts.adviser`` is theirs."""
    if Kind.CALL_NOTE not in situations()[need.situation].kinds:
        return f"{name_of(need)}. Vu ensemble, la suite est convenue."
    return say(need, customer, Kind.CALL_NOTE, chance, heard=heard).text
