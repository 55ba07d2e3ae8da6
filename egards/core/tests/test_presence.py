"""Who is where, for less than a minute: what is not said again is forgotten, and nobody is shown to themselves."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest

from egards.core.presence import KEPT_SECONDS, LEAVES, READS, WRITES, Person, Place, Presence

WHAT, FENCE = str(uuid4()), uuid4()
HERE = Place(WHAT, FENCE)
YANN, MAUD = UUID(int=1), UUID(int=2)
NAMES = {YANN: "Yann", MAUD: "Maud"}


def said(member: UUID, state: str = READS, *, screen: str = "a", what: str = WHAT) -> str:
    words = {"what": what, "fence": str(FENCE), "member": str(member), "name": NAMES[member]}
    return json.dumps(words | {"screen": screen, "state": state})


def test_it_works() -> None:
    presence = Presence()
    presence.hear(said(YANN, WRITES), 0)
    presence.hear(said(MAUD), 0)
    assert presence.people(HERE, but=MAUD) == [Person(str(YANN), "Yann", WRITES)]
    assert presence.people(HERE, but=YANN) == [Person(str(MAUD), "Maud", READS)]


def test_what_is_not_said_again_is_forgotten() -> None:
    presence = Presence()
    presence.hear(said(YANN), 0)
    presence.hear(said(MAUD), 0)
    presence.hear(said(YANN), 15)
    presence.expire(KEPT_SECONDS)
    assert [p.name for p in presence.people(HERE, but=uuid4())] == ["Yann"]
    presence.expire(KEPT_SECONDS + 15)
    assert presence.everywhere() == []


def test_closing_one_tab_leaves_the_other() -> None:
    presence = Presence()
    presence.hear(said(YANN, WRITES, screen="a"), 0)
    presence.hear(said(YANN, READS, screen="b"), 0)
    presence.hear(said(YANN, LEAVES, screen="a"), 1)
    assert presence.people(HERE, but=MAUD) == [Person(str(YANN), "Yann", READS)]
    presence.hear(said(YANN, LEAVES, screen="b"), 2)
    assert presence.people(HERE, but=MAUD) == []


def test_saying_the_same_again_is_no_change_but_a_new_screen_is() -> None:
    presence = Presence()
    presence.hear(said(YANN), 0)
    mark = presence.mark
    presence.hear(said(YANN), 15)
    assert presence.changed_since(mark) == []
    presence.hear(said(YANN, screen="b"), 16)
    assert presence.changed_since(mark) == [HERE]


def test_leaving_is_told_though_nobody_is_left() -> None:
    presence = Presence()
    presence.hear(said(YANN), 0)
    mark = presence.mark
    presence.hear(said(YANN, LEAVES), 1)
    assert presence.changed_since(mark) == [HERE]
    assert presence.everywhere() == []


def test_a_stream_far_behind_hears_where_somebody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egards.core.presence.MOST_CHANGES", 2)
    presence = Presence()
    for what in ("x", "y", "z"):
        presence.hear(said(YANN, what=what), 0)
    assert {place.what for place in presence.changed_since(0)} == {"x", "y", "z"}
    assert [place.what for place in presence.changed_since(2)] == ["z"]


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"what": "x"}', said(YANN).replace(str(FENCE), "nowhere")])
def test_what_is_no_sighting_is_refused(payload: str) -> None:
    presence = Presence()
    with pytest.raises((ValueError, TypeError)):
        presence.hear(payload, 0)
    assert presence.everywhere() == []
