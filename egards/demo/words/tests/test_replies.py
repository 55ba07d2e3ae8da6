"""What follows in a thread: relances, answers good and bad, notes, call-backs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from random import Random
from unittest import TestCase

from egards.demo.words.compose import CannotBeSaid
from egards.demo.words.draws import draw_facts
from egards.demo.words.grammar import TEXTS, situations
from egards.demo.words.nouns import Before, Facts, Follow, Kind, Mood, Person, Quality, Said, Style, Turn
from egards.demo.words.people import members
from egards.demo.words.replies import answer, callback, follow_up, note

TODAY = date(2026, 11, 23)
ODILE = Person(first="Odile", last="Aubin", gender="f")
INES = members()[0]


def facts_of(situation: str, seed: int = 1) -> Facts:
    """Facts enough for the situation, told by Inès."""
    return draw_facts(situation=situation, today=TODAY, chance=Random(seed), adviser=INES)


def follow(why: Follow, mood: Mood, situation: str = "parcel_late", quoted: str = "") -> Said:
    """Odile writes again."""
    return follow_up(
        follow=why,
        situation=situation,
        person=ODILE,
        mood=mood,
        style=Style(),
        facts=facts_of(situation),
        kind=Kind.MAIL,
        chance=Random(3),
        quoted=quoted,
    )


class FollowUpTests(TestCase):
    def test_a_relance_says_that_no_answer_came(self) -> None:
        self.assertIn("answers", follow(Follow.NUDGE, Mood.CALM).truth.themes)

    def test_a_furious_relance_is_very_negative(self) -> None:
        truth = follow(Follow.NUDGE, Mood.ANGRY).truth
        self.assertEqual((truth.polarity, "complaint" in truth.intents), (-2, True))

    def test_thanks_are_positive_even_from_the_angry(self) -> None:
        self.assertGreater(follow(Follow.THANKS, Mood.ANGRY).truth.polarity, 0)

    def test_an_answer_to_a_question_is_neutral(self) -> None:
        self.assertEqual(follow(Follow.REPLY, Mood.CALM).truth.polarity, 0)

    def test_a_mail_quotes_what_it_answers(self) -> None:
        self.assertIn("> C’est promis.", follow(Follow.REPLY, Mood.CALM, quoted="Bonjour,\n\nC’est promis.").text)

    def test_nobody_chases_a_compliment(self) -> None:
        with self.assertRaises(CannotBeSaid):
            follow(Follow.NUDGE, Mood.CALM, "product_praise")


class AnswerTests(TestCase):
    def test_every_situation_is_answered_well_and_badly(self) -> None:
        told = [
            answer(situation=key, quality=quality, adviser=INES, facts=facts_of(key), chance=Random(2), person=ODILE)
            for key in situations()
            for quality in Quality
        ]
        self.assertGreater(min(map(len, told)), 6)
        self.assertNotRegex(" ".join(told), r"[\[\]{}|#]|\w'\w| [;:!?]|None")

    def test_a_good_answer_is_signed_with_a_number(self) -> None:
        self.assertIn("Inès Chaumeil, 02 61 91 04 13", self._answer(Quality.GOOD, facts_of("parcel_late")))

    def test_a_promise_is_told_whatever_the_quality(self) -> None:
        facts = replace(facts_of("missing_part"), promise="un pied neuf", promised_by=date(2026, 11, 26))
        told = [self._answer(quality, facts) for quality in Quality]
        self.assertEqual([" pied neuf" in text and "jeudi 26 novembre" in text for text in told], [True] * 4)

    def test_without_a_promise_none_is_invented(self) -> None:
        self.assertNotIn("promis", self._answer(Quality.GOOD, facts_of("availability"), "availability"))

    def test_the_customer_is_named_when_known(self) -> None:
        self.assertIn("Aubin", self._answer(Quality.GOOD, facts_of("parcel_late")))

    def _answer(self, quality: Quality, facts: Facts, situation: str = "missing_part") -> str:
        return answer(situation=situation, quality=quality, adviser=INES, facts=facts, chance=Random(5), person=ODILE)


class BelievedTests(TestCase):
    """What makes somebody stop believing: the wrong hour, a file that is not there, the same words twice."""

    def test_good_evening_is_said_in_the_evening_only(self) -> None:
        told = {hour: " ".join(self._answers(hour)) for hour in (9, 14, 18)}
        self.assertEqual([bool(re.search("Bonsoir|soirée", told[hour])) for hour in (9, 14, 18)], [False, False, True])
        self.assertNotIn("journée à vous", told[18])

    def test_photos_are_thanked_for_when_somebody_spoke_of_them(self) -> None:
        silent, heard = (" ".join(self._answers(10, heard)) for heard in ("Il est cassé.", "J’ai pris des photos."))
        self.assertEqual(["vos photos" in text.lower() for text in (silent, heard)], [False, True])

    def test_no_sentence_comes_twice_in_a_thread(self) -> None:
        before = Before(turn=Turn.FIRST)
        told: list[str] = []
        for turn in (Turn.FIRST, Turn.AGAIN, Turn.AGAIN, Turn.WRONG, Turn.AGAIN):
            before.turn = turn
            text = self._answer(before, Random(len(told)), 10)
            told += [part for part in re.split(r"(?<=[.!?])\s+", text.split("\n\n", 1)[1]) if "61 91" not in part]
        self.assertEqual(len(told), len(set(told)))

    def test_what_was_promised_and_done_is_said(self) -> None:
        before = Before(turn=Turn.KEPT, kept="Le virement est parti.", is_settled=True)
        self.assertIn("Le virement est parti.", self._answer(before, Random(1), 10))

    def test_nobody_says_that_a_file_is_joined(self) -> None:
        texts = " ".join(path.read_text(encoding="utf-8") for path in TEXTS.rglob("*.toml"))
        self.assertNotRegex(texts, r"(?i)pièce jointe|ci-joint|vous joins|est jointe?\b|fiche jointe")

    def _answers(self, hour: int, heard: str = "") -> list[str]:
        return [self._answer(Before(heard=heard), Random(seed), hour) for seed in range(60)]

    def _answer(self, before: Before, chance: Random, hour: int) -> str:
        facts = replace(facts_of("arrived_broken"), hour=hour)
        return answer(
            situation="arrived_broken",
            quality=Quality.GOOD,
            adviser=INES,
            facts=facts,
            chance=chance,
            person=ODILE,
            before=before,
        )


class AsideTests(TestCase):
    def test_colleagues_leave_notes_for_every_situation(self) -> None:
        notes = {note(situation=key, adviser=INES, facts=facts_of(key), chance=Random(7)) for key in situations()}
        self.assertGreater(len(notes), 0.9 * len(situations()))

    def test_a_call_back_says_what_about(self) -> None:
        said = callback(situation="parcel_late", person=ODILE, facts=facts_of("parcel_late"), chance=Random(1))
        self.assertEqual(said.truth.themes[0], "delivery")
