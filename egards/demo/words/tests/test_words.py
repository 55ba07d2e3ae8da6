"""The files we wrote are sound, the people invented, the French agrees."""

from __future__ import annotations

from datetime import date
from random import Random
from unittest import TestCase

from egards.demo.words.blocks import BadBlock, read_block
from egards.demo.words.compose import compose
from egards.demo.words.draws import MOODS, draw_facts, draw_situation
from egards.demo.words.fields import Telling
from egards.demo.words.grammar import TONES, causes, situations
from egards.demo.words.manner import draw_style, dress, without_accents
from egards.demo.words.nouns import Age, Facts, Kind, Length, Mood, Person, Product, Spelling, Style
from egards.demo.words.people import (
    FICTION,
    carriers,
    draw_person,
    draw_phone,
    members,
    origins,
    places,
    products,
    products_for,
)
from egards.demo.words.typeset import typeset

TODAY = date(2026, 11, 23)
ADA = Person(first="Ada", last="Morvan", gender="f")
WARDROBE = Product("armoire", "armoire", "Estran", "armoire", "f", ("furniture",), 72900, "wardrobe")


def tell(source: str, facts: Facts | None = None, gender: str = "f", seed: int = 1) -> str:
    """One block, told by Ada about her wardrobe."""
    return read_block(source).tell(Telling(facts or Facts(TODAY, WARDROBE), Random(seed), gender, ADA))


class BlockTests(TestCase):
    def test_articles_elide_and_agree(self) -> None:
        self.assertEqual(tell("{le_produit}", seed=3), "L'armoire Estran")
        self.assertEqual(tell("du pied {du_produit}", seed=3), "du pied de l'armoire Estran")
        self.assertEqual(tell("ouvert{p}, {il} est à {mon_produit}", seed=3), "ouverte, elle est à mon armoire Estran")

    def test_the_writer_agrees(self) -> None:
        self.assertEqual([tell("déçu{e} et furieu{e:x/se}", gender=gender) for gender in "fm"],
                         ["déçue et furieuse", "déçu et furieux"])  # fmt: skip

    def test_a_duration_elides(self) -> None:
        facts = Facts(TODAY, days=10)
        told = {tell("vieille de {duree}", facts, seed=seed) for seed in range(20)}
        self.assertEqual(told, {"vieille de 10 jours", "vieille d'une dizaine de jours"})

    def test_a_named_number_stays_the_same(self) -> None:
        first, _, second = tell("{n:1-900:step} {n:1-900:step}").partition(" ")
        self.assertEqual(first, second)

    def test_marks_tell_the_truth(self) -> None:
        block = read_block("On me balade. ## effort phone urgent =-2")
        self.assertEqual((block.themes, block.flags, block.polarity), (("effort", "phone"), {"urgent"}, -2))

    def test_what_cannot_be_read_is_refused(self) -> None:
        for source in ("{inconnu}", "[a|b", "a]b]", "Merci. ## joie", "{le_produit"):
            with self.subTest(source), self.assertRaises(BadBlock):
                read_block(source)


