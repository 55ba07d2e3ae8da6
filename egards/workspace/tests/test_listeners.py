"""Who may listen to the live stream: asked for many at once, answered as for each alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from egards.accounts.models import Member
from egards.core.clock import now
from egards.workspace.listeners import Listener, listeners_of
from tests.cast import cast, newcomer

pytestmark = pytest.mark.django_db


def session_of(member: Member) -> str:
    """Open a session."""
    client = Client()
    client.force_login(member)
    return str(client.session.session_key)


def test_each_listens_to_what_they_may_see() -> None:
    here = cast()
    alice, chloe, fatou = (session_of(one) for one in (here.alice, here.chloe, here.fatou))
    ours = frozenset({here.api.pk, here.mailbox.pk, here.button.pk})
    assert listeners_of([alice, chloe, fatou, "nobody", ""]) == {
        alice: Listener(alice, here.alice.pk, ours),
        chloe: Listener(chloe, here.chloe.pk, frozenset({here.ormelle_api.pk})),
        fatou: Listener(fatou, here.fatou.pk, None),
    }


def test_many_are_as_few_questions_as_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    here = cast()
    sessions = [session_of(one) for one in (here.alice, here.bob, here.alice, here.alice)]
    with django_assert_num_queries(4):
        assert len(listeners_of(sessions)) == 4
    with django_assert_num_queries(4):
        assert len(listeners_of(sessions[:1])) == 1


def test_who_may_no_longer_listen_is_left_out() -> None:
    here = cast()
    sessions = {one: session_of(one) for one in (here.alice, here.bob, here.chloe, newcomer())}
    assert listeners_of(sessions.values()).keys() == {sessions[one] for one in (here.alice, here.bob, here.chloe)}
    here.alice.set_password("une autre phrase de passe")
    here.alice.save()
    Member.objects.filter(pk=here.bob.pk).update(is_active=False)
    Session.objects.filter(pk=sessions[here.chloe]).update(expire_date=now() - timedelta(seconds=1))
    assert listeners_of(sessions.values()) == {}
