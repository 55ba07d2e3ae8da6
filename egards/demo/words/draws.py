"""Draws what a caller may leave to chance: a mood, the facts of a situation, a hidden cause."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Final

from egards.demo.words.grammar import situations
from egards.demo.words.nouns import Facts, Mood
from egards.demo.words.people import carriers, codes, members, places, products_for

#: How often people are in each mood, by the tone of what happens to them.
MOODS: Final[dict[str, dict[Mood, int]]] = {
    "problem": {
        Mood.CALM: 30,
        Mood.WORRIED: 12,
        Mood.DISAPPOINTED: 22,
        Mood.ANGRY: 18,
        Mood.IRONIC: 6,
        Mood.FUNNY: 4,
        Mood.MIXED: 8,
    },
    "request": {Mood.CALM: 62, Mood.WORRIED: 10, Mood.HAPPY: 13, Mood.FUNNY: 6, Mood.DISAPPOINTED: 9},
    "praise": {Mood.CALM: 18, Mood.HAPPY: 40, Mood.DELIGHTED: 24, Mood.FUNNY: 7, Mood.MIXED: 11},
    "unclear": {Mood.CALM: 70, Mood.FUNNY: 30},
}

#: Between which days, month and day, a code with a season in its name is given.
SEASONS: Final = {"RENTREE15": ((8, 15), (9, 30)), "AUTOMNE20": ((9, 20), (12, 10)), "NOEL15": ((11, 15), (12, 31))}


def draw_situation(*, chance: Random) -> str:
    """What happens to a customer, as often as it does in a house like this one."""
    keys, shares = zip(*((told.key, told.share) for told in situations().values()), strict=True)
    return str(chance.choices(keys, shares)[0])


def draw_mood(*, situation: str, chance: Random) -> Mood:
    """A mood in which the situation may be told."""
    told = situations()[situation]
    return chance.choices(told.moods, [MOODS[told.tone][mood] for mood in told.moods])[0]


def draw_facts(*, situation: str, today: date, chance: Random, **given: Any) -> Facts:
    """Plausible facts for a situation, dates counted back from ``today``; what is ``given`` wins."""
    product = chance.choice(products_for(situation))
    days = chance.randint(*situations()[situation].days)
    ordered = today - timedelta(days=days + chance.randint(6, 12))
    stores = [place for place in places() if place.kind == "store"]
    drawn: dict[str, Any] = {
        "today": today,
        "product": product,
        "order": f"LN-{chance.randint(20000, 89999)}",
        "place": chance.choice(stores),
        "ordered_on": ordered,
        "due_on": today - timedelta(days=days),
        "delivered_on": today - timedelta(days=max(1, days // 2)),
        "amount": product.price * chance.choice((1, 1, 1, 2)),
        "days": days,
        "times": chance.choices((None, 2, 3, 4, 5), (62, 18, 12, 5, 3))[0],
        "adviser": chance.choice([member for member in members() if member.role == "adviser"]),
        "carrier": chance.choice(carriers()),
        "code": _code(today, chance),
    }
    return Facts(**(drawn | given))


def _code(today: date, chance: Random) -> str:
    """A code that one may hold that day."""
    day = (today.month, today.day)
    always = ((1, 1), (12, 31))
    held = [code for code in codes() if SEASONS.get(code, always)[0] <= day <= SEASONS.get(code, always)[1]]
    return chance.choice(held)
