"""The pure rules, without a database: hours, holidays, frequency, pressure, and the order in which they answer."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from egards.consent.rules.calendar import easter, is_holiday, midnight_after
from egards.consent.rules.decide import decide
from egards.consent.rules.facts import (
    Asked,
    Book,
    CauseFact,
    ConsentFact,
    Facts,
    HoldFact,
    Medium,
    ObjectionFact,
    PermitFact,
    Purpose,
    RuleFact,
    RuleMissing,
    Verdict,
)
from egards.consent.rules.pack import parse_pack

PACK = Path(__file__).parent.parent / "packs" / "fr.toml"
RULES = parse_pack(PACK.read_text(encoding="utf-8"), name="packs/fr.toml")
PARIS = ZoneInfo("Europe/Paris")
NEWCOMER = Facts(zones=("Europe/Paris",))
CONSENTING = Facts(
    zones=("Europe/Paris",),
    consents=tuple(ConsentFact(uuid4(), "prospecting", m) for m in ("phone", "sms", "email")),
)

#: Written by hand from the Labour code and an almanac, not by the code under test.
HOLIDAYS_2028 = {
    (1, 1), (4, 17), (5, 1), (5, 8), (5, 25), (6, 5), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25),
}  # fmt: skip


def book(at: datetime) -> Book:
    day = at.astimezone(PARIS).date()
    in_force = [r for r in RULES if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)]
    return Book(at, {r.code: RuleFact(uuid4(), r.code, r.version, r.text_fr, r.value) for r in in_force})


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def ask(medium: Medium, purpose: Purpose, at: datetime, facts: Facts = NEWCOMER, offer: str = "") -> Verdict:
    return decide(Asked(medium, purpose, at, offer), facts, book(at))


def calls(*days: str) -> Facts:
    permits = tuple(PermitFact(paris(f"{day} 11:00"), "phone", "prospecting", 0) for day in days)
    return Facts(zones=("Europe/Paris",), consents=CONSENTING.consents, permits=permits)


@pytest.mark.parametrize(
    "sunday",
    ["1961-04-02", "2000-04-23", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2028-04-16", "2038-04-25"],
)
def test_easter_falls_where_the_almanac_says(sunday: str) -> None:
    assert easter(int(sunday[:4])) == date.fromisoformat(sunday)


def test_the_eleven_holidays_of_a_leap_year_are_those_of_the_almanac() -> None:
    rule = book(paris("2028-01-03 11:00"))["holidays.national"]
    days = [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
    found = {
        (d.month, d.day) for d in days if is_holiday(d, days=rule.value["days"], department="", zone="Europe/Paris")
    }
    assert found == HOLIDAYS_2028


def test_on_every_day_of_a_leap_year_prospecting_calls_keep_the_legal_hours() -> None:
    chance = random.Random(9)
    wrong = []
    for n in range(366):
        day = datetime(2028, 1, 1, tzinfo=PARIS) + timedelta(days=n)
        for minute in chance.sample(range(1440), 8):
            at = day.replace(hour=minute // 60, minute=minute % 60)
            is_open = 10 <= at.hour < 13 or 14 <= at.hour < 20
            expected = at.weekday() < 5 and is_open and (at.month, at.day) not in HOLIDAYS_2028
            if ask(Medium.PHONE, Purpose.PROSPECTING, at, CONSENTING).is_allowed != expected:
                wrong.append(at)
    assert wrong == []


def test_on_every_day_of_a_leap_year_messages_keep_their_hours() -> None:
    chance = random.Random(10)
    wrong = []
    for n in range(366):
        day = datetime(2028, 1, 1, tzinfo=PARIS) + timedelta(days=n)
        for minute in chance.sample(range(1440), 8):
            at = day.replace(hour=minute // 60, minute=minute % 60)
            expected = at.weekday() < 6 and 8 <= at.hour < 20 and (at.month, at.day) not in HOLIDAYS_2028
            if ask(Medium.SMS, Purpose.PROSPECTING, at, CONSENTING).is_allowed != expected:
                wrong.append(at)
    assert wrong == []


@pytest.mark.parametrize(("clock", "is_open"), [("09:59", 0), ("10:00", 1), ("12:59", 1), ("13:00", 0), ("20:00", 0)])
def test_the_last_minute_is_outside(clock: str, is_open: int) -> None:
    verdict = ask(Medium.PHONE, Purpose.PROSPECTING, paris(f"2026-09-01 {clock}"), CONSENTING)
    assert verdict.is_allowed == bool(is_open)


@pytest.mark.parametrize(
    ("day", "department"),
    [
        ("2026-04-03", "68"), ("2025-12-26", "57"), ("2026-04-27", "976"), ("2026-05-22", "972"),
        ("2026-05-27", "971"), ("2026-06-10", "973"), ("2026-10-09", "977"), ("2026-05-28", "978"),
    ],
)  # fmt: skip
def test_local_holidays_are_kept_by_courtesy_where_they_are_holidays(day: str, department: str) -> None:
    at = paris(f"{day} 11:00")
    there = Facts(zones=("Europe/Paris",), department=department, consents=CONSENTING.consents)
    elsewhere = Facts(zones=("Europe/Paris",), department="31", consents=CONSENTING.consents)
    assert ask(Medium.PHONE, Purpose.PROSPECTING, at, there).rule.code == "holidays.courtesy"
    assert ask(Medium.PHONE, Purpose.PROSPECTING, at, elsewhere).is_allowed


def test_a_person_who_may_be_in_two_zones_is_called_only_when_both_are_open() -> None:
    both = Facts(zones=("Indian/Mayotte", "Indian/Reunion"), consents=CONSENTING.consents)
    at_nineteen_thirty_in_reunion = datetime(2026, 9, 1, 15, 30, tzinfo=UTC)
    at_ten_thirty_in_reunion = datetime(2026, 9, 1, 6, 30, tzinfo=UTC)  # half past nine in Mayotte
    assert ask(Medium.PHONE, Purpose.PROSPECTING, at_nineteen_thirty_in_reunion, both).is_allowed
    assert ask(Medium.PHONE, Purpose.PROSPECTING, at_ten_thirty_in_reunion, both).rule.code == "phone.hours"


def test_the_fifth_call_waits_until_the_first_is_thirty_days_old() -> None:
    four = calls("2026-09-01", "2026-09-08", "2026-09-15", "2026-09-22")
    refused = ask(Medium.PHONE, Purpose.PROSPECTING, paris("2026-09-30 11:00"), four)
    assert (refused.is_allowed, refused.rule.code) == (False, "phone.frequency")
    assert ask(Medium.PHONE, Purpose.PROSPECTING, paris("2026-10-01 11:00"), four).is_allowed


def test_sixty_whole_days_after_a_refusal_end_on_the_sixty_first_at_midnight() -> None:
    assert midnight_after(paris("2026-09-01 19:30"), days=60, zone=PARIS) == paris("2026-11-01 00:00")


@pytest.mark.parametrize("purpose", [Purpose.SURVEY, Purpose.PROSPECTING, Purpose.USAGE_HELP])
def test_an_objection_beats_consent(purpose: Purpose) -> None:
    facts = Facts(
        zones=("Europe/Paris",),
        consents=(ConsentFact(uuid4(), purpose, "email"),),
        objections=(ObjectionFact(purpose, "", "person"),),
    )
    assert ask(Medium.EMAIL, purpose, paris("2026-09-01 11:00"), facts).rule.code == "objection"


def test_an_objection_to_calls_leaves_mail_alone() -> None:
    facts = Facts(
        zones=("Europe/Paris",),
        consents=CONSENTING.consents,
        objections=(ObjectionFact("prospecting", "phone", "person"),),
    )
    assert ask(Medium.EMAIL, Purpose.PROSPECTING, paris("2026-09-01 11:00"), facts).is_allowed
    assert not ask(Medium.PHONE, Purpose.PROSPECTING, paris("2026-09-01 11:00"), facts).is_allowed


@pytest.mark.parametrize("purpose", [Purpose.REPAIR, Purpose.LEGAL, Purpose.SAFETY, Purpose.ANSWER])
def test_what_is_due_always_passes_and_says_why(purpose: Purpose) -> None:
    sunday_night = paris("2026-09-06 23:00")
    facts = Facts(
        zones=("Europe/Paris",),
        objections=tuple(ObjectionFact(p, "", "person") for p in Purpose),
        holds=(HoldFact("deceased", "everything", None, None),),
        cause=CauseFact(True, False, paris("2026-09-06 12:00")),
    )
    verdict = ask(Medium.SMS, purpose, sunday_night, facts)
    assert (verdict.is_allowed, verdict.rule.code, verdict.points) == (True, f"always.{purpose}", 0)


def test_what_nobody_said_has_no_answer() -> None:
    assert not ask(Medium.EMAIL, Purpose.ANSWER, paris("2026-09-01 11:00")).is_allowed


def test_an_archive_provokes_nothing_whatever_the_purpose() -> None:
    facts = Facts(zones=("Europe/Paris",), cause=CauseFact(True, True, paris("2019-01-01 12:00")))
    assert ask(Medium.EMAIL, Purpose.ANSWER, paris("2026-09-01 11:00"), facts).rule.code == "archive.silent"


def test_a_complaint_stops_offers_and_surveys_until_fourteen_days_after_its_end() -> None:
    closed = HoldFact("complaint", "solicitations", None, paris("2026-09-01 10:00"))
    facts = Facts(zones=("Europe/Paris",), consents=CONSENTING.consents, holds=(closed,))
    assert ask(Medium.EMAIL, Purpose.SURVEY, paris("2026-09-15 09:59"), facts).rule.code == "hold.complaint"
    assert ask(Medium.EMAIL, Purpose.PROSPECTING, paris("2026-09-15 09:59"), facts).rule.code == "hold.complaint"
    assert ask(Medium.EMAIL, Purpose.SURVEY, paris("2026-09-15 10:00"), facts).is_allowed


def test_a_second_survey_waits_thirty_days() -> None:
    asked_before = PermitFact(paris("2026-09-01 11:00"), "email", "survey", 2)
    facts = Facts(zones=("Europe/Paris",), permits=(asked_before,))
    assert ask(Medium.EMAIL, Purpose.SURVEY, paris("2026-10-01 10:59"), facts).rule.code == "survey.quarantine"
    assert ask(Medium.EMAIL, Purpose.SURVEY, paris("2026-10-01 11:00"), facts).is_allowed


@pytest.mark.parametrize(("spent", "is_allowed"), [(3, True), (4, False)])
def test_the_week_holds_four_points(spent: int, is_allowed: bool) -> None:
    before = PermitFact(paris("2026-09-01 11:00"), "post", "prospecting", spent)
    facts = Facts(zones=("Europe/Paris",), consents=CONSENTING.consents, permits=(before,))
    verdict = ask(Medium.EMAIL, Purpose.PROSPECTING, paris("2026-09-07 11:00"), facts)
    assert (verdict.is_allowed, verdict.rule.code == "pressure") == (is_allowed, not is_allowed)


def test_the_month_holds_eight_points() -> None:
    before = tuple(PermitFact(paris(f"2026-09-{d} 11:00"), "post", "prospecting", 4) for d in ("01", "10"))
    facts = Facts(zones=("Europe/Paris",), consents=CONSENTING.consents, permits=before)
    assert ask(Medium.EMAIL, Purpose.PROSPECTING, paris("2026-09-29 11:00"), facts).rule.code == "pressure"
    assert ask(Medium.EMAIL, Purpose.PROSPECTING, paris("2026-10-01 11:00"), facts).is_allowed


def test_an_expected_follow_up_weighs_nothing_and_a_late_one_weighs() -> None:
    facts = Facts(zones=("Europe/Paris",), cause=CauseFact(True, False, paris("2026-09-01 11:00")))
    assert ask(Medium.EMAIL, Purpose.FOLLOW_UP, paris("2026-09-08 11:00"), facts).points == 0
    assert ask(Medium.EMAIL, Purpose.FOLLOW_UP, paris("2026-09-08 11:01"), facts).points == 1


def test_without_its_rule_nothing_is_decided() -> None:
    at = paris("2026-09-01 11:00")
    with pytest.raises(RuleMissing, match=r"objection.*01/09/2026"):
        decide(Asked(Medium.EMAIL, Purpose.SURVEY, at), NEWCOMER, Book(at, {}))
