"""Open hours: weekly slots, holidays, closures, clock changes; then what always holds of any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egards.core.working_hours import (
    Calendar,
    NeverOpen,
    add_open_time,
    add_working,
    closes_at,
    is_open,
    next_opening,
    open_time,
    working_seconds,
)

PARIS = ZoneInfo("Europe/Paris")
HOUR = 3600


def moment(said: str) -> datetime:
    """Return a moment read in Paris, or with its own offset."""
    at = datetime.fromisoformat(said)
    return (at if at.tzinfo else at.replace(tzinfo=PARIS)).astimezone(UTC)


def open_on(days: range, *slots: tuple[str, str], zone: str = "Europe/Paris", subdivision: str = "") -> Calendar:
    """Return the same slots on some ISO weekdays."""
    week = {day: tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in slots) for day in days}
    return Calendar(zone, week, subdivision=subdivision)


WEEKDAYS, ALL_DAYS = range(1, 6), range(1, 8)
HOUSE = open_on(WEEKDAYS, ("09:00", "18:00"))
LUNCH = open_on(WEEKDAYS, ("09:00", "12:30"), ("14:00", "18:00"))
NEVER = open_on(range(0), ("09:00", "18:00"))


def stretches(calendar: Calendar, day: str) -> list[tuple[datetime, datetime]]:
    """Return the open stretches of a day."""
    return calendar.slots_on(date.fromisoformat(day))


# ── who is there ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-06-08 08:59:59", False),
        ("2026-06-08 09:00", True),
        ("2026-06-08 12:29:59", True),
        ("2026-06-08 12:30", False),
        ("2026-06-08 14:00", True),
        ("2026-06-08 18:00", False),
        ("2026-06-13 10:00", False),
        ("2026-11-11 10:00", False),
        ("2026-12-25 10:00", False),
        ("2026-07-14 10:00", False),
    ],
)
def test_somebody_is_there(at: str, expected: bool) -> None:
    assert is_open(LUNCH, moment(at)) is expected


def test_a_stretch_says_when_it_closes() -> None:
    assert closes_at(LUNCH, moment("2026-06-08 09:00")) == moment("2026-06-08 12:30")
    assert closes_at(LUNCH, moment("2026-06-08 15:00")) == moment("2026-06-08 18:00")
    assert closes_at(LUNCH, moment("2026-06-08 13:00")) is None


def test_the_next_opening_is_now_when_open() -> None:
    assert next_opening(LUNCH, moment("2026-06-08 10:00")) == moment("2026-06-08 10:00")
    assert next_opening(LUNCH, moment("2026-06-08 12:30")) == moment("2026-06-08 14:00")
    assert next_opening(LUNCH, moment("2026-06-12 18:00")) == moment("2026-06-15 09:00")


# ── holidays and closures ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "subdivision", "expected"),
    [
        ("2026-01-01", "", False),
        ("2026-04-03", "", True),  # Good Friday, at work
        ("2026-04-03", "57", False),  # Moselle
        ("2026-04-03", "6AE", False),  # European Collectivity of Alsace
        ("2026-04-06", "", False),  # Easter Monday
        ("2026-05-01", "", False),
        ("2026-05-08", "", False),
        ("2026-05-14", "", False),  # Ascension
        ("2026-05-15", "", True),
        ("2026-05-25", "", False),  # Whit Monday
        ("2026-07-14", "", False),
        ("2026-08-15", "", False),
        ("2026-11-01", "", False),
        ("2026-11-11", "", False),
        ("2026-12-25", "", False),
        ("2026-12-26", "", True),
        ("2026-12-26", "57", False),
        ("2026-12-20", "974", False),  # Réunion: abolition of slavery
        ("2026-05-22", "972", False),  # Martinique
        ("2026-05-22", "", True),
    ],
)
def test_public_holidays(day: str, subdivision: str, expected: bool) -> None:
    calendar = open_on(ALL_DAYS, ("09:00", "18:00"), subdivision=subdivision)
    assert bool(stretches(calendar, day)) is expected


def test_closures_are_days_off() -> None:
    calendar = replace(HOUSE, closures=frozenset({date(2026, 6, 9)}))
    assert stretches(calendar, "2026-06-09") == []
    assert working_seconds(calendar, moment("2026-06-08 17:00"), moment("2026-06-10 10:00")) == 2 * HOUR


# ── slots of any shape ───────────────────────────────────────────────────────────────────────────────────────────────


def test_slots_that_overlap_are_one_stretch() -> None:
    calendar = open_on(WEEKDAYS, ("13:00", "18:00"), ("09:00", "14:00"), ("10:00", "11:00"))
    assert stretches(calendar, "2026-06-08") == [(moment("2026-06-08 09:00"), moment("2026-06-08 18:00"))]
    assert working_seconds(calendar, moment("2026-06-08 00:00"), moment("2026-06-09 00:00")) == 9 * HOUR


def test_slots_that_touch_are_one_stretch() -> None:
    calendar = open_on(WEEKDAYS, ("09:00", "12:00"), ("12:00", "18:00"))
    assert closes_at(calendar, moment("2026-06-08 11:00")) == moment("2026-06-08 18:00")


def test_an_end_at_midnight_is_the_end_of_the_day() -> None:
    calendar = open_on(ALL_DAYS, ("22:00", "00:00"))
    assert stretches(calendar, "2026-06-08") == [(moment("2026-06-08 22:00"), moment("2026-06-09 00:00"))]
    assert is_open(calendar, moment("2026-06-08 23:59:59"))
    assert not is_open(calendar, moment("2026-06-09 00:00"))


def test_from_midnight_to_midnight_is_the_whole_day() -> None:
    always = open_on(ALL_DAYS, ("00:00", "00:00"))
    assert working_seconds(always, moment("2026-06-08 00:00"), moment("2026-06-15 00:00")) == 7 * 24 * HOUR


def test_a_slot_that_ends_before_it_begins_is_nothing() -> None:
    assert stretches(open_on(WEEKDAYS, ("18:00", "09:00")), "2026-06-08") == []
    assert stretches(open_on(WEEKDAYS, ("09:00", "09:00")), "2026-06-08") == []


# ── clock changes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_spring_night_is_an_hour_short() -> None:
    night = open_on(ALL_DAYS, ("00:00", "06:00"))
    assert stretches(night, "2026-03-29") == [(moment("2026-03-29 00:00+01:00"), moment("2026-03-29 06:00+02:00"))]
    assert working_seconds(night, moment("2026-03-29 00:00"), moment("2026-03-29 12:00")) == 5 * HOUR


def test_an_autumn_night_is_an_hour_long() -> None:
    night = open_on(ALL_DAYS, ("00:00", "06:00"))
    assert working_seconds(night, moment("2026-10-25 00:00"), moment("2026-10-25 12:00")) == 7 * HOUR


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("01:30", "02:30", ("2026-03-29 01:30+01:00", "2026-03-29 03:00+02:00")),
        ("02:30", "04:00", ("2026-03-29 03:00+02:00", "2026-03-29 04:00+02:00")),
        ("02:00", "03:00", None),
        ("02:15", "02:45", None),
        ("02:15", "03:30", ("2026-03-29 03:00+02:00", "2026-03-29 03:30+02:00")),
    ],
)
def test_a_time_that_the_clock_skips_is_the_skip(start: str, end: str, expected: tuple[str, str] | None) -> None:
    found = stretches(open_on(ALL_DAYS, (start, end)), "2026-03-29")
    assert found == ([(moment(expected[0]), moment(expected[1]))] if expected else [])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("01:00", "02:30", ("2026-10-25 01:00+02:00", "2026-10-25 02:30+02:00")),
        ("02:30", "04:00", ("2026-10-25 02:30+02:00", "2026-10-25 04:00+01:00")),
        ("02:00", "03:00", ("2026-10-25 02:00+02:00", "2026-10-25 03:00+01:00")),
    ],
)
def test_a_time_shown_twice_is_its_first(start: str, end: str, expected: tuple[str, str]) -> None:
    found = stretches(open_on(ALL_DAYS, (start, end)), "2026-10-25")
    assert found == [(moment(expected[0]), moment(expected[1]))]


def test_a_day_that_begins_at_one_begins_at_one() -> None:
    """In the Azores the clocks go from midnight to one on 29 March 2026."""
    azores = open_on(ALL_DAYS, ("00:00", "02:00"), zone="Atlantic/Azores")
    assert stretches(azores, "2026-03-29") == [(moment("2026-03-29 01:00+00:00"), moment("2026-03-29 02:00+00:00"))]


def test_moments_in_local_time_count_what_really_passes() -> None:
    """Python subtracts moments of one zone as the wall reads them; that night, 04:00 less 01:00 is two hours."""
    night = open_on(ALL_DAYS, ("00:00", "06:00"))
    one, four = datetime(2026, 3, 29, 1, tzinfo=PARIS), datetime(2026, 3, 29, 4, tzinfo=PARIS)
    assert working_seconds(night, one, four) == 2 * HOUR
    assert add_working(night, one, 2 * HOUR) == four
    assert add_working(night, one, 2 * HOUR).tzinfo is UTC


# ── adding and counting ──────────────────────────────────────────────────────────────────────────────────────────────


def test_open_time_ends_at_the_earliest_moment() -> None:
    assert add_working(HOUSE, moment("2026-06-08 16:00"), 2 * HOUR) == moment("2026-06-08 18:00")
    assert add_working(HOUSE, moment("2026-06-08 16:00"), 2 * HOUR + 1) == moment("2026-06-09 09:00:01")


def test_no_time_from_a_closed_moment_is_the_next_opening() -> None:
    assert add_working(HOUSE, moment("2026-06-13 12:00"), 0) == moment("2026-06-15 09:00")
    assert add_working(HOUSE, moment("2026-06-08 12:00"), 0) == moment("2026-06-08 12:00")


def test_time_does_not_run_backwards() -> None:
    assert working_seconds(HOUSE, moment("2026-06-09 12:00"), moment("2026-06-08 12:00")) == 0
    with pytest.raises(ValueError, match="backwards"):
        add_working(HOUSE, moment("2026-06-08 12:00"), -1)


def test_hours_that_never_open_say_so() -> None:
    with pytest.raises(NeverOpen):
        add_working(NEVER, moment("2026-06-08 12:00"), 60)
    with pytest.raises(NeverOpen):
        next_opening(NEVER, moment("2026-06-08 12:00"))
    assert working_seconds(NEVER, moment("2026-06-08 12:00"), moment("2026-07-08 12:00")) == 0


def test_a_year_of_weekdays() -> None:
    """2026 has 261 weekdays, of which 9 are holidays: 1/1, 6/4, 1/5, 8/5, 14/5, 25/5, 14/7, 11/11, 25/12."""
    seconds = working_seconds(HOUSE, moment("2026-01-01 00:00"), moment("2027-01-01 00:00"))
    assert seconds == (261 - 9) * 9 * HOUR


# ── what always holds ────────────────────────────────────────────────────────────────────────────────────────────────

minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
calendars = st.builds(
    Calendar,
    zone=st.sampled_from(["Europe/Paris", "Indian/Reunion", "Pacific/Noumea", "Atlantic/Azores", "Asia/Kathmandu"]),
    week=st.dictionaries(st.integers(1, 7), st.lists(st.tuples(minutes, minutes), max_size=4).map(tuple), max_size=7),
    subdivision=st.sampled_from(["", "57", "974"]),
    closures=st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=5),
)
SPRING, AUTUMN = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)
zones = st.sampled_from([UTC, PARIS])
seconds = st.integers(0, 7 * 25 * 24 * HOUR)
moments = st.one_of(
    st.builds(lambda n, zone: (SPRING + timedelta(seconds=n / 7)).astimezone(zone), seconds, zones),
    st.builds(lambda n, zone: (AUTUMN + timedelta(seconds=n / 7)).astimezone(zone), seconds, zones),
)


@given(calendar=calendars, day=st.dates(date(2026, 3, 20), date(2026, 4, 10)))
def test_stretches_are_apart_in_order_and_within_their_day(calendar: Calendar, day: date) -> None:
    found = calendar.slots_on(day)
    assert all(start < end for start, end in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    assert all(calendar.day_of(start) == day == calendar.day_of(end - timedelta(seconds=1)) for start, end in found)


@given(calendar=calendars, start=moments, seconds=st.integers(1, 40 * HOUR))
def test_what_is_added_is_what_is_counted(calendar: Calendar, start: datetime, seconds: int) -> None:
    try:
        end = add_working(calendar, start, seconds)
    except NeverOpen:
        assert working_seconds(calendar, start, start + timedelta(days=60)) == 0
        return
    assert open_time(calendar, start, end) == timedelta(seconds=seconds)
    assert open_time(calendar, start, end - timedelta(microseconds=1)) < timedelta(seconds=seconds)


@given(calendar=calendars, start=moments, middle=moments, end=moments)
def test_counting_in_two_parts_is_counting_once(
    calendar: Calendar, start: datetime, middle: datetime, end: datetime
) -> None:
    start, middle, end = sorted((start.astimezone(UTC), middle.astimezone(UTC), end.astimezone(UTC)))
    parts = open_time(calendar, start, middle) + open_time(calendar, middle, end)
    assert parts == open_time(calendar, start, end)
    assert parts <= end - start


@given(calendar=calendars, start=moments, first=st.integers(1, 9 * HOUR), second=st.integers(1, 9 * HOUR))
def test_adding_twice_is_adding_the_sum(calendar: Calendar, start: datetime, first: int, second: int) -> None:
    try:
        once = add_working(calendar, start, first + second)
    except NeverOpen:
        return
    middle = add_open_time(calendar, start, timedelta(seconds=first))
    assert add_open_time(calendar, middle, timedelta(seconds=second)) == once


@given(calendar=calendars, at=moments)
def test_open_now_means_that_time_counts(calendar: Calendar, at: datetime) -> None:
    counts = open_time(calendar, at, at + timedelta(microseconds=1)) > timedelta()
    assert is_open(calendar, at) is counts
    assert (closes_at(calendar, at) is not None) is counts
    try:
        assert (next_opening(calendar, at) == at) is counts
    except NeverOpen:
        assert not counts
