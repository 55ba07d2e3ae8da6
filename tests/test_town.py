"""The examiner of `make town`: its own arithmetic, its reading of pages, its scores. Nothing here lives a town."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import inf

import pytest

from egards.demo.plan.story import Acts, Deed, Says, Sender, Story, Then, Via
from egards.demo.words.nouns import Said, Truth
from tools.town import hours, scoring, screens
from tools.town.affairs import Affair, Agenda
from tools.town.journal import Diary, Lived
from tools.town.truth import truth_of
from tools.town.visits import refusals_of

#: A Monday, 10 h in Paris.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def says(at: datetime, person: int = 1, **more: object) -> Says:
    """A customer's mail."""
    said = Said("", f"Il manque des vis ({at:%d %H:%M}).", Truth(("quality",), -1))
    return Says(at, Via.MAIL, Sender("Odile", f"odile{person}@boite.example"), said, person)


def answer(at: datetime, then: Then = Then.WAITING, **more: object) -> Acts:
    """Somebody answers."""
    return Acts(at, Deed.ANSWER, "ines", "Elles partent.", then=then, **more)  # type: ignore[arg-type]


def lived(story: Story) -> Diary:
    """Everything of a story lived as it was planned."""
    return Diary([Lived(story.key, step, one.at) for step, one in enumerate(story.steps)])


def story(*steps: Says | Acts) -> Story:
    """An affair."""
    return Story("letters/0/0", "letters", 1, "missing_part", steps)


# ── hours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("year", "day"), [(2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2027, date(2027, 3, 28))]
)
def test_easter(year: int, day: date) -> None:
    assert hours.easter(year) == day


def test_nobody_is_there_on_a_feast_nor_on_sunday() -> None:
    assert not hours.stretches(date(2026, 4, 6))  # Easter Monday
    assert not hours.stretches(date(2026, 3, 8))
    assert [b - a for a, b in hours.stretches(date(2026, 3, 7))] == [timedelta(hours=3)]


def test_an_answer_is_told_to_the_half_hour_within_the_stretch() -> None:
    assert hours.told(MONDAY, 4 * 60) == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)  # 2 h 30, a meal, 1 h 30
    assert hours.told(MONDAY + 7 * MINUTE, 9 * 60) == datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
    assert hours.told(MONDAY + 2.4 * timedelta(hours=1), 0) == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)  # not the meal


def test_open_time_over_a_clock_change() -> None:
    friday, monday = datetime(2026, 3, 27, 16, tzinfo=UTC), datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    assert hours.worked(friday, monday) == (1 + 3 + 0.5) * 3600


# ── truth ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_word_ever_is_promised_in_four_hours_and_kept_ten_seconds_after_the_answer_is_sent() -> None:
    one = story(says(MONDAY), answer(MONDAY + 30 * MINUTE))
    truth = truth_of([one], lived(one))
    (promise,) = truth.promises
    assert promise.due_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert promise.settled_at == MONDAY + 30 * MINUTE + timedelta(seconds=10)
    assert (promise.status(MONDAY), promise.status(MONDAY + timedelta(days=9))) == ("open", "kept")
    assert truth.contacts[0].wait() == 30 * 60 + 10
    assert truth.standings[0].state == "waiting"


def test_a_promise_given_another_date_in_time_is_kept_and_its_old_date_is_remembered() -> None:
    due, later = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    one = story(
        says(MONDAY),
        answer(MONDAY + MINUTE, promised="une vis", until=due),
        answer(MONDAY + timedelta(hours=20), promised="une vis", until=later, renegotiates=True),
        Acts(later - MINUTE, Deed.KEEP, "ines"),
    )
    promise = truth_of([one], lived(one)).promises[1]
    assert promise.status(later) == "kept"
    assert (promise.due_as_of(MONDAY + timedelta(hours=2)), promise.due_at) == (due, later)


def test_one_kept_too_late_is_late_and_one_resolved_away_is_withdrawn() -> None:
    due = MONDAY + timedelta(days=1)
    late = story(
        says(MONDAY), answer(MONDAY + MINUTE, promised="une vis", until=due), Acts(due + MINUTE, Deed.KEEP, "ines")
    )
    assert truth_of([late], lived(late)).promises[1].status(due + timedelta(days=1)) == "late"
    assert truth_of([late], lived(late)).promises[1].status(due + MINUTE / 2) == "broken"
    gone = story(says(MONDAY), Acts(MONDAY + MINUTE, Deed.RESOLVE, "ines"))
    truth = truth_of([gone], lived(gone))
    assert truth.promises[0].status(MONDAY + timedelta(days=3)) == "withdrawn"
    assert truth.contacts[0].wait() == inf


