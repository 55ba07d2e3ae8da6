"""Members come by a link handed over, change what they do, and leave once nobody waits for them any more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from egards.accounts.actions import deactivate_member, give_role, hand_over_link
from egards.accounts.models import Brand, Member, Role
from egards.accounts.queries import access_of
from egards.conversations.models import Conversation
from egards.core.clock import now
from egards.touchpoints.models import Touchpoint
from egards.workspace.tests.conftest import As
from tests.cast import PASSWORD, Cast, newcomer

FRESH = "six-chaises-de-jardin"


@pytest.fixture
def admin(house: Cast, as_member: As) -> Client:
    """Fatou, who keeps the whole house."""
    return as_member(house.fatou)


@pytest.fixture
def nour(house: Cast, as_member: As) -> Client:
    """Bob, who keeps Lindelle from now on."""
    give_role(member=house.bob, name="admin", brand=house.lindelle)
    return as_member(house.bob)


def invite(client: Client, brand: Brand, **more: str) -> str:
    """Let Inès in, and return the address of her link."""
    fields = {"name": "Inès Kaddour", "email": "ines@maison.example", "role": "adviser", "brand": str(brand.pk)} | more
    shown = client.post(reverse("settings_invite"), fields).content.decode()
    found = re.search(r'value="https?://[^/]+(/invitation/[^"]+/)"', shown)
    assert found, shown
    return found[1]


def held_by(member: Member, at: Touchpoint) -> Conversation:
    return Conversation.objects.create(brand=at.brand, touchpoint=at, owner=member, opened_at=now())


def test_somebody_is_let_in_chooses_a_password_and_is_in(admin: Client, house: Cast) -> None:
    address = invite(admin, house.lindelle)
    stranger = Client()
    page = stranger.get(address)
    assert "ines@maison.example" in page.content.decode()
    answer = stranger.post(address, {"name": "Inès K.", "password": FRESH})
    assert answer.headers["Location"] == "/"
    ines = Member.objects.get(email="ines@maison.example")
    assert (ines.name, stranger.get("/reglages/reponses/").status_code) == ("Inès K.", 200)
    assert Client().get(address).status_code == 410


def test_pages_with_a_key_in_their_address_tell_nobody(admin: Client, house: Cast) -> None:
    address = invite(admin, house.lindelle)
    for page in (Client().get(address), Client().get("/invitation/faux/")):
        assert page.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in page.headers["Cache-Control"]


def test_a_weak_password_is_refused_in_its_place(admin: Client, house: Cast) -> None:
    address = invite(admin, house.lindelle)
    shown = Client().post(address, {"name": "Inès", "password": "azerty"}).content.decode()
    assert 'id="id_password_error"' in shown
    assert Client().get(address).status_code == 200


def test_a_form_behind_a_link_needs_its_token(admin: Client, house: Cast) -> None:
    address = invite(admin, house.lindelle)
    careful = Client(enforce_csrf_checks=True)
    assert careful.post(address, {"name": "Inès", "password": FRESH}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', careful.get(address).content.decode())
    assert token
    said = {"name": "Inès", "password": FRESH, "csrfmiddlewaretoken": token[1]}
    assert careful.post(address, said, headers={"Origin": "http://testserver"}).status_code == 302


def test_a_link_too_old_says_so(admin: Client, house: Cast) -> None:
    address = invite(admin, house.lindelle)
    with time_machine.travel(now() + timedelta(hours=73)):
        assert "ne sert plus" in Client().get(address).content.decode()


def test_a_link_for_a_new_password_ends_the_old_one(admin: Client, house: Cast, as_member: As) -> None:
    alice = as_member(house.alice)
    shown = admin.post(reverse("settings_member_link", args=[house.alice.pk])).content.decode()
    address = re.search(r"(/invitation/[^\"]+/)", shown)
    assert address
    assert alice.get("/reglages/reponses/").status_code == 200
    Client().post(address[1], {"name": "Alice Thévenin", "password": FRESH})
    assert alice.get("/reglages/reponses/").status_code == 302
    house.alice.refresh_from_db()
    assert not house.alice.check_password(PASSWORD)


def test_an_address_that_serves_already_is_refused(admin: Client, house: Cast) -> None:
    fields = {"name": "A", "email": house.alice.email, "role": "adviser", "brand": str(house.lindelle.pk)}
    assert 'id="id_email_error"' in admin.post(reverse("settings_invite"), fields).content.decode()


def test_nobody_is_let_in_without_a_brand_but_who_keeps_the_house(admin: Client, house: Cast) -> None:
    fields = {"name": "Noé", "email": "noe@maison.example", "role": "adviser", "brand": ""}
    assert 'id="id_brand_error"' in admin.post(reverse("settings_invite"), fields).content.decode()
    assert not Member.objects.filter(email="noe@maison.example").exists()
    admin.post(reverse("settings_invite"), fields | {"role": "admin"})
    assert Role.objects.get(member__email="noe@maison.example").brand is None


def test_who_keeps_a_brand_lets_people_in_there_only(nour: Client, house: Cast) -> None:
    invite(nour, house.lindelle)
    for brand in ("", str(house.ormelle.pk)):
        fields = {"name": "Noé", "email": "noe@maison.example", "role": "admin", "brand": brand}
        assert 'id="id_brand_error"' in nour.post(reverse("settings_invite"), fields).content.decode()
    assert not Member.objects.filter(email="noe@maison.example").exists()


def test_who_keeps_a_brand_takes_nobody_elses_account(nour: Client, house: Cast) -> None:
    assert nour.get(reverse("settings_member", args=[house.chloe.pk])).status_code == 404
    assert nour.post(reverse("settings_member_link", args=[house.fatou.pk])).status_code == 404
    give_role(member=house.alice, name="adviser", brand=house.ormelle)
    answer = nour.post(reverse("settings_member_link", args=[house.alice.pk]), follow=True).content.decode()
    assert "/invitation/" not in answer
    assert "toute la maison" in answer


def test_roles_are_given_and_taken(admin: Client, house: Cast) -> None:
    noe = newcomer()
    page = reverse("settings_member_role", args=[noe.pk])
    admin.post(page, {"role": "manager", "brand": str(house.lindelle.pk)})
    role = Role.objects.get(member=noe)
    assert (role.name, role.brand) == ("manager", house.lindelle)
    admin.post(reverse("settings_role_taken", args=[role.pk]))
    assert not Role.objects.filter(member=noe).exists()


def test_the_last_key_of_the_house_is_not_taken(admin: Client, house: Cast) -> None:
    role = Role.objects.get(member=house.fatou, brand=None)
    shown = admin.post(reverse("settings_role_taken", args=[role.pk]), follow=True).content.decode()
    assert "Fatou Ndiaye" in shown
    assert access_of(house.fatou).may("keep house")


def test_who_leaves_hands_their_conversations_over_first(admin: Client, house: Cast) -> None:
    conversation = held_by(house.alice, house.api)
    page = reverse("settings_member_leave", args=[house.alice.pk])
    assert "Une conversation lui revient" in admin.get(page).content.decode()
    admin.post(page, {"to": str(house.bob.pk)})
    conversation.refresh_from_db()
    house.alice.refresh_from_db()
    assert (conversation.owner, house.alice.is_active) == (house.bob, False)


def test_conversations_go_to_nobody_who_may_not_answer_them(admin: Client, house: Cast) -> None:
    conversation = held_by(house.alice, house.api)
    shown = admin.post(reverse("settings_member_leave", args=[house.alice.pk]), {"to": str(house.chloe.pk)})
    assert shown.status_code == 200
    conversation.refresh_from_db()
    house.alice.refresh_from_db()
    assert (conversation.owner, house.alice.is_active) == (house.alice, True)


def test_a_conversation_may_go_back_to_the_queue(admin: Client, house: Cast) -> None:
    conversation = held_by(house.alice, house.api)
    admin.post(reverse("settings_member_leave", args=[house.alice.pk]), {"to": ""})
    conversation.refresh_from_db()
    assert conversation.owner is None


def test_who_left_may_come_back(admin: Client, house: Cast) -> None:
    deactivate_member(member=house.alice, by=None)
    admin.post(reverse("settings_member_back", args=[house.alice.pk]))
    house.alice.refresh_from_db()
    assert house.alice.is_active


def test_nobody_leaves_by_mistake_as_the_last_key(admin: Client, house: Cast) -> None:
    shown = admin.post(reverse("settings_member_leave", args=[house.fatou.pk])).content.decode()
    assert "Personne d’autre que Fatou Ndiaye" in shown
    house.fatou.refresh_from_db()
    assert house.fatou.is_active


def test_a_name_is_changed_with_its_direct_line(admin: Client, house: Cast) -> None:
    fields = {"name": "Alice Th.", "phone": "0261910412"}
    admin.post(reverse("settings_member", args=[house.alice.pk]), fields)
    house.alice.refresh_from_db()
    assert (house.alice.name, house.alice.phone) == ("Alice Th.", "02 61 91 04 12")


def test_a_second_proof_is_not_replaced_by_a_link(house: Cast) -> None:
    from_afar = Client()
    Authenticator.objects.create(user=house.alice, type=Authenticator.Type.TOTP, data={})
    token = hand_over_link(member=house.alice, by=None)
    answer = from_afar.post(f"/invitation/{token}/", {"name": "Alice", "password": FRESH})
    assert answer.headers["Location"] == reverse("account_login")
    assert from_afar.get("/reglages/reponses/").status_code == 302
