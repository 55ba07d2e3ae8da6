"""The gate itself: whom we may reach, by what, when. The first two acceptance tests of the reference are here."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from egards.consent.actions import (
    ConsentError,
    give_consent,
    hold,
    lift_objection,
    may_contact,
    note_call_refused,
    note_contract,
    note_residence,
    object_to,
    release,
    withdraw_consent,
)
from egards.consent.decisions import Allowed, Decision, Refusal
from egards.consent.models import Consent, Permit
from egards.consent.queries import handles_of, refusals
from egards.consent.rules.facts import HoldScope, Medium, Purpose, RuleMissing, Source
from egards.consent.tests.cast import ConsentTestCase, paris, person, word_of
from egards.core.clock import now
from egards.customers.actions import merge_customers, undo_merge
from egards.customers.models import Customer
from egards.interactions.models import Mode

MONDAY = paris("2026-08-10 11:00")
TUESDAY = paris("2026-08-11 11:00")
WORDING = "J’accepte d’être appelé par la Maison pour ses offres."


def call(customer: Customer, at: datetime, offer: str = "") -> Decision:
    return may_contact(customer=customer, medium=Medium.PHONE, purpose=Purpose.PROSPECTING, moment=at, offer=offer)


def mail(customer: Customer, at: datetime, offer: str = "", purpose: Purpose = Purpose.PROSPECTING) -> Decision:
    return may_contact(customer=customer, medium=Medium.EMAIL, purpose=purpose, moment=at, offer=offer)


def sign(customer: Customer, *covers: str, ends_on: date | None = None, is_informed: bool = True) -> UUID:
    contract = note_contract(
        customer=customer,
        ref=uuid4(),
        covers=covers,
        is_informed=is_informed,
        starts_on=date(2026, 1, 5),
        ends_on=ends_on,
    )
    return contract.pk


class GateTestCase(ConsentTestCase):
    def assert_refused(self, decision: Decision, code: str, version: int = 1) -> None:
        self.assertIsInstance(decision, Refusal)
        self.assertEqual((decision.rule.code, decision.rule.version), (code, version))
        self.assertEqual(decision.sentence, decision.rule.text_fr)

    def assert_allowed(self, decision: Decision, code: str, version: int = 1) -> Allowed:
        assert isinstance(decision, Allowed), decision
        self.assertEqual((decision.rule.code, decision.rule.version), (code, version))
        return decision


class CallTests(GateTestCase):
    """F.1"""

    def test_it_works(self) -> None:
        allowed = self.assert_allowed(call(self.dupont, MONDAY), "phone.prospecting", 1)
        permit = Permit.objects.get(pk=allowed.permit_id)
        self.assertEqual((permit.customer, permit.rule.code, permit.moment), (self.dupont, "phone.prospecting", MONDAY))

    def test_from_the_eleventh_of_august_a_call_needs_consent(self) -> None:
        self.assert_refused(call(self.dupont, TUESDAY), "phone.prospecting", 2)
        self.assertFalse(Permit.objects.exists())

    def test_consent_with_its_proof_allows_the_call(self) -> None:
        consent = give_consent(
            customer=self.dupont,
            purpose=Purpose.PROSPECTING,
            medium=Medium.PHONE,
            wording=WORDING,
            source=Source.FORM,
            at=MONDAY,
        )
        allowed = self.assert_allowed(call(self.dupont, TUESDAY), "prospecting.consent")
        self.assertEqual(allowed.permit.ground_id, consent.pk)
        self.assertEqual(Consent.objects.get().wording.text, WORDING)

    def test_before_it_was_given_a_consent_allows_nothing(self) -> None:
        give_consent(
            customer=self.dupont,
            purpose=Purpose.PROSPECTING,
            medium=Medium.PHONE,
            wording=WORDING,
            source=Source.FORM,
            at=TUESDAY + timedelta(hours=1),
        )
        self.assert_refused(call(self.dupont, TUESDAY), "phone.prospecting", 2)

    def test_an_ongoing_contract_allows_what_is_related_to_it(self) -> None:
        contract_id = sign(self.dupont, "electricite")
        allowed = self.assert_allowed(call(self.dupont, TUESDAY, "electricite"), "phone.contract")
        self.assertEqual(allowed.permit.ground_id, contract_id)

    def test_a_contract_does_not_allow_what_is_unrelated(self) -> None:
        sign(self.dupont, "electricite")
        self.assert_refused(call(self.dupont, TUESDAY, "assurance"), "phone.prospecting", 2)
        self.assert_refused(call(self.dupont, TUESDAY), "phone.prospecting", 2)

    def test_a_contract_that_has_ended_allows_nothing(self) -> None:
        sign(self.dupont, "electricite", ends_on=date(2026, 8, 10))
        self.assert_refused(call(self.dupont, TUESDAY, "electricite"), "phone.prospecting", 2)

    def test_at_lunch_even_a_contract_waits(self) -> None:
        sign(self.dupont, "electricite")
        self.assert_refused(call(self.dupont, paris("2026-08-11 13:30"), "electricite"), "phone.hours")

    def test_the_fifth_attempt_in_thirty_days_is_refused(self) -> None:
        sign(self.dupont, "electricite")
        for day in ("2026-09-01", "2026-09-08", "2026-09-15", "2026-09-22"):
            self.assert_allowed(call(self.dupont, paris(f"{day} 11:00"), "electricite"), "phone.contract")
        self.assert_refused(call(self.dupont, paris("2026-09-29 11:00"), "electricite"), "phone.frequency")

    def test_after_a_refusal_sixty_days_of_silence(self) -> None:
        sign(self.dupont, "electricite")
        note_call_refused(customer=self.dupont, at=paris("2026-09-03 11:00"))
        on_day_59, on_day_60, on_day_61 = (paris(f"2026-11-0{n} 11:00") for n in (1, 2, 3))
        self.assert_refused(call(self.dupont, on_day_59, "electricite"), "hold.call_refused")
        self.assert_refused(call(self.dupont, on_day_60, "electricite"), "hold.call_refused")
        self.assert_allowed(call(self.dupont, on_day_61, "electricite"), "phone.contract")

    def test_a_refused_call_does_not_stop_mail(self) -> None:
        sign(self.dupont, "electricite")
        note_call_refused(customer=self.dupont, at=paris("2026-09-03 11:00"))
        self.assert_allowed(mail(self.dupont, paris("2026-09-04 11:00"), "electricite"), "prospecting.similar")

    def test_nine_in_paris_is_eleven_in_reunion(self) -> None:
        self.assert_refused(call(self.dupont, paris("2026-08-10 09:00")), "phone.hours")
        hoarau = person(("phone", "+33712345678"))
        note_residence(customer=hoarau, zone="Indian/Reunion", department="974", source=Source.ADVISER)
        self.assert_allowed(call(hoarau, paris("2026-08-10 09:00")), "phone.prospecting")

    def test_a_number_of_guadeloupe_rings_in_guadeloupe(self) -> None:
        lacrosse = person(("phone", "+590690123456"))
        self.assert_refused(call(lacrosse, MONDAY), "phone.hours")
        self.assert_allowed(call(lacrosse, paris("2026-08-10 17:00")), "phone.prospecting")

    def test_the_fourteenth_of_july_is_a_holiday_of_the_law(self) -> None:
        self.assert_refused(call(self.dupont, paris("2026-07-14 11:00")), "holidays.national")

    def test_good_friday_in_bas_rhin_is_our_courtesy_alone(self) -> None:
        note_residence(customer=self.dupont, zone="Europe/Paris", department="67", source=Source.FORM)
        self.assert_refused(call(self.dupont, paris("2026-04-03 11:00")), "holidays.courtesy")
        self.assert_allowed(call(person(), paris("2026-04-03 11:00")), "phone.prospecting")

    def test_a_number_on_bloctel_is_not_called_without_contract(self) -> None:
        object_to(customer=self.dupont, source=Source.BLOCTEL, purposes={Purpose.PROSPECTING}, medium=Medium.PHONE)
        self.assert_refused(call(self.dupont, MONDAY), "phone.bloctel")
        sign(self.dupont, "electricite")
        self.assert_allowed(call(self.dupont, MONDAY, "electricite"), "phone.contract")


class MailTests(GateTestCase):
    """F.2"""

    def test_an_account_without_a_purchase_gives_no_right_to_write(self) -> None:
        self.assert_refused(mail(self.dupont, TUESDAY, "chaussures"), "email.prospecting")

    def test_a_purchase_of_similar_products_with_notice_does_with_a_stop_link(self) -> None:
        sign(self.dupont, "chaussures", ends_on=date(2026, 1, 5))
        allowed = self.assert_allowed(mail(self.dupont, TUESDAY, "chaussures"), "prospecting.similar")
        self.assertIn("stop_link", allowed.conditions)

    def test_a_purchase_without_notice_does_not(self) -> None:
        sign(self.dupont, "chaussures", ends_on=date(2026, 1, 5), is_informed=False)
        self.assert_refused(mail(self.dupont, TUESDAY, "chaussures"), "email.prospecting")

    def test_nor_does_it_for_other_products(self) -> None:
        sign(self.dupont, "chaussures", ends_on=date(2026, 1, 5))
        self.assert_refused(mail(self.dupont, TUESDAY, "assurance"), "email.prospecting")

    def test_a_consent_for_one_address_does_not_serve_another(self) -> None:
        martin = person(("email", "martin@exemple.fr"), ("email", "autre@exemple.fr"))
        given, other = handles_of(martin)
        give_consent(
            customer=martin,
            purpose=Purpose.PROSPECTING,
            medium=Medium.EMAIL,
            wording="J’accepte vos offres par courriel.",
            source=Source.PERSON,
            at=MONDAY,
            handle=given,
        )
        ask = {"customer": martin, "medium": Medium.EMAIL, "purpose": Purpose.PROSPECTING, "moment": TUESDAY}
        self.assert_refused(may_contact(**ask, handle=other), "email.prospecting")  # type: ignore[arg-type]
        self.assert_allowed(may_contact(**ask, handle=given), "prospecting.consent")  # type: ignore[arg-type]

    def test_a_consent_taken_back_allows_nothing_and_stays_on_file(self) -> None:
        give_consent(
            customer=self.dupont,
            purpose=Purpose.PROSPECTING,
            medium=Medium.EMAIL,
            wording="J’accepte vos offres par courriel.",
            source=Source.PERSON,
        )
        self.assert_allowed(mail(self.dupont, now()), "prospecting.consent")
        withdraw_consent(customer=self.dupont, purpose=Purpose.PROSPECTING, medium=Medium.EMAIL, source=Source.PERSON)
        self.assert_refused(mail(self.dupont, now()), "email.prospecting", version=2)
        self.assertEqual(Consent.objects.count(), 1)

    def test_a_consent_needs_the_sentence_that_was_read(self) -> None:
        with self.assertRaises(ConsentError):
            give_consent(
                customer=self.dupont,
                purpose=Purpose.PROSPECTING,
                medium=Medium.EMAIL,
                wording="  ",
                source=Source.FORM,
            )


class ObjectionTests(GateTestCase):
    def test_it_beats_consent_until_the_person_lifts_it(self) -> None:
        object_to(customer=self.dupont, source=Source.PERSON)
        give_consent(
            customer=self.dupont,
            purpose=Purpose.PROSPECTING,
            medium=Medium.EMAIL,
            wording="J’accepte vos offres par courriel.",
            source=Source.FORM,
        )
        self.assert_refused(mail(self.dupont, now()), "objection")
        lift_objection(customer=self.dupont, purpose=Purpose.PROSPECTING, source=Source.PERSON)
        self.assert_allowed(mail(self.dupont, now()), "prospecting.consent")
        self.assert_refused(mail(self.dupont, now(), purpose=Purpose.SURVEY), "objection")

    def test_said_twice_it_is_written_once(self) -> None:
        self.assertEqual(len(object_to(customer=self.dupont, source=Source.PERSON)), 6)  # 3 purposes, 2 addresses
        self.assertEqual(object_to(customer=self.dupont, source=Source.PERSON), [])

    def test_nobody_can_refuse_to_be_answered(self) -> None:
        with self.assertRaises(ConsentError):
            object_to(customer=self.dupont, source=Source.PERSON, purposes={Purpose.ANSWER})

    def test_it_follows_the_person_through_a_merge_and_back(self) -> None:
        twin = person(("email", "dupont.bis@exemple.fr"))
        object_to(customer=twin, source=Source.PERSON)
        merge = merge_customers(kept=self.dupont, joined=twin, by=None)
        self.dupont.refresh_from_db()
        self.assert_refused(mail(self.dupont, TUESDAY, purpose=Purpose.SURVEY), "objection")
        undo_merge(merge=merge, by=None)
        self.assert_allowed(mail(self.dupont, TUESDAY, purpose=Purpose.SURVEY), "survey.interest")


class HoldTests(GateTestCase):
    def test_an_open_complaint_stops_surveys_not_its_own_repair(self) -> None:
        hold(customer=self.dupont, scope=HoldScope.SOLICITATIONS, until=None, why="complaint")
        self.assert_refused(mail(self.dupont, now(), purpose=Purpose.SURVEY), "hold.complaint")
        self.assert_allowed(mail(self.dupont, now(), purpose=Purpose.REPAIR), "always.repair")

    def test_once_released_the_silence_lasts_fourteen_days_more(self) -> None:
        held = hold(customer=self.dupont, scope=HoldScope.SOLICITATIONS, until=None, why="complaint")
        release(hold=held)
        after = now()
        self.assert_refused(mail(self.dupont, after + timedelta(days=13), purpose=Purpose.SURVEY), "hold.complaint")
        self.assert_allowed(mail(self.dupont, after + timedelta(days=15), purpose=Purpose.SURVEY), "survey.interest")

    def test_a_pause_ends_by_itself(self) -> None:
        held = hold(customer=self.dupont, scope=HoldScope.SOLICITATIONS, until=None, why="pause")
        self.assertEqual(held.until, held.at + timedelta(days=30))

    def test_a_reason_without_a_rule_is_refused(self) -> None:
        with self.assertRaises(ConsentError):
            hold(customer=self.dupont, scope=HoldScope.SOLICITATIONS, until=None, why="mood")


class AnswerTests(GateTestCase):
    def test_it_works(self) -> None:
        word = word_of(self.dupont, at=MONDAY)
        object_to(customer=self.dupont, source=Source.PERSON)
        allowed = self.assert_allowed(self.answer(word), "always.answer")
        self.assertEqual(allowed.permit.cause_id, word.pk)

    def test_the_word_of_somebody_else_is_no_reason_to_write(self) -> None:
        self.assert_refused(self.answer(word_of(person(), at=MONDAY)), "always.answer")

    def test_a_word_of_the_archive_is_no_reason_to_write(self) -> None:
        self.assert_refused(self.answer(word_of(self.dupont, at=MONDAY, mode=Mode.ARCHIVE)), "archive.silent")

    def answer(self, word: object) -> Decision:
        return may_contact(
            customer=self.dupont,
            medium=Medium.EMAIL,
            purpose=Purpose.ANSWER,
            moment=TUESDAY,
            cause=word,  # type: ignore[arg-type]
        )


class ProofTests(GateTestCase):
    def test_permits_are_neither_changed_nor_deleted(self) -> None:
        call(self.dupont, MONDAY)
        with self.assertRaisesMessage(IntegrityError, "is a proof"), transaction.atomic():
            Permit.objects.update(points=0)
        with self.assertRaisesMessage(IntegrityError, "is a proof"), transaction.atomic():
            Permit.objects.all().delete()

    def test_refusals_are_counted_about_nobody(self) -> None:
        call(self.dupont, TUESDAY)
        call(self.dupont, TUESDAY)
        today = now().date()
        counted = refusals(since=today - timedelta(days=1), until=today + timedelta(days=1))
        self.assertEqual(
            counted,
            [
                {
                    "rule__code": "phone.prospecting",
                    "rule__version": 2,
                    "purpose": "prospecting",
                    "medium": "phone",
                    "total": 2,
                }
            ],
        )

    def test_before_the_first_rule_nothing_leaves(self) -> None:
        with self.assertRaises(RuleMissing):
            call(self.dupont, paris("2017-01-02 11:00"))
