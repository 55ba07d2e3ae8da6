"""A person who is forgotten: their name leaves the proofs, their refusal stays (F.10, the part that is consent's)."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

from django.apps import apps
from django.db import connection

from egards.accounts.scope import Scope
from egards.consent.actions import (
    give_consent,
    hold,
    may_contact,
    note_contract,
    note_residence,
    object_to,
)
from egards.consent.decisions import Allowed
from egards.consent.forget import PLACES
from egards.consent.models import Consent, Contract, Hold, Objection, Permit, Residence
from egards.consent.queries import handles_of
from egards.consent.rules.facts import HoldScope, Medium, Purpose, Source
from egards.consent.tests.cast import ConsentTestCase, paris, word_of
from egards.consent.trace import trace_lines
from egards.core.forget import ErasablePlace, Person
from egards.customers.models import Customer, Identity

SCOPED = ("consent", "objection", "withdrawal", "hold", "contract", "residence", "permit")


class ForgetTests(ConsentTestCase):
    def setUp(self) -> None:
        object_to(customer=self.dupont, source=Source.PERSON, purposes={Purpose.SURVEY})
        give_consent(
            customer=self.dupont,
            purpose=Purpose.PROSPECTING,
            medium=Medium.EMAIL,
            wording="J’accepte vos offres par courriel.",
            source=Source.FORM,
            at=paris("2026-09-01 09:00"),
        )
        may_contact(
            customer=self.dupont,
            medium=Medium.EMAIL,
            purpose=Purpose.PROSPECTING,
            moment=paris("2026-09-01 11:00"),
        )
        hold(customer=self.dupont, scope=HoldScope.SOLICITATIONS, until=None, why="complaint")
        note_residence(customer=self.dupont, zone="Europe/Paris", department="67", source=Source.FORM)
        note_contract(
            customer=self.dupont,
            ref=uuid4(),
            covers=["electricite"],
            is_informed=True,
            starts_on=date(2026, 1, 5),
            ends_on=None,
        )
        self.handles = handles_of(self.dupont)
        self.whom = Person(
            customer_ids=(self.dupont.pk,),
            handle_ids=tuple(h.pk for h in self.handles),
            handle_digests=tuple(bytes(h.digest) for h in self.handles),
            interaction_ids=(),
            handle_values=tuple(h.value for h in self.handles),
        )

    def erase(self) -> int:
        return sum(place.erase(self.whom) for place in PLACES if isinstance(place, ErasablePlace))

    def test_the_suppression_survives_the_person(self) -> None:
        self.erase()
        Identity.objects.filter(customer=self.dupont).delete()
        somebody_new = Customer.objects.create()
        for handle in self.handles:
            Identity.objects.create(handle=handle, customer=somebody_new, proof="claimed")
        decision = may_contact(
            customer=somebody_new,
            medium=Medium.EMAIL,
            purpose=Purpose.SURVEY,
            moment=paris("2026-09-01 11:00"),
        )
        self.assertEqual((decision.is_allowed, decision.rule.code), (False, "objection"))

    def test_nothing_leads_to_the_person_any_more(self) -> None:
        self.assertEqual(self.erase(), 2 + 1 + 1 + 3)  # two addresses, one consent, one permit, three descriptions
        for model in (Consent, Objection, Permit, Hold, Contract, Residence):
            self.assertFalse(model._default_manager.filter(customer=self.dupont).exists(), model)
        self.assertEqual((Consent.objects.count(), Permit.objects.count(), Objection.objects.count()), (1, 1, 2))

    def test_an_objection_without_an_address_goes_with_the_person(self) -> None:
        nobody = Customer.objects.create()
        object_to(customer=nobody, source=Source.ADVISER)
        person = Person((nobody.pk,), (), (), (), ())
        erased = [place.erase(person) for place in PLACES if isinstance(place, ErasablePlace)]
        self.assertEqual(sum(erased), 3)
        self.assertEqual(Objection.objects.count(), 2)

    def test_it_may_run_twice(self) -> None:
        self.erase()
        self.assertEqual(self.erase(), 0)

    def test_the_guards_are_up_again_afterwards(self) -> None:
        self.erase()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('egards.forgetting', true)")
            self.assertEqual(cursor.fetchone(), ("no",))

    def test_the_copy_tells_the_person_what_we_hold(self) -> None:
        copies = {p.name: p.export(self.whom) for p in PLACES if isinstance(p, ErasablePlace)}
        self.assertEqual({name: len(rows) for name, rows in copies.items()}, {
            "consent_consent": 1, "consent_objection": 2, "consent_permit": 1,
            "consent_hold": 1, "consent_contract": 1, "consent_residence": 1,
        })  # fmt: skip
        self.assertIn("J’accepte vos offres", json.dumps(copies, ensure_ascii=False))

    def test_every_table_has_its_line(self) -> None:
        tables = {model._meta.db_table for model in apps.get_app_config("consent").get_models()}
        self.assertEqual({place.name for place in PLACES}, tables)


class ScopeTests(ConsentTestCase):
    def test_a_stranger_to_the_brand_sees_no_permit_and_the_house_sees_it(self) -> None:
        word = word_of(self.dupont, at=paris("2026-09-01 10:00"))
        decision = may_contact(
            customer=self.dupont,
            medium=Medium.EMAIL,
            purpose=Purpose.ANSWER,
            moment=paris("2026-09-01 11:00"),
            cause=word,
        )
        assert isinstance(decision, Allowed)
        self.assertEqual(trace_lines(word, Scope()), [])
        [line] = trace_lines(word, Scope.house())
        self.assertEqual(line.ref, decision.permit_id)
        self.assertIn("always.answer, version 1", line.detail)
        [seen] = trace_lines(word, Scope(brands=frozenset({word.touchpoint.brand_id})))
        self.assertEqual(seen, line)

    def test_every_row_about_a_person_has_its_fence(self) -> None:
        for name in SCOPED:
            model = apps.get_model("consent", name)
            self.assertEqual(model._default_manager.within(Scope()).count(), 0)
