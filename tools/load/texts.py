"""What people say: the town's grammar, a draw per word, each with its reference at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from egards.demo.plan.people import Customer
from egards.demo.plan.telling import Need, answer_text, note_text, say, score_of
from egards.demo.plan.town import Town
from egards.demo.words.nouns import Before, Kind, Length, Quality

_TONES = {"problem": 58.0, "request": 30.0, "praise": 8.0, "unclear": 4.0}
_OF_STORES = {"praise": 62.0, "problem": 38.0}
_THEMES = frozenset({"store", "welcome", "wait", "advice", "price"})


@dataclass(frozen=True)
class Told:
    """One word: who says it, its text, how they felt (1 to 5)."""

    customer: Customer
    need: Need
    subject: str
    text: str
    score: int


@dataclass(frozen=True)
class Speech:
    """Draws words and answers: the same for the same seed."""

    town: Town
    day: int

    @classmethod
    def of(cls, seed: str, size: int) -> Speech:
        """A town of so many customers, on some day of its life."""
        return cls(Town(seed, date(2026, 3, 2), size), 40)

    def word(self, number: int, reference: str, *, is_press: bool = False) -> Told:
        """What is said in the word of a number."""
        chance = self.town.chance("load", number)
        customer = self.town.somebody(chance)
        if is_press:
            need = self.town.need(customer, self.day, Kind.REVIEW, _OF_STORES, chance, themes=_THEMES)
            said = say(need, customer, Kind.REVIEW, chance, length=Length.LINE)
        else:
            need = self.town.need(customer, self.day, Kind.FORM, _TONES, chance)
            said = say(need, customer, Kind.FORM, chance)
        return Told(customer, need, said.subject, f"{said.text}\n\nRéf. {reference}", score_of(said, chance))

    def answer(self, chance: Random) -> str:
        """What an adviser answers."""
        customer, need = self._affair(chance)
        who = self.town.adviser(chance)
        facts = replace(need.facts, adviser=who)
        return answer_text(need.situation, Quality.GOOD, facts, customer, Before(), chance)

    def note(self, chance: Random) -> str:
        """What an adviser notes."""
        return note_text(self._affair(chance)[1], self.town.adviser(chance), chance)

    def _affair(self, chance: Random) -> tuple[Customer, Need]:
        customer = self.town.somebody(chance)
        return customer, self.town.need(customer, self.day, Kind.FORM, {"problem": 1.0}, chance)
