"""Where a word goes, without the base."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from egards.conversations.rules.routing import Route, Said, Standing, Way, may_join_by_citing, route_of
from egards.touchpoints.inbound import Proof

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PARCEL, OTHER = UUID(int=1), UUID(int=2)


def said(*, is_automatic: bool = False, opens: bool = True) -> Said:
    return Said(NOON, is_automatic, opens, reopened_within=timedelta(days=14))


def open_one(which: UUID = PARCEL) -> Standing:
    return Standing(which, is_resolved=False, state_at=NOON - timedelta(days=40))


def resolved(days: int) -> Standing:
    return Standing(PARCEL, is_resolved=True, state_at=NOON - timedelta(days=days))


def test_a_word_without_a_token_opens_its_own_conversation() -> None:
    assert route_of(said(), answers=None, open_ones=[]) == Route(Way.OPEN)


def test_it_stands_perhaps_beside_the_one_that_is_open() -> None:
    assert route_of(said(), answers=None, open_ones=[open_one(OTHER)]) == Route(Way.OPEN, beside=OTHER)


def test_a_token_joins() -> None:
    assert route_of(said(), answers=open_one(), open_ones=[open_one(OTHER)]) == Route(Way.JOIN, PARCEL)


def test_a_token_reopens_what_was_resolved_lately() -> None:
    assert route_of(said(), answers=resolved(14), open_ones=[]) == Route(Way.JOIN, PARCEL)


def test_after_fourteen_days_it_opens_another_that_follows() -> None:
    assert route_of(said(), answers=resolved(15), open_ones=[]) == Route(Way.OPEN, beside=PARCEL, follows=True)


def test_automatic_mail_wakes_nobody() -> None:
    assert route_of(said(is_automatic=True), answers=open_one(), open_ones=[]) == Route(Way.JOIN_QUIETLY, PARCEL)


def test_automatic_mail_opens_nothing() -> None:
    assert route_of(said(is_automatic=True), answers=None, open_ones=[open_one()]) == Route(Way.NOWHERE)


def test_words_that_call_for_no_answer_open_nothing() -> None:
    assert route_of(said(opens=False), answers=None, open_ones=[]) == Route(Way.NOWHERE)


def test_but_join_what_they_answer() -> None:
    assert route_of(said(opens=False), answers=open_one(), open_ones=[]) == Route(Way.JOIN, PARCEL)


def test_what_is_cited_only_stands_beside() -> None:
    found = route_of(said(), answers=None, open_ones=[open_one(OTHER)], cited=open_one(PARCEL))
    assert found == Route(Way.OPEN, beside=PARCEL)


def test_a_participant_our_server_vouches_for_joins_what_they_cite() -> None:
    assert may_join_by_citing([(OTHER, Proof.AUTHENTICATED)], {OTHER})


def test_one_who_only_claims_does_not() -> None:
    assert not may_join_by_citing([(OTHER, Proof.CLAIMED)], {OTHER})


def test_nor_does_a_stranger_however_sure() -> None:
    assert not may_join_by_citing([(OTHER, Proof.PROVED)], {PARCEL})
