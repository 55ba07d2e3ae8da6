"""Joining and separating people by hand: logged, and undone exactly."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from egards.accounts.models import JournalEntry
from egards.customers.actions import CannotJoin, merge_customers, split_handle, undo_merge, undo_split
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.interactions.models import Handle
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db


def people(*addresses: str) -> list[Customer]:
    say(*(posted(f"mot de {a}", email=a) for a in addresses), at=api_touchpoint())
    return [Identity.objects.get(handle__value=a, ended_at=None).customer for a in addresses]


def picture() -> tuple[object, ...]:
    """All that merging and splitting may touch, to compare before and after."""
    return (
        sorted(Customer.objects.values_list("id", "merged_into_id").filter(timeline__isnull=False), key=str),
        sorted(Identity.objects.filter(ended_at=None).values_list("handle_id", "customer_id", "proof")),
        sorted(TimelineEntry.objects.values_list("id", "customer_id", "ref")),
    )


def test_it_works() -> None:
    odile, other = people("odile@client.example", "o.marchand@client.example")
    merge_customers(kept=odile, joined=other, by=None)
    other.refresh_from_db()
    assert other.merged_into == odile
    assert JournalEntry.objects.filter(verb="customers merged", subject_id=odile.pk).exists()


def test_undoing_a_merge_is_exact() -> None:
    odile, other, third = people("a@client.example", "b@client.example", "c@client.example")
    first = merge_customers(kept=other, joined=third, by=None)
    before = picture()
    second = merge_customers(kept=odile, joined=other, by=None)
    third.refresh_from_db()
    assert third.merged_into == odile
    undo_merge(merge=second, by=None)
    assert picture() == before
    undo_merge(merge=first, by=None)
    assert not Customer.objects.filter(merged_into__isnull=False).exists()


def test_an_earlier_merge_is_not_undone_before_a_later_one() -> None:
    odile, other, third = people("a@client.example", "b@client.example", "c@client.example")
    first = merge_customers(kept=other, joined=third, by=None)
    merge_customers(kept=odile, joined=other, by=None)
    with pytest.raises(CannotJoin):
        undo_merge(merge=first, by=None)


def test_nobody_is_merged_into_oneself_or_twice() -> None:
    odile, other = people("a@client.example", "b@client.example")
    with pytest.raises(CannotJoin):
        merge_customers(kept=odile, joined=odile, by=None)
    merge = merge_customers(kept=odile, joined=other, by=None)
    with pytest.raises(CannotJoin):
        merge_customers(kept=odile, joined=other, by=None)
    undo_merge(merge=merge, by=None)
    with pytest.raises(CannotJoin):
        undo_merge(merge=merge, by=None)


@pytest.mark.django_db(transaction=True)
def test_the_base_refuses_circles() -> None:
    odile, other = people("a@client.example", "b@client.example")
    circle = "UPDATE customers_customer SET merged_into_id = CASE id WHEN %s THEN %s ELSE %s END WHERE id IN (%s, %s)"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(circle, [odile.pk, other.pk, odile.pk, odile.pk, other.pk])


def test_a_handle_and_its_words_leave_and_come_back_exactly() -> None:
    touchpoint = api_touchpoint()
    say(posted("un", phone="0261910412"), at=touchpoint)
    say(posted("deux", phone="0261910412", email="odile@client.example"), at=touchpoint)
    say(posted("trois", phone="0261910412"), at=touchpoint)
    customer, phone = Customer.objects.get(), Handle.objects.get(kind="phone")
    before = picture()
    split = split_handle(customer=customer, handle=phone, by=None)
    assert Identity.objects.get(handle=phone, ended_at=None).customer == split.made
    assert TimelineEntry.objects.filter(customer=split.made).count() == 3
    undo_split(split=split, by=None)
    assert picture() == before


def test_the_only_address_is_not_taken_away() -> None:
    (odile,) = people("odile@client.example")
    with pytest.raises(CannotJoin):
        split_handle(customer=odile, handle=Handle.objects.get(), by=None)


def test_an_address_of_somebody_else_is_not_taken_away() -> None:
    odile, _other = people("a@client.example", "b@client.example")
    with pytest.raises(CannotJoin):
        split_handle(customer=odile, handle=Handle.objects.get(value="b@client.example"), by=None)
