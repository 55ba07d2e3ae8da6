"""Members come by a link, hold roles that nobody gives beyond their own, and never leave the house without a key."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from egards.accounts.actions import (
    LINK_HOURS,
    AccountError,
    accept_invitation,
    add_place,
    add_team,
    change_member,
    deactivate_member,
    give_role,
    hand_over_link,
    invite_member,
    invited_by,
    put_in_team,
    reactivate_member,
    withdraw_role,
)
from egards.accounts.models import JournalEntry, Member, Role
from egards.accounts.queries import access_of
from egards.accounts.tests.conftest import PASSWORD, House
from egards.core.clock import now

FRESH = "six-chaises-de-jardin"


def invited(house: House) -> Member:
    member = invite_member(email="Inès@maison.example", name="ines", phone="02 61 91 04 12", by=house.nour)
    give_role(member=member, name="adviser", brand=house.lindelle, by=house.nour)
    return member


def test_a_member_chooses_their_password_behind_a_link(house: House) -> None:
    member = invited(house)
    assert not member.has_usable_password()
    token = hand_over_link(member=member, by=house.nour)
    assert invited_by(token=token) == member
    came = accept_invitation(token=token, name="Inès Kaddour", password=FRESH)
    assert (came.name, came.check_password(FRESH)) == ("Inès Kaddour", True)
    assert [e.verb for e in JournalEntry.objects.filter(subject_id=member.pk)] == [
        "member invited", "role given", "link handed over", "password chosen",
    ]  # fmt: skip


def test_a_link_serves_once(house: House) -> None:
    token = hand_over_link(member=invited(house), by=None)
    accept_invitation(token=token, name="Inès", password=FRESH)
    assert invited_by(token=token) is None
    with pytest.raises(AccountError):
        accept_invitation(token=token, name="Une autre", password="encore-six-chaises")


def test_a_link_dies_in_three_days(house: House) -> None:
    token = hand_over_link(member=invited(house), by=None)
    with time_machine.travel(now() + timedelta(hours=LINK_HOURS, minutes=-5)):
        assert invited_by(token=token) is not None
    with time_machine.travel(now() + timedelta(hours=LINK_HOURS, minutes=5)):
        assert invited_by(token=token) is None


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "WyJ4Il0:1vU:fausse"])
def test_a_false_link_opens_nothing(house: House, token: str) -> None:
    assert invited_by(token=token) is None


def test_a_link_dies_with_the_account(house: House) -> None:
    member = invited(house)
    token = hand_over_link(member=member, by=None)
    deactivate_member(member=member, by=None)
    assert invited_by(token=token) is None
    with pytest.raises(AccountError):
        hand_over_link(member=member, by=None)


def test_a_weak_password_leaves_the_link_alive(house: House) -> None:
    token = hand_over_link(member=invited(house), by=None)
    with pytest.raises(ValidationError):
        accept_invitation(token=token, name="Inès", password="azerty")
    assert invited_by(token=token) is not None


def test_a_link_gives_a_new_password_too(house: House) -> None:
    token = hand_over_link(member=house.alice, by=house.nour)
    assert house.alice.check_password(PASSWORD)
    assert accept_invitation(token=token, name="Alice", password=FRESH).check_password(FRESH)


def test_an_address_serves_one_member(house: House) -> None:
    with pytest.raises(AccountError) as refused:
        invite_member(email="ALICE@maison.example", name="Autre", by=house.fatou)
    assert refused.value.field == "email"


def test_nobody_becomes_administrator_of_more_than_they_keep(house: House) -> None:
    for by in (house.nour, house.alice):
        with pytest.raises(AccountError):
            give_role(member=by, name="admin", by=by)
        with pytest.raises(AccountError):
            give_role(member=by, name="admin", brand=house.ormelle, by=by)
    with pytest.raises(AccountError):
        give_role(member=house.alice, name="manager", brand=house.lindelle, by=house.alice)
    assert not access_of(house.alice).may("keep house")


def test_nobody_takes_the_account_of_who_holds_more(house: House) -> None:
    give_role(member=house.alice, name="adviser", brand=house.ormelle)
    for member in (house.fatou, house.chloe, house.alice):
        with pytest.raises(AccountError):
            hand_over_link(member=member, by=house.nour)
        with pytest.raises(AccountError):
            deactivate_member(member=member, by=house.nour)
        with pytest.raises(AccountError):
            change_member(member=member, name="Autre", phone="", by=house.nour)


def test_who_holds_no_role_yet_is_kept_by_the_house(house: House) -> None:
    member = invite_member(email="noe@maison.example", name="Noé", by=house.fatou)
    with pytest.raises(AccountError):
        hand_over_link(member=member, by=house.nour)
    assert hand_over_link(member=member, by=house.fatou)


def test_a_role_needs_a_brand_unless_it_keeps_the_house(house: House) -> None:
    with pytest.raises(AccountError):
        give_role(member=house.alice, name="manager", by=house.fatou)
    assert give_role(member=house.alice, name="admin", by=house.fatou).brand is None


def test_an_administrator_keeps_more_than_a_place(house: House) -> None:
    place = add_place(brand=house.lindelle, name="Nantes", by=None)
    with pytest.raises(AccountError):
        give_role(member=house.alice, name="admin", brand=house.lindelle, place=place, by=house.fatou)


def test_a_place_of_another_brand_is_refused(house: House) -> None:
    place = add_place(brand=house.ormelle, name="Brest", by=None)
    with pytest.raises(AccountError):
        give_role(member=house.alice, name="store", brand=house.lindelle, place=place, by=house.fatou)


def test_the_last_administrator_stays(house: House) -> None:
    role = Role.objects.get(member=house.fatou, brand=None)
    invite = invite_member(email="noe@maison.example", name="Noé", by=house.fatou)
    give_role(member=invite, name="admin", by=house.fatou)
    for refused in (
        lambda: withdraw_role(role=role, by=house.fatou),
        lambda: deactivate_member(member=house.fatou, by=None),
    ):
        with pytest.raises(AccountError):  # Noé has no password yet: nobody could open the house
            refused()
    accept_invitation(token=hand_over_link(member=invite, by=None), name="Noé", password=FRESH)
    withdraw_role(role=role, by=house.fatou)
    assert not access_of(house.fatou).may("keep house")


def test_nobody_closes_their_own_account(house: House) -> None:
    with pytest.raises(AccountError):
        deactivate_member(member=house.nour, by=house.nour)


def test_who_left_comes_back_with_their_roles(house: House) -> None:
    deactivate_member(member=house.alice, by=house.nour)
    assert not access_of(house.alice).may("read words")
    reactivate_member(member=house.alice, by=house.nour)
    assert access_of(house.alice).may("read words")


def test_members_stand_in_teams_of_their_brand(house: House) -> None:
    team = add_team(brand=house.lindelle, name="Atelier", by=house.nour)
    theirs = add_team(brand=house.ormelle, name="Atelier", by=house.fatou)
    role = give_role(member=house.alice, name="adviser", brand=house.lindelle, team=team, by=house.nour)
    assert role.team == team
    with pytest.raises(AccountError):
        put_in_team(role=role, team=theirs, by=house.fatou)
    put_in_team(role=role, team=None, by=house.nour)
    assert Role.objects.get(pk=role.pk).team is None