class FilesTests(TestCase):
    def test_every_situation_is_told_in_every_mood_kind_and_length(self) -> None:
        short = [
            (key, mood, kind, length)
            for key, told in situations().items()
            for mood in told.moods
            for kind in told.kinds
            for length in Length
            if len(self._tell(key, mood, kind, length)) < 8
        ]
        self.assertEqual(short, [])

    def test_moods_are_weighted_for_every_tone(self) -> None:
        self.assertEqual({tone: set(moods) for tone, moods in MOODS.items()}, {t: set(m) for t, m in TONES.items()})

    def test_causes_belong_to_situations(self) -> None:
        told = {situation for cause in causes().values() for situation in cause.situations}
        self.assertLessEqual(told, situations().keys())

    def test_a_cause_is_seen_by_most_who_suffer_from_it(self) -> None:
        facts = [draw_facts(situation="defect_later", today=TODAY, chance=Random(seed), cause="glue_lot_47")
                 for seed in range(60)]  # fmt: skip
        told = [self._say("defect_later", Mood.CALM, Kind.MAIL, Length.MEDIUM, each) for each in facts]
        self.assertGreater(sum("coll" in text or "lot 47" in text or "joint" in text for text in told), 30)

    def test_situations_are_drawn_by_their_share(self) -> None:
        chance = Random(1)
        drawn = [draw_situation(chance=chance) for _ in range(2000)]
        self.assertGreater(drawn.count("parcel_late"), 4 * drawn.count("safety_danger"))

    def _tell(self, key: str, mood: Mood, kind: Kind, length: Length) -> str:
        facts = draw_facts(situation=key, today=TODAY, chance=Random(f"{key}{mood}{kind}"))
        return self._say(key, mood, kind, length, facts)

    def _say(self, key: str, mood: Mood, kind: Kind, length: Length, facts: Facts) -> str:
        style = Style(length=length)
        chance = Random(2)
        return compose(situation=key, person=ADA, mood=mood, style=style, facts=facts, kind=kind, chance=chance).text


class PeopleTests(TestCase):
    def test_the_house_is_complete(self) -> None:
        self.assertGreaterEqual(len({product.key for product in products()}), 60)
        self.assertEqual((len(products()), len(places()), len(members())),
                         (len({product.key for product in products()}), 8, 14))  # fmt: skip

    def test_there_are_hundreds_of_names(self) -> None:
        firsts = {first for origin in origins() for group in origin.firsts.values() for first in group}
        lasts = {last for origin in origins() for last in origin.lasts}
        self.assertGreater(min(len(firsts), len(lasts)), 190)

    def test_numbers_are_those_kept_for_fiction(self) -> None:
        chance = Random(4)
        phones = {draw_phone(chance=chance) for _ in range(500)} | {member.phone for member in members()}
        self.assertEqual({phone[:8] for phone in phones}, set(FICTION))

    def test_people_are_drawn_whole(self) -> None:
        chance = Random(5)
        drawn = [draw_person(chance=chance) for _ in range(2000)]
        self.assertEqual({person.age for person in drawn}, set(Age))
        self.assertGreater(len({person.name for person in drawn}), 1500)

    def test_only_what_is_built_lacks_screws(self) -> None:
        self.assertEqual({"kit" in product.traits for product in products_for("missing_part")}, {True})

    def test_carriers_are_invented(self) -> None:
        self.assertEqual(carriers(), ("Portelis", "Vif Colis", "Transrive"))


class MannerTests(TestCase):
    TEXT = "Bonjour, j'ai commandé LN-20451 et c'est toujours en retard. Réponse à ada@courriel.example ?"

    def test_a_careful_person_makes_no_slip(self) -> None:
        careful = Person(first="Ada", last="M", gender="f", spelling=Spelling.CAREFUL)
        drawn = [draw_style(person=careful, kind=Kind.MAIL, chance=Random(seed)) for seed in range(100)]
        self.assertEqual({(style.typos, style.sms, style.capitals) for style in drawn}, {(0.0, False, False)})

    def test_numbers_and_addresses_survive_every_slip(self) -> None:
        style = Style(typos=0.4, sms=True, accents=False)
        told = [dress(self.TEXT, style=style, person=ADA, mood=Mood.ANGRY, chance=Random(seed)) for seed in range(200)]
        kept = ["LN-20451" in text.upper() and "ADA@COURRIEL.EXAMPLE" in text.upper() for text in told]
        self.assertTrue(all(kept))

    def test_accents_go_and_emojis_stay(self) -> None:
        self.assertEqual(without_accents("Reçu à l'été, bel œuf 😍"), "Recu a l'ete, bel oeuf 😍")

    def test_answers_are_well_set(self) -> None:
        self.assertEqual(typeset("C'est « là » : 14 h 30, 20 € !"),
                         "C’est «\u202flà\u202f»\u202f: 14\u00a0h\u00a030, 20\u00a0€\u202f!")  # fmt: skip
