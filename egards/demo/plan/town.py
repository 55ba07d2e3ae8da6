"""The town: who lives there, what befalls them, and the stories of each of its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from egards.demo.plan.causes import TROUBLES, Trouble, bustle
from egards.demo.plan.people import Customer, draw_customers
from egards.demo.plan.telling import Need, facts_of
from egards.demo.words.grammar import Situation, causes, situations
from egards.demo.words.nouns import Kind, Member, Place
from egards.demo.words.people import members, places

#: How many customers a whole town has; smaller ones are for tests, and speak in proportion.
WHOLE = 3000


@dataclass(frozen=True)
class Town:
    """A seed, a first day, a size: everything else follows. Days are counted from ``first_day``, 0 first."""

    seed: str
    first_day: date
    size: int = WHOLE

    @cached_property
    def customers(self) -> tuple[Customer, ...]:
        """Everybody who may speak."""
        return draw_customers(self.seed, self.size, self.stores)

    @cached_property
    def stores(self) -> tuple[Place, ...]:
        """Where customers come in; the workshop takes none."""
        return tuple(place for place in places() if place.kind == "store")

    @cached_property
    def advisers(self) -> tuple[Member, ...]:
        """Who answers customers."""
        return tuple(member for member in members() if member.role == "adviser")

    def adviser(self, chance: Random) -> Member:
        """Draw who takes care of an affair: the first, whom visitors are most often, has the longest day."""
        return chance.choices(self.advisers, [3] + [1] * (len(self.advisers) - 1))[0]

    def chance(self, *about: object) -> Random:
        """Return the chance of one thing: the same each time, whatever else was drawn before."""
        return Random("/".join(map(str, (self.seed, *about))))

    def date_of(self, day: int) -> date:
        """Return the date of a day of the town."""
        return self.first_day + timedelta(days=day)

    def day_of(self, at: date) -> int:
        """Return which day of the town a date is."""
        return (at - self.first_day).days

    def many(self, a_day: float, day: int, chance: Random) -> int:
        """Return how often something happens on a day that happens ``a_day`` times in a whole town's ordinary day."""
        expected = a_day * self.size / WHOLE * bustle(day)
        return _poisson(expected, chance)

    def somebody(self, chance: Random) -> Customer:
        """Draw who speaks: some far more often than others."""
        return self.customers[int(chance.betavariate(0.8, 1.6) * self.size) % self.size]

    def store_of(self, customer: Customer) -> Place:
        """Return the store a customer goes to."""
        return self.stores[customer.store]

    def need(
        self,
        customer: Customer,
        day: int,
        kind: Kind,
        tones: Mapping[str, float],
        chance: Random,
        *,
        themes: frozenset[str] = frozenset(),
    ) -> Need:
        """Draw what a customer has to say that day in that place: a trouble of the town, or an affair of their own.

        ``tones``: weights of what an affair of their own may be; ``themes``: of these alone, when given.
        """
        store = self.store_of(customer)
        for trouble in TROUBLES:
            is_theirs = chance.random() * 100 < self._pull(trouble, store, day)
            found = _of_trouble(trouble, kind, themes, chance) if is_theirs else ""
            if found:
                wanted = trouble.products
                facts = facts_of(found, self.date_of(day), store, chance, cause=trouble.cause, wanted=wanted)
                return Need(found, facts, trouble.cause)
        found = _ordinary(kind, tones, themes, chance)
        return Need(found, facts_of(found, self.date_of(day), store, chance))

    def _pull(self, trouble: Trouble, store: Place, day: int) -> float:
        """A trouble of one place takes all its letters from there."""
        strength = trouble.strength(day)
        if not trouble.place:
            return strength
        return min(70.0, strength * len(self.stores)) if store.key == trouble.place else 0.0


def _of_trouble(trouble: Trouble, kind: Kind, themes: frozenset[str], chance: Random) -> str:
    told = causes()[trouble.cause].situations
    fitting = [key for key in told if key in situations() and _fits(situations()[key], kind, themes)]
    return chance.choice(fitting) if fitting else ""


def _fits(situation: Situation, kind: Kind, themes: frozenset[str]) -> bool:
    return kind in situation.kinds and (not themes or not themes.isdisjoint(situation.themes[:1]))


def _ordinary(kind: Kind, tones: Mapping[str, float], themes: frozenset[str], chance: Random) -> str:
    fitting = [told for told in situations().values() if tones.get(told.tone) and _fits(told, kind, themes)]
    per_tone = {tone: sum(s.tone == tone for s in fitting) for tone in tones}
    return chance.choices(fitting, [tones[s.tone] / per_tone[s.tone] for s in fitting])[0].key


def _poisson(expected: float, chance: Random) -> int:
    count, left = 0, chance.expovariate(1)
    while left < expected:
        count += 1
        left += chance.expovariate(1)
    return count
