"""What calls a member: once, never by themselves, and heard by them alone."""

from __future__ import annotations

from uuid import uuid4

import pytest

from egards.accounts.actions import add_member
from egards.accounts.models import Member
from egards.core.models import LiveOutbox
from egards.notifications.actions import mark_read, notify
from egards.notifications.models import Notice
from egards.notifications.queries import unread, unread_refs

pytestmark = pytest.mark.django_db

REF, OTHER = uuid4(), uuid4()


def member(name: str) -> Member:
    return add_member(email=f"{name}@maison.example", name=name, password="quatre-tasses-de-tisane")


def test_it_works() -> None:
    alice, bob = member("alice"), member("bob")
    notice = notify(member=alice, kind="mentioned", ref=REF, by=bob)
    assert unread(alice) == [notice]
    assert unread(bob) == []
    event = LiveOutbox.objects.get()
    assert (event.topic, event.ref, event.member_id, event.touchpoint_id) == ("notice", REF, alice.pk, None)


def test_nobody_is_told_of_their_own_doing() -> None:
    alice = member("alice")
    assert notify(member=alice, kind="assigned", ref=REF, by=alice) is None
    assert not Notice.objects.exists()
    assert not LiveOutbox.objects.exists()


def test_what_is_not_read_yet_is_not_repeated() -> None:
    alice, bob = member("alice"), member("bob")
    first = notify(member=alice, kind="mentioned", ref=REF, by=bob)
    assert notify(member=alice, kind="mentioned", ref=REF, by=None) == first
    assert LiveOutbox.objects.count() == 1
    notify(member=alice, kind="mentioned", ref=OTHER, by=bob)
    notify(member=alice, kind="assigned", ref=REF, by=bob)
    assert len(unread(alice)) == 3


def test_once_read_it_may_call_again() -> None:
    alice, bob = member("alice"), member("bob")
    notify(member=alice, kind="mentioned", ref=REF, by=bob)
    assert mark_read(member=alice, ref=REF) == 1
    assert unread(alice) == []
    again = notify(member=alice, kind="mentioned", ref=REF, by=bob)
    assert unread(alice) == [again]
    assert Notice.objects.count() == 2


def test_one_conversation_is_read_or_everything_of_this_member() -> None:
    alice, bob = member("alice"), member("bob")
    for ref in (REF, OTHER):
        notify(member=alice, kind="mentioned", ref=ref, by=bob)
        notify(member=bob, kind="mentioned", ref=ref, by=alice)
    mark_read(member=alice, ref=REF)
    assert unread_refs(alice) == [OTHER]
    assert mark_read(member=alice) == 1
    assert len(unread(bob)) == 2


def test_reading_nothing_tells_nobody() -> None:
    alice = member("alice")
    assert mark_read(member=alice) == 0
    assert not LiveOutbox.objects.exists()
