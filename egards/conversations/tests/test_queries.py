"""The queue and the thread: counts that are what lists show, one question each, and the fence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from egards.accounts.actions import brand_named, place_named
from egards.accounts.models import Member
from egards.accounts.queries import access_of
from egards.accounts.scope import Scope
from egards.consent.loading import load_pack
from egards.conversations.actions.calls import ask_for_call, log_call
from egards.conversations.actions.drafts import UNDO_SECONDS, attach_file, save_draft, send_draft
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.states import assign, resolve, snooze
from egards.conversations.models import Conversation, SavedReply, SavedView
from egards.conversations.queries.queue import After, Row, queue
from egards.conversations.queries.thread import opened
from egards.conversations.queries.views import VIEWS, Asked, counts, saved_views
from egards.core.clock import now
from egards.touchpoints.actions import open_touchpoint
from tests.builders import lindelle, mail, proved_mailbox, say
from tests.letters import letters_leave
from tests.members import adviser

pytestmark = pytest.mark.django_db

#: A Friday, 11 h in Paris.
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    load_pack()


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as moved:
        yield moved


def scope_of(member: Member) -> Scope:
    return access_of(member).scope("read conversations")


def several(n: int) -> list[Conversation]:
    """As many customers, each with one mail."""
    box = proved_mailbox()
    words = [
        mail(f"Il manque {i} vis.", From=f"Client {i} <c{i}@client.example>", Subject=f"Vis {i}") for i in range(n)
    ]
    say(*words, at=box, when=FRIDAY)
    return list(Conversation.objects.order_by("opened_at", "pk"))


def answer(conversation: Conversation, by: Member, clock: Any, **more: Any) -> None:
    draft = save_draft(conversation=conversation, member=by, text="Elles partent.", **more)
    send_draft(draft=draft, by=by, seen_version=conversation.version)
    clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
    left = leave(draft_id=draft.pk)
    assert left is not None, list(conversation.events.values_list("kind", "detail"))
    assert letters_leave()["sent"] == 1


def busy_house(clock: Any) -> tuple[Member, Member]:
    """Ten conversations in every state, two members."""
    alice, bob = adviser("alice"), adviser("bob")
    talks = several(10)
    for talk in talks[:6]:
        assign(conversation=talk, by=bob, owner=alice)
    assign(conversation=talks[6], by=alice, owner=bob)
    answer(talks[0], alice, clock)
    resolve(conversation=talks[1], by=alice, without_answer=True)
    snooze(conversation=talks[2], until=now() + timedelta(days=1), by=alice)
    ask_for_call(conversation=talks[3], starts_at=now() + timedelta(hours=1), ends_at=now() + timedelta(hours=2))
    answer(talks[4], alice, clock, promised="les vis", promised_by=now() + timedelta(days=2))
    return alice, bob


def listed(asked: Asked, member: Member) -> list[Row]:
    scope = scope_of(member)
    page = queue(asked, member, scope, people=scope, at=now())
    return page.rows


def test_counts_are_what_the_lists_show(clock: Any) -> None:
    alice, bob = busy_house(clock)
    for member in (alice, bob):
        found = counts(member, scope_of(member), at=now())
        shown = {code: len(listed(Asked(code), member)) for code in VIEWS if code not in ("done", "today")}
        assert {code: n for code, n in found.house.items() if code != "today"} == shown
    assert len(listed(Asked("done"), alice)) == 1


def test_counts_as_counted_by_hand(clock: Any) -> None:
    alice, _bob = busy_house(clock)
    found = counts(alice, scope_of(alice), at=now()).house
    assert found == {
        "today": 3, "danger": 1, "mine": 5, "nobody": 3, "calls": 1, "leaving": 0, "waiting": 1, "snoozed": 1, "all": 9,
    }  # fmt: skip


def test_what_was_kept_today_stands_at_the_end_of_today(clock: Any) -> None:
    alice, _bob = busy_house(clock)
    rows = list(listed(Asked("today"), alice))
    assert [bool(row.kept) for row in rows] == [False, False, False, True, True]
    assert len(rows) == counts(alice, scope_of(alice), at=now()).house["today"] + 2


def test_a_place_and_a_view_of_ones_own_are_counted_too(clock: Any) -> None:
    alice = adviser("alice")
    several(2)
    nantes = place_named(brand=lindelle(), name="Nantes")
    shop = open_touchpoint(brand=lindelle(), kind="mail", name="Nantes", place=nantes)
    say(mail("Le colis est cassé, je suis furieuse !", From="a@client.example"), at=shop, when=FRIDAY)
    SavedView.objects.create(member=alice, name="À Nantes", keeps=Asked("nobody", nantes.pk).keeps())
    SavedView.objects.create(member=alice, name="Plaintes", keeps=Asked("all", sign="complaint").keeps())
    own = saved_views(alice)
    found = counts(alice, scope_of(alice), at=now(), own=own)
    assert [(place.name, place.n) for place in found.places] == [("Nantes", 1)]
    shown = {view.pk: len(listed(Asked.of(view.keeps), alice)) for view in own}
    assert found.own == shown
    assert shown[own[1].pk] == 1 if own[0].name == "Plaintes" else shown[own[0].pk] == 1


def test_pages_follow_each_other_without_a_hole(clock: Any) -> None:
    alice = adviser("alice")
    talks = several(30)
    Conversation.objects.filter(pk__in=[t.pk for t in talks[:4]]).update(due_at=None)
    scope = scope_of(alice)
    first = queue(Asked("all"), alice, scope, people=scope, at=now())
    assert first.after is not None
    rest = queue(Asked("all"), alice, scope, people=scope, at=now(), after=After.parse(str(first.after)))
    assert (len(first.rows), len(rest.rows), rest.after) == (25, 5, None)
    assert {row.id for row in first.rows} | {row.id for row in rest.rows} == {talk.pk for talk in talks}
    assert [row.due_at for row in rest.rows][-4:] == [None] * 4


def test_lists_and_counts_ask_once_each(clock: Any, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    alice, _bob = busy_house(clock)
    scope = scope_of(alice)
    with django_assert_num_queries(1):
        queue(Asked("all"), alice, scope, people=scope, at=now())
    with django_assert_num_queries(1):
        counts(alice, scope, at=now())


def test_a_stranger_sees_nothing(clock: Any) -> None:
    busy_house(clock)
    chloe = adviser("chloe", brand_named(name="Ormelle"))
    talk = Conversation.objects.first()
    assert talk is not None
    assert listed(Asked("all"), chloe) == []
    assert set(counts(chloe, scope_of(chloe), at=now()).house.values()) == {0}
    assert opened(talk.pk, member=chloe, scope=scope_of(chloe), people=None) is None


def test_the_thread_comes_in_two_questions(clock: Any) -> None:
    alice, bob = adviser("alice"), adviser("bob")
    (talk,) = several(1)
    SavedReply.objects.create(brand=lindelle(), title="Vis", text="Bonjour {prénom}")
    keep_note(conversation=talk, by=bob, text="Visserie en express.")
    answer(talk, alice, clock, promised="les vis", promised_by=now() + timedelta(days=2))
    clock.shift(timedelta(minutes=1))
    log_call(conversation=talk, by=alice, outcome="reached", text="Elle attend les vis.")
    attach_file(
        draft=save_draft(conversation=talk, member=alice, text="Bon"),
        name="a.txt",
        content_type="text/plain",
        data=b"a",
    )
    scope = scope_of(alice)
    with CaptureQueriesContext(connection) as asked:
        found = opened(talk.pk, member=alice, scope=scope, people=scope)
    assert len(asked) == 2
    assert found is not None
    assert [(turn.is_ours, turn.text) for turn in found.turns] == [
        (False, "Il manque 0 vis.\n"), (True, "Elles partent."), (True, "Elle attend les vis."),
    ]  # fmt: skip
    assert [note.by for note in found.notes] == ["Bob"]
    assert {promise.status for promise in found.promises} == {"kept", "open"}
    assert found.turns[1].sent is not None
    assert found.turns[1].sent.state == "sent"
    assert (found.unsent, found.written_for) == (None, set())
    assert found.draft is not None
    assert [file.name for file in found.draft.files] == ["a.txt"]
    assert [address.value for address in found.emails] == ["c0@client.example"]
    assert [colleague.name for colleague in found.colleagues] == ["Alice", "Bob"]
    assert [reply.title for reply in found.replies] == ["Vis"]
    assert found.may_name
    assert found.turns[0].reading is not None
