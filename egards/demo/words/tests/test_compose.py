"""Texts of customers: varied, told by chance alone, and true about themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from unittest import TestCase

from egards.demo.words.compose import CannotBeSaid, compose
from egards.demo.words.draws import draw_facts, draw_mood
from egards.demo.words.grammar import count_blocks, situations
from egards.demo.words.manner import draw_style
from egards.demo.words.nouns import Facts, Kind, Mood, Person, Said, Style
from egards.demo.words.people import draw_person

TODAY = date(2026, 11, 23)
CUSTOMERS = (Kind.MAIL, Kind.FORM, Kind.REVIEW, Kind.CHAT)


@dataclass(frozen=True)
class Drawn:
    """A text and the situation and mood it was asked for."""

    situation: str
    mood: Mood
    kind: Kind
    said: Said


def draw(chance: Random) -> Drawn:
    """Somebody, somewhere, about something."""
    key = chance.choice(list(situations()))
    person = draw_person(chance=chance)
    mood = draw_mood(situation=key, chance=chance)
    kind = chance.choice(situations()[key].kinds)
    said = compose(
        situation=key,
        person=person,
        mood=mood,
        style=draw_style(person=person, kind=kind, chance=chance),
        facts=draw_facts(situation=key, today=TODAY, chance=chance),
        kind=kind,
        chance=chance,
    )
    return Drawn(key, mood, kind, said)


def draw_many(many: int, seed: int) -> list[Drawn]:
    """As many texts as a town writes."""
    chance = Random(seed)
    return [draw(chance) for _ in range(many)]


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Its runs of five words."""
    words = text.lower().split()
    return frozenset(tuple(words[at : at + 5]) for at in range(len(words) - 4))


def near_duplicates(texts: list[str]) -> int:
    """How many share over 60 % of their runs of five words with another one."""
    runs = [shingles(text) for text in texts]
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, told in enumerate(runs):
        for run in told:
            where[run].append(index)
    near = 0
    for index, told in enumerate(runs):
        others = Counter(other for run in told for other in where[run] if other != index)
        near += any(shared > 0.6 * len(told) for shared in others.values())
    return near


class VarietyTests(TestCase):
    def test_it_works(self) -> None:
        drawn = draw_many(1, 1)[0]
        self.assertGreater(len(drawn.said.text), 10)

    def test_there_are_blocks_enough(self) -> None:
        self.assertGreaterEqual(count_blocks(), 1500)
        self.assertGreaterEqual(len(situations()), 24)

    def test_no_two_long_texts_are_identical(self) -> None:
        long = [drawn.said.text for drawn in draw_many(8000, 3) if len(drawn.said.text) > 120]
        self.assertGreater(len(long), 4000)
        self.assertEqual(len(long), len(set(long)))

    def test_near_duplicates_are_rare(self) -> None:
        texts = [drawn.said.text for drawn in draw_many(2000, 4)]
        self.assertLessEqual(near_duplicates(texts), 60)

    def test_the_same_chance_says_the_same(self) -> None:
        self.assertEqual(draw_many(50, 9), draw_many(50, 9))

    def test_every_fact_was_filled_in(self) -> None:
        texts = " ".join(drawn.said.text + drawn.said.subject for drawn in draw_many(3000, 5))
        self.assertNotRegex(texts, r"[\[\]{}|#]|None")


class WithoutNumberTests(TestCase):
    def test_nobody_gives_a_number_they_do_not_have(self) -> None:
        chance, told = Random(8), []
        for _ in range(150):
            person = replace(draw_person(chance=chance), phone="")
            told.append(
                compose(
                    situation="unreachable",
                    person=person,
                    mood=Mood.CALM,
                    style=draw_style(person=person, kind=Kind.MAIL, chance=chance),
                    facts=draw_facts(situation="unreachable", today=TODAY, chance=chance),
                    kind=Kind.MAIL,
                    chance=chance,
                ).text
            )
        self.assertNotRegex("\n".join(told).lower(), r"\bau *[.!?]")


class TruthTests(TestCase):
    drawn: list[Drawn]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.drawn = draw_many(3000, 6)

    def test_the_main_theme_is_that_of_the_situation(self) -> None:
        odd = [one for one in self.drawn if one.said.truth.themes[:1] != situations()[one.situation].themes[:1]]
        self.assertEqual([one for one in odd if situations()[one.situation].themes], [])

    def test_anger_is_never_positive(self) -> None:
        self.assertEqual({one.said.truth.polarity for one in self.drawn if one.mood == Mood.ANGRY}, {-2})

    def test_irony_says_its_true_polarity(self) -> None:
        ironic = [one.said.truth for one in self.drawn if one.mood == Mood.IRONIC]
        self.assertTrue(all(truth.is_ironic and truth.polarity < 0 for truth in ironic))

    def test_mixed_texts_carry_both_themes(self) -> None:
        mixed = [one.said.truth for one in self.drawn if one.mood == Mood.MIXED and one.kind in CUSTOMERS]
        self.assertGreater(sum(len(truth.themes) >= 2 for truth in mixed), 0.8 * len(mixed))


class RefusalTests(TestCase):
    def test_a_praise_is_not_told_in_anger(self) -> None:
        facts = draw_facts(situation="product_praise", today=TODAY, chance=Random(1))
        with self.assertRaises(CannotBeSaid):
            self._say("product_praise", Mood.ANGRY, facts, Kind.MAIL)

    def test_an_invoice_is_not_asked_in_a_review(self) -> None:
        facts = draw_facts(situation="invoice_asked", today=TODAY, chance=Random(1))
        with self.assertRaises(CannotBeSaid):
            self._say("invoice_asked", Mood.CALM, facts, Kind.REVIEW)

    def test_a_situation_needs_its_facts(self) -> None:
        with self.assertRaises(CannotBeSaid):
            self._say("refund_awaited", Mood.CALM, Facts(today=TODAY), Kind.MAIL)

    def _say(self, situation: str, mood: Mood, facts: Facts, kind: Kind) -> Said:
        ada = Person(first="Ada", last="Morvan", gender="f")
        return compose(
            situation=situation, person=ada, mood=mood, style=Style(), facts=facts, kind=kind, chance=Random(1)
        )
