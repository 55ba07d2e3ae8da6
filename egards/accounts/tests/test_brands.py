"""Brands say who they are, and in which hours; what would shut the customer out is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from egards.accounts.actions import (
    AccountError,
    BrandFacts,
    add_brand,
    add_hours,
    add_place,
    add_team,
    choose_hours,
    choose_team,
    facts_of,
    offer_calls,
    promise_answers,
    reopen_within,
    set_hours,
    update_brand,
    update_place,
    update_team,
)
from egards.accounts.models import JournalEntry
from egards.accounts.rules import faults_of_week, phone_as_dialled, phone_fault, refuses_answers
from egards.accounts.tests.conftest import House

NINE, NOON, TWO, SIX = time(9), time(12), time(14), time(18)


def test_a_brand_says_how_to_reach_it(house: House) -> None:
    facts = replace(facts_of(house.lindelle), phone="02 61 91 04 00", email="bonjour@lindelle.example")
    update_brand(brand=house.lindelle, facts=facts, by=house.nour)
    house.lindelle.refresh_from_db()
    assert (house.lindelle.phone, house.lindelle.email) == ("02 61 91 04 00", "bonjour@lindelle.example")
    entry = JournalEntry.objects.get(verb="brand changed")
    assert (entry.by, entry.detail) == (house.nour.pk, {"columns": ["phone", "email"]})


@pytest.mark.parametrize(
    "address", ["noreply@lindelle.example", "no-reply@x.example", "Ne-pas-repondre@x.example", "donotreply@x.example"]
)
def test_an_address_that_takes_no_answer_is_refused(house: House, address: str) -> None:
    with pytest.raises(AccountError) as refused:
        update_brand(brand=house.lindelle, facts=replace(facts_of(house.lindelle), email=address), by=None)
    assert refused.value.field == "email"


def test_an_address_that_people_read_is_not() -> None:
    assert not any(refuses_answers(a) for a in ("bonjour@x.example", "norah.reply@x.example", "reply@x.example", ""))


@pytest.mark.parametrize(
    "number", ["0892 12 34 56", "08 25 12 34 56", "0810 123 456", "3639", "118 218", "02 61 91 04"]
)
def test_a_number_that_costs_or_does_not_exist_is_refused(house: House, number: str) -> None:
    with pytest.raises(AccountError) as refused:
        update_brand(brand=house.lindelle, facts=replace(facts_of(house.lindelle), phone=number), by=None)
    assert refused.value.field == "phone"


def test_what_is_missing_in_a_number_is_counted() -> None:
    assert phone_fault("02 61 91 04") == "Il manque deux chiffres."
    assert phone_fault("02 61 91 04 00 1") == "Il y a un chiffre de trop."
    assert phone_fault("bonjour") == "Ce numéro ne peut pas être composé."


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [("0261910400", "02 61 91 04 00"), ("+33 2 61 91 04 00", "02 61 91 04 00"), ("0805123456", "0 805 12 34 56"),
     ("3018", "3018"), ("+32 2 555 12 12", "+32 2 555 12 12")],
)  # fmt: skip
def test_a_number_is_written_as_people_dial_it(typed: str, dialled: str) -> None:
    assert phone_fault(typed) == ""
    assert phone_as_dialled(typed) == dialled


def test_two_brands_do_not_share_a_name(house: House) -> None:
    with pytest.raises(AccountError):
        update_brand(brand=house.lindelle, facts=BrandFacts(name="ORMELLE"), by=house.fatou)


def test_a_brand_is_kept_by_its_own_administrators(house: House) -> None:
    for by in (house.nour, house.alice, house.chloe):
        with pytest.raises(AccountError):
            update_brand(brand=house.ormelle, facts=facts_of(house.ormelle), by=by)


def test_only_who_keeps_the_whole_house_opens_a_brand(house: House) -> None:
    with pytest.raises(AccountError):
        add_brand(facts=BrandFacts(name="Presqu’île"), by=house.nour)
    assert add_brand(facts=BrandFacts(name="Presqu’île"), by=house.fatou).slug == "presquile"


def test_two_names_with_one_short_name_stand_apart(house: House) -> None:
    first = add_brand(facts=BrandFacts(name="Été"), by=house.fatou)
    second = add_brand(facts=BrandFacts(name="Ete"), by=house.fatou)
    assert (first.slug, second.slug) == ("ete", "ete-2")


def test_who_writes_for_the_first_time_does_not_wait_longer(house: House) -> None:
    promise_answers(brand=house.lindelle, within_minutes=480, first_within_minutes=120, by=house.nour)
    assert (house.lindelle.answer_minutes, house.lindelle.first_answer_minutes) == (480, 120)
    with pytest.raises(AccountError):
        promise_answers(brand=house.lindelle, within_minutes=120, first_within_minutes=480, by=house.nour)


def test_how_long_an_answer_reopens(house: House) -> None:
    reopen_within(brand=house.lindelle, days=30, by=house.nour)
    assert house.lindelle.reopened_within_days == 30
    with pytest.raises(AccountError):
        reopen_within(brand=house.lindelle, days=366, by=house.nour)


def test_calls_are_offered_in_slots(house: House) -> None:
    offer_calls(brand=house.lindelle, slot_minutes=30, calls_per_slot=3, by=house.nour)
    assert (house.lindelle.call_slot_minutes, house.lindelle.calls_per_slot) == (30, 3)
    with pytest.raises(AccountError):
        offer_calls(brand=house.lindelle, slot_minutes=30, calls_per_slot=0, by=house.nour)


def test_hours_are_a_week_less_its_closures(house: House) -> None:
    hours = add_hours(brand=house.lindelle, name="Service clients", by=house.nour)
    week = {1: [(TWO, SIX), (NINE, NOON)], 2: [(NINE, NOON)], 3: []}
    closed = [date(2026, 12, 24), date(2026, 12, 24)]
    set_hours(hours=hours, week=week, zone="Europe/Paris", subdivision="57", closures=closed, by=house.nour)
    hours.refresh_from_db()
    assert hours.week == {"1": [["09:00", "12:00"], ["14:00", "18:00"]], "2": [["09:00", "12:00"]]}
    assert hours.closures == [date(2026, 12, 24)]
    assert hours.calendar().slots_on(date(2026, 12, 26)) == []


@pytest.mark.parametrize(
    "week", [{}, {1: []}, {1: [(SIX, NINE)]}, {1: [(NINE, NINE)]}, {2: [(NINE, TWO), (NOON, SIX)]}]
)
def test_a_week_that_cannot_be_is_refused(house: House, week: dict[int, list[tuple[time, time]]]) -> None:
    hours = add_hours(brand=house.lindelle, name="Service clients", by=None)
    with pytest.raises(AccountError):
        set_hours(hours=hours, week=week, zone="Europe/Paris", subdivision="", closures=[], by=None)


def test_faults_name_their_day() -> None:
    assert list(faults_of_week({1: [(NINE, NOON)], 4: [(NOON, NINE)]})) == [4]
    assert list(faults_of_week({})) == [0]
    assert faults_of_week({5: [(TWO, SIX), (NINE, TWO)]}) == {}


def test_a_zone_or_a_part_that_nobody_knows_is_refused(house: House) -> None:
    hours = add_hours(brand=house.lindelle, name="Service clients", by=None)
    for zone, part in (("Europe/Nantes", ""), ("Europe/Paris", "44")):
        with pytest.raises(AccountError):
            set_hours(hours=hours, week={1: [(NINE, SIX)]}, zone=zone, subdivision=part, closures=[], by=None)


def test_hours_of_another_brand_are_refused(house: House) -> None:
    theirs = add_hours(brand=house.ormelle, name="Service clients", by=None)
    place = add_place(brand=house.lindelle, name="Nantes", by=None)
    team = add_team(brand=house.lindelle, name="Service clients", by=None)
    with pytest.raises(AccountError):
        choose_hours(brand=house.lindelle, hours=theirs, phone_hours=None, by=None)
    with pytest.raises(AccountError):
        update_place(place=place, name="Nantes", phone="", postal_address="", hours=theirs, by=None)
    with pytest.raises(AccountError):
        update_team(team=team, name="Service clients", phone="", hours=theirs, by=None)


def test_the_first_team_is_given_what_nobody_else_is(house: House) -> None:
    team = add_team(brand=house.lindelle, name="Service clients", by=house.nour)
    add_team(brand=house.lindelle, name="Atelier", by=house.nour)
    house.lindelle.refresh_from_db()
    assert house.lindelle.default_team == team
    theirs = add_team(brand=house.ormelle, name="Service clients", by=None)
    with pytest.raises(AccountError):
        choose_team(brand=house.lindelle, team=theirs, by=house.nour)


def test_names_are_taken_once_in_a_brand(house: House) -> None:
    for add in (add_place, add_team, add_hours):
        add(brand=house.lindelle, name="Nantes", by=house.nour)
        with pytest.raises(AccountError):
            add(brand=house.lindelle, name="Nantes", by=house.nour)
        add(brand=house.ormelle, name="Nantes", by=house.fatou)
