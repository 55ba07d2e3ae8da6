"""« Pour vous » and who is there: behind the fence, each for themselves, and nothing kept."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from egards.conversations.models import Conversation
from egards.notifications.actions import notify
from egards.notifications.queries import unread
from egards.touchpoints.models import Touchpoint
from egards.workspace.tests.conftest import As
from tests.builders import posted, say
from tests.cast import Cast

NOTICES, COUNT, PRESENCE = reverse("notices"), reverse("notices_count"), reverse("presence")


def conversation(at: Touchpoint, who: str = "Odile Marchand") -> Conversation:
    say(posted("Où est mon colis ?", email=f"{who[:4]}@client.example", name=who), at=at)
    return Conversation.objects.get(touchpoint=at, customer__name=who)


def test_it_works(house: Cast, as_member: As) -> None:
    ours = conversation(house.api)
    notify(member=house.alice, kind="mentioned", ref=ours.pk, by=house.bob)
    notify(member=house.alice, kind="assigned", ref=ours.pk)
    page = as_member(house.alice).get(NOTICES).content.decode()
    assert "Bob Le Guellec vous nomme dans une note." in page
    assert "Cette conversation vous est confiée." in page
    assert "Odile Marchand" in page
    assert "2<span" in as_member(house.alice).get(COUNT).content.decode()


def test_each_sees_their_own(house: Cast, as_member: As) -> None:
    notify(member=house.alice, kind="mentioned", ref=conversation(house.api).pk, by=house.bob)
    page = as_member(house.bob).get(NOTICES).content.decode()
    assert "Personne ne vous appelle." in page
    as_member(house.bob).post(NOTICES)
    assert len(unread(house.alice)) == 1


def test_what_leads_out_of_scope_is_neither_shown_nor_counted(house: Cast, as_member: As) -> None:
    notify(member=house.alice, kind="mentioned", ref=conversation(house.ormelle_api).pk, by=house.chloe)
    notify(member=house.alice, kind="mentioned", ref=uuid4(), by=house.bob)
    page = as_member(house.alice).get(NOTICES).content.decode()
    assert "Personne ne vous appelle." in page
    assert "Odile" not in page
    assert "hidden" in as_member(house.alice).get(COUNT).content.decode()


def test_one_is_seen_then_all(house: Cast, as_member: As) -> None:
    first, second = conversation(house.api), conversation(house.api, "René Aubin")
    for ours in (first, second):
        notify(member=house.alice, kind="mentioned", ref=ours.pk, by=house.bob)
    browser = as_member(house.alice)
    assert browser.post(NOTICES, {"ref": str(first.pk)}).status_code == 302
    assert [notice.ref for notice in unread(house.alice)] == [second.pk]
    browser.post(NOTICES)
    assert unread(house.alice) == []
    assert browser.post(NOTICES, {"ref": "pas un identifiant"}).status_code == 404


def test_the_navigation_costs_one_question_when_nobody_calls(house: Cast, as_member: As) -> None:
    browser = as_member(house.alice)
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse("rules"))
    assert sum("notifications_notice" in query["sql"] for query in asked) == 1


@pytest.mark.parametrize("state", ["reads", "writes", "leaves"])
def test_presence_is_passed_on_and_nothing_of_it_is_written(house: Cast, as_member: As, state: str) -> None:
    body = {"conversation": str(conversation(house.api).pk), "state": state, "screen": "0a1b2c3d4e5f6071"}
    browser = as_member(house.alice)
    with CaptureQueriesContext(connection) as asked:
        assert browser.post(PRESENCE, body).status_code == 204
    written = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert sum("pg_notify" in q["sql"] for q in asked) == 1


@pytest.mark.parametrize(
    "fault", [{"state": "sleeps"}, {"screen": "Alice"}, {"conversation": "x"}, {"conversation": str(UUID(int=1))}]
)
def test_presence_that_means_nothing_does_not_exist(house: Cast, as_member: As, fault: dict[str, str]) -> None:
    body = {"conversation": str(conversation(house.api).pk), "state": "reads", "screen": "0a1b2c3d"}
    assert as_member(house.alice).post(PRESENCE, body | fault).status_code == 404


def test_nobody_is_present_where_they_may_not_look(house: Cast, as_member: As) -> None:
    theirs = conversation(house.ormelle_api)
    with CaptureQueriesContext(connection) as asked:
        assert as_member(house.alice).post(PRESENCE, {"conversation": str(theirs.pk)}).status_code == 404
    assert not any("pg_notify" in q["sql"] for q in asked)
