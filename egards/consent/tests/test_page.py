"""The page of the rules: what is applied, since when, from where, and what is not sure."""

from __future__ import annotations

from django.test import TestCase
from django.urls import reverse

from egards.accounts.actions import add_member
from egards.consent.loading import load_pack


class PageTests(TestCase):
    def setUp(self) -> None:
        load_pack()
        member = add_member(email="alice@exemple.fr", name="Alice Martin", password="une phrase assez longue 7")
        self.client.force_login(member)

    def test_it_works(self) -> None:
        page = self.client.get(reverse("rules"), {"le": "2026-11-23"})
        self.assertContains(page, "Depuis le 11 août 2026")
        self.assertContains(page, "phone.prospecting, version 2")
        self.assertContains(page, "Ce n’est pas un conseil juridique")
        self.assertContains(page, "nous ne l’avons pas trouvé et gardons les valeurs de 2022")

    def test_on_a_day_before_it_shows_what_held_then_and_what_was_coming(self) -> None:
        page = self.client.get(reverse("rules"), {"le": "2026-08-10"})
        self.assertContains(page, "phone.prospecting, version 1")
        self.assertContains(page, "Ce qui vient")
        self.assertContains(page, "phone.prospecting, version 2")

    def test_a_day_that_does_not_exist_is_today(self) -> None:
        page = self.client.get(reverse("rules"), {"le": "2026-02-31"})
        self.assertContains(page, "phone.prospecting, version 2")
        self.assertNotContains(page, "phone.prospecting, version 1")

    def test_before_the_first_rule_it_says_that_nothing_may_leave(self) -> None:
        self.assertContains(self.client.get(reverse("rules"), {"le": "2010-01-01"}), "rien ne peut partir")

    def test_a_stranger_is_asked_to_sign_in(self) -> None:
        self.client.logout()
        self.assertNotEqual(self.client.get(reverse("rules")).status_code, 200)

    def test_looking_changes_nothing_and_posting_is_refused(self) -> None:
        self.assertEqual(self.client.post(reverse("rules")).status_code, 405)
