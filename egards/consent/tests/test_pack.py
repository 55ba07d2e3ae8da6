"""The pack: complete, dated, sourced; loaded once; and errors that name the key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase

from egards.consent.loading import load_pack
from egards.consent.models import Rule
from egards.consent.queries import rule_at
from egards.consent.rules.facts import RuleMissing
from egards.consent.rules.pack import PackError, parse_pack
from egards.consent.tests.cast import paris
from egards.core.typography import faults

TEXT = (Path(__file__).parent.parent / "packs" / "fr.toml").read_text(encoding="utf-8")
RULES = parse_pack(TEXT, name="packs/fr.toml")


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.code}-{r.version}")
def test_every_rule_says_where_it_comes_from_and_when_it_was_checked(rule: object) -> None:
    assert isinstance(rule, type(RULES[0]))
    assert rule.source
    assert rule.scope in ("FR", "maison")
    assert rule.verified_on >= date(2026, 11, 23)
    assert faults(rule.text_fr) == []
    assert faults(rule.doubt_fr) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('source = "RGPD, art.\u00a06.1.c"\n', "", "n° 3 « always.legal ».*« source » manque"),
        ("[rule.value]\ndays = 60", "[rule.value]\ndays = -60", "« hold.call_refused ».*« value.days » doit être"),
        ('[["08:00", "20:00"]]', '[["20:00", "08:00"]]', "« sms.hours ».*« value.slots » doit être"),
        ("valid_to = 2026-08-11", "valid_to = 2016-08-11", "« phone.prospecting ».*« valid_to » doit venir après"),
        ("valid_to = 2026-08-11", "valid_to = 2026-08-10", "« phone.prospecting » version 2.*« valid_from »"),
        ("{ month = 7, day = 14 }", "{ month = 7, day = 34 }", "« holidays.national ».*« value.days » doit être"),
        ('code = "pressure"', 'code = "presure"', "« presure ».*« code » n’est pas un code"),
        ("attempts = 4", "attempts = 4\ntries = 5", "« phone.frequency ».*« value.tries » est inconnue"),
        ('basis = "opt_out"', 'basis = "why_not"', "« post.prospecting ».*« value.basis » doit être"),
        ("version = 2", "version = 3", "« email.prospecting ».*« version » doit suivre 1"),
    ],
)
def test_an_error_names_the_rule_and_the_key(old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    with pytest.raises(PackError) as caught:
        parse_pack(TEXT.replace(old, new, 1), name="packs/fr.toml")
    told = str(caught.value).replace("\u202f", " ")
    assert told.startswith("packs/fr.toml : ")
    assert re.search(sentence, told), told


def test_a_pack_without_one_of_its_rules_is_refused() -> None:
    with pytest.raises(PackError, match=r"pressure.*manque"):
        parse_pack(TEXT[: TEXT.rindex("[[rule]]")], name="packs/fr.toml")


class LoadingTests(TestCase):
    def test_it_works_and_twice_changes_nothing(self) -> None:
        self.assertEqual(load_pack(), len(RULES))
        self.assertEqual(load_pack(), 0)
        self.assertEqual(Rule.objects.count(), len(RULES))

    def test_the_rule_of_a_day_is_the_version_of_that_day(self) -> None:
        load_pack()
        self.assertEqual(rule_at("phone.prospecting", paris("2026-08-10 23:59")).version, 1)
        self.assertEqual(rule_at("phone.prospecting", paris("2026-08-11 00:00")).version, 2)

    def test_before_its_first_day_a_rule_is_missing_and_says_so(self) -> None:
        load_pack()
        with self.assertRaisesMessage(RuleMissing, "phone.hours"):
            rule_at("phone.hours", paris("2023-02-28 12:00"))

    def test_words_that_have_served_cannot_be_changed_by_the_pack(self) -> None:
        load_pack()
        with self.assertRaisesMessage(PackError, "Écrivez une version de plus"):
            load_pack(text=TEXT.replace("attempts = 4", "attempts = 5"))

    def test_nor_by_anybody_in_the_base(self) -> None:
        load_pack()
        with self.assertRaisesMessage(IntegrityError, "keeps its words"), transaction.atomic():
            Rule.objects.filter(code="phone.frequency").update(value={"attempts": 9, "days": 30})
        with self.assertRaisesMessage(IntegrityError, "keeps its words"), transaction.atomic():
            Rule.objects.filter(code="phone.frequency").delete()

    def test_an_end_that_the_house_wrote_stays(self) -> None:
        load_pack()
        Rule.objects.filter(code="sms.hours").update(valid_to=date(2027, 1, 1))
        load_pack()
        self.assertEqual(Rule.objects.get(code="sms.hours").valid_to, date(2027, 1, 1))
