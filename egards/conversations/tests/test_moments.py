"""By when one can promise, until when one can put aside: moments that somebody would say."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from egards.conversations.rules.moments import aside_moments, promise_moments
from egards.core.working_hours import Calendar, is_open

PARIS = ZoneInfo("Europe/Paris")
NINE_TO_SIX = Calendar("Europe/Paris", {day: ((time(9), time(18)),) for day in range(1, 6)})


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def said(moments: list[datetime]) -> list[str]:
    return [moment.astimezone(PARIS).strftime("%d %H:%M") for moment in moments]


def test_a_morning_promises_the_afternoon_and_the_next_days() -> None:
    assert said(promise_moments(NINE_TO_SIX, at(24, 10, 12))) == [
        "24 12:30", "24 18:00", "25 12:00", "25 18:00", "26 12:00", "26 18:00", "01 18:00",
    ]  # fmt: skip


def test_a_late_friday_promises_monday() -> None:
    assert said(promise_moments(NINE_TO_SIX, at(20, 17, 30)))[:2] == ["23 10:30", "23 18:00"]


def test_nothing_is_promised_for_a_holiday() -> None:
    christmas_eve = promise_moments(NINE_TO_SIX, at(24, 15, month=12))
    assert all(is_open(NINE_TO_SIX, moment - timedelta(minutes=1)) for moment in christmas_eve)
    assert "25 12:00" not in said(christmas_eve)


def test_a_house_that_never_opens_promises_nothing() -> None:
    assert promise_moments(Calendar("Europe/Paris", {}), at(24, 10)) == []


def test_one_puts_aside_until_tonight_tomorrow_or_monday() -> None:
    found = [(one.code, one.at.strftime("%d %H:%M")) for one in aside_moments(NINE_TO_SIX, at(24, 10))]
    assert found == [("tonight", "24 18:00"), ("tomorrow", "25 09:00"), ("monday", "30 09:00")]


def test_in_the_evening_and_on_sunday_fewer_are_left() -> None:
    assert [one.code for one in aside_moments(NINE_TO_SIX, at(24, 17, 30))] == ["tomorrow", "monday"]
    assert [one.code for one in aside_moments(NINE_TO_SIX, at(29, 17, 30))] == ["tomorrow"]
