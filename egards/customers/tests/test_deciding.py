"""Deciding whether two who resemble each other are one person, and confirming whose an address is."""

from __future__ import annotations

import pytest

from egards.accounts.actions import add_member
from egards.accounts.models import JournalEntry, Member
from egards.customers.actions import (
    CannotJoin,
    confirm_identity,
    decide_resemblance,
    merge_customers,
    reopen_resemblance,
    undo_merge,
    withdraw_confirmation,
)
from egards.customers.models import Customer, Identity, Merge, Resemblance
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Member:
    return add_member(email="alice@maison.example", name="Alice Thévenin", password="quatre-tasses-de-tisane")


@pytest.fixture
def alike() -> Resemblance:
    """Odile and somebody who writes from another address with Odile's telephone number."""
    touchpoint = api_touchpoint()
    say(posted("Un.", email="odile@client.example", phone="06 39 98 41 27", name="Odile"), at=touchpoint)
    say(posted("Deux.", email="o@travail.example", phone="06 39 98 41 27", name="O. M."), at=touchpoint)
    return Resemblance.objects.get()


def test_the_same_person_is_joined_and_not_proposed_again(alike: Resemblance, alice: Member) -> None:
    merge = decide_resemblance(resemblance=alike, by=alice, are_same=True)
    assert merge is not None
    assert Customer.objects.get(pk=merge.joined_id).merged_into_id == merge.kept_id
    alike.refresh_from_db()
    assert alike.decided_at == merge.at


def test_undoing_the_join_asks_the_question_again(alike: Resemblance, alice: Member) -> None:
    merge = decide_resemblance(resemblance=alike, by=alice, are_same=True)
    assert merge is not None
    undo_merge(merge=merge, by=alice)
    alike.refresh_from_db()
    assert alike.decided_at is None
    assert not Customer.objects.exclude(merged_into=None).exists()


def test_undoing_a_join_made_otherwise_leaves_what_was_decided_before(alike: Resemblance, alice: Member) -> None:
    decide_resemblance(resemblance=alike, by=alice, are_same=False)
    merge = merge_customers(kept=alike.customer, joined=alike.other, by=alice)
    undo_merge(merge=merge, by=alice)
    alike.refresh_from_db()
    assert alike.decided_at is not None


def test_two_people_stay_two_and_the_journal_says_who_decided(alike: Resemblance, alice: Member) -> None:
    assert decide_resemblance(resemblance=alike, by=alice, are_same=False) is None
    assert not Merge.objects.exists()
    entry = JournalEntry.objects.get(verb="customers told apart")
    assert entry.subject_id == alike.customer_id


def test_that_they_are_two_is_taken_back(alike: Resemblance, alice: Member) -> None:
    decide_resemblance(resemblance=alike, by=alice, are_same=False)
    reopen_resemblance(resemblance=alike, by=alice)
    alike.refresh_from_db()
    assert alike.decided_at is None


@pytest.mark.parametrize("are_same", [True, False])
def test_nothing_is_decided_twice(alike: Resemblance, alice: Member, are_same: bool) -> None:
    decide_resemblance(resemblance=alike, by=alice, are_same=False)
    with pytest.raises(CannotJoin, match="déjà décidé"):
        decide_resemblance(resemblance=alike, by=alice, are_same=are_same)


def test_one_who_is_joined_already_is_not_decided_about(alike: Resemblance, alice: Member) -> None:
    merge_customers(kept=alike.customer, joined=alike.other, by=alice)
    with pytest.raises(CannotJoin):
        decide_resemblance(resemblance=alike, by=alice, are_same=False)


def test_every_resemblance_of_the_two_is_decided_at_once(alike: Resemblance, alice: Member) -> None:
    card = Resemblance.objects.create(
        customer=alike.other, other=alike.customer, handle=Identity.objects.filter(handle__kind="email")[0].handle
    )
    decide_resemblance(resemblance=alike, by=alice, are_same=False)
    card.refresh_from_db()
    assert card.decided_at is not None


def test_an_address_is_confirmed_and_the_weaker_proof_stays_written(alike: Resemblance, alice: Member) -> None:
    mail = Identity.objects.get(handle__value="odile@client.example")
    confirmed = confirm_identity(customer=mail.customer, handle=mail.handle, by=alice)
    assert (confirmed.proof, confirmed.by) == ("confirmed", alice.pk)
    mail.refresh_from_db()
    assert (mail.proof, mail.ended_at) == ("claimed", confirmed.at)


def test_confirming_twice_changes_nothing(alike: Resemblance, alice: Member) -> None:
    mail = Identity.objects.get(handle__value="odile@client.example")
    first = confirm_identity(customer=mail.customer, handle=mail.handle, by=alice)
    assert confirm_identity(customer=mail.customer, handle=mail.handle, by=alice) == first


def test_a_confirmation_is_taken_back_exactly(alike: Resemblance, alice: Member) -> None:
    mail = Identity.objects.get(handle__value="odile@client.example")
    confirm_identity(customer=mail.customer, handle=mail.handle, by=alice)
    assert withdraw_confirmation(customer=mail.customer, handle=mail.handle, by=alice) == mail
    assert Identity.objects.get(handle=mail.handle, ended_at=None).proof == "claimed"


def test_what_nobody_confirmed_cannot_be_taken_back(alike: Resemblance, alice: Member) -> None:
    mail = Identity.objects.get(handle__value="odile@client.example")
    with pytest.raises(CannotJoin, match="pas de confirmation"):
        withdraw_confirmation(customer=mail.customer, handle=mail.handle, by=alice)


def test_an_address_of_somebody_else_is_not_confirmed(alike: Resemblance, alice: Member) -> None:
    mail = Identity.objects.get(handle__value="o@travail.example")
    with pytest.raises(CannotJoin):
        confirm_identity(customer=alike.customer, handle=mail.handle, by=alice)