def test_what_the_house_refused_is_not_true() -> None:
    one = story(says(MONDAY), answer(MONDAY + MINUTE))
    diary = lived(one)
    diary.lived[1].is_done = False
    assert truth_of([one], diary).promises[0].settled_at is None


# ── scores ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pairs_count_who_was_joined_and_who_was_split() -> None:
    # one person seen as two customers (A: 2 + 1 words), another joined to the first of them (B: 1 word)
    found = scoring.pairs([("A", 1), ("A", 1), ("A", 2), ("B", 1)])
    assert (found.right, found.wrong, found.missed) == (1, 2, 2)


def test_classes_and_sets() -> None:
    table = scoring.confusion([("content", "content"), ("content", "neutre"), ("neutre", "content")])
    assert scoring.class_scores(table)["content"] == scoring.Found(1, 1, 1)
    found = scoring.set_scores([({"a", "b"}, {"b", "c"}), ({"a"}, {"a"})])
    assert found == {"a": scoring.Found(1, 0, 1), "b": scoring.Found(1, 0, 0), "c": scoring.Found(0, 1, 0)}
    assert found["c"].recall is None


def test_errors_and_coverage() -> None:
    assert scoring.errors([(1, 1), (2, 5), (3, 4)]) == scoring.Errors(3, 1, 1, 3)
    assert scoring.coverage([(0, 1, 2), (0, 3, 2)]).share == 0.5
    assert scoring.quantile([1, 2, inf, 3], 0.5) == 2
    assert scoring.quantile([1, 2, inf, 3], 0.9) == inf


def test_what_rises_is_late_or_wrong() -> None:
    troubles = {"glue": (10, 20, frozenset({"quality"})), "till": (30, 40, frozenset({"store"}))}
    first, false, looked = scoring.delays(troubles, {9: ["quality"], 14: ["quality", "price"], 45: ["quality"]})
    assert first == {"glue": 4, "till": None}
    assert false == [(9, "quality"), (14, "price"), (45, "quality")]
    assert looked == 3


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_french_figures_are_read_as_shown() -> None:
    assert screens.share_seen(["Contents", "30 %", "", "22 à 39 %, n = 1 109", "11 points de plus"]).n == 1109
    assert screens.share_seen(["Promesses tenues", "11 sur 19", "Trop peu"]).some == 11
    assert (screens.span("2 h 10"), screens.span("38 min"), screens.span("3 jours"), screens.span("—")) == (7800, 2280, 259200, None)  # fmt: skip  # noqa: E501
    assert screens.span("2 jours 20 h") == 68 * 3600
    assert screens.ends("22 min à 3 h 10") == (1320, 11400)
    assert screens.ends("1 h 51 ou plus") == (6660, None)
    assert screens.number("1\u202f284 mots") == 1284


def test_a_refusal_is_read_from_the_cookie_of_messages() -> None:
    refused = "W1siX19qc29uX21lc3NhZ2UiLDAsNDAsIk5vbi4iLCIiXV0:1:x"  # [["__json_message",0,40,"Non.",""]]
    assert refusals_of(refused) == ("Non.",)
    assert refusals_of("garbled") == ()


# ── agenda ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_people_speak_together_but_one_address_only_once() -> None:
    two = [Affair(story(says(MONDAY))), Affair(story(says(MONDAY + MINUTE))), Affair(story(says(MONDAY + MINUTE, 2)))]
    agenda = Agenda(two)
    until = MONDAY + timedelta(days=1)
    together = agenda.take(until=until, within=15 * MINUTE, after=MONDAY)
    assert together
    assert (together.at, [one.address for one in together.affairs]) == (MONDAY + MINUTE, ["odile1@boite.example", "odile2@boite.example"])  # fmt: skip  # noqa: E501
    left = agenda.take(until=until, within=15 * MINUTE, after=MONDAY + 5 * MINUTE)
    assert left
    assert (left.at, len(left.affairs)) == (MONDAY + 5 * MINUTE, 1)
    assert agenda.take(until=until, within=15 * MINUTE, after=MONDAY) is None
