"""The page where a mail provider is chosen: its secret address is shown once, and replaced or closed by POST."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from egards.accounts.models import JournalEntry
from egards.core.house_mark import mark_house
from egards.interactions.models import Arrival
from egards.touchpoints.models import Hook
from egards.workspace.tests.conftest import As
from tests.cast import Cast


@pytest.fixture
def admin(house: Cast, as_member: As) -> Client:
    """Fatou, who keeps the whole house."""
    return as_member(house.fatou)


@pytest.fixture
def page(house: Cast) -> str:
    """Where the provider is chosen."""
    return reverse("settings_hook", args=[house.mailbox.pk])


def test_the_address_is_shown_once_and_lets_letters_in(admin: Client, page: str) -> None:
    made = admin.post(page, {"provider": "postmark"})
    address = urlsplit(made.context["address"])
    assert made.context["address"] in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert str(address.password) not in admin.get(page).content.decode()
    known = base64.b64encode(f"{address.username}:{address.password}".encode()).decode()
    body = '{"RawEmail": "From: a@client.example\\r\\nSubject: Bonjour\\r\\n\\r\\nBonjour"}'
    headers = {"Authorization": f"Basic {known}"}
    assert Client().post(address.path, body, content_type="application/json", headers=headers).status_code == 200
    assert Arrival.objects.count() == 1


def test_mailgun_is_not_opened_without_its_key_and_the_page_says_so(admin: Client, page: str) -> None:
    answer = admin.post(page, {"provider": "mailgun"})
    assert "clé de signature" in answer.content.decode()
    assert not Hook.objects.exists()
    assert admin.post(page, {"provider": "mailgun", "signing_key": "secret-of-mailgun"}).context["address"]
    assert "secret-of-mailgun" not in admin.get(page).content.decode()


def test_it_is_closed_by_post_only_and_both_are_in_the_journal(admin: Client, page: str, house: Cast) -> None:
    admin.post(page, {"provider": "mailjet"})
    leave = reverse("settings_hook_left", args=[house.mailbox.pk])
    assert admin.get(leave).status_code == 405
    assert Hook.objects.exists()
    admin.post(leave)
    assert not Hook.objects.exists()
    verbs = JournalEntry.objects.filter(verb__startswith="mail hook").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["mail hook opened", "mail hook closed"]


def test_the_page_of_what_comes_in_says_who_posts(admin: Client, page: str, house: Cast) -> None:
    admin.post(page, {"provider": "mailjet"})
    assert (
        "Mailjet remet des lettres ici"
        in admin.get(reverse("settings_receiving", args=[house.mailbox.pk])).content.decode()
    )


def test_a_demo_says_so_above_the_form_not_under_a_field(admin: Client, page: str) -> None:
    mark_house(is_demo=True)
    form = admin.post(page, {"provider": "postmark"}).context["form"]
    assert list(form.errors) == ["__all__"]
    assert not Hook.objects.exists()
