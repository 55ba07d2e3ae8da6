"""The door: bytes first, once per key, counted."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from egards.accounts.scope import Scope
from egards.interactions import blobs
from egards.interactions.blobs import read_bytes
from egards.interactions.doors import Delivery, receive, refuse
from egards.interactions.files import sweep_orphans
from egards.interactions.models import Arrival, Blob, Mode, Waiting
from egards.interactions.queries import Law, recounted_law, whole_law
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    touchpoint = api_touchpoint()
    (received,) = receive(touchpoint=touchpoint, deliveries=[Delivery(b"bonjour", "k1")])
    assert received.is_new
    assert read_bytes(Arrival.objects.get(pk=received.arrival_id).blob) == b"bonjour"
    assert whole_law(Scope.house()) == Law(received=1, waiting=1)


def test_the_same_key_is_the_same_delivery() -> None:
    touchpoint = api_touchpoint()
    first, second = receive(touchpoint=touchpoint, deliveries=[Delivery(b"a", "k"), Delivery(b"b", "k")])
    (third,) = receive(touchpoint=touchpoint, deliveries=[Delivery(b"c", "k")])
    assert {first.arrival_id, second.arrival_id} == {third.arrival_id}
    assert [first.is_new, second.is_new, third.is_new] == [True, False, False]
    assert whole_law(Scope.house()).received == 1


def test_without_a_key_the_bytes_are_the_key() -> None:
    touchpoint = api_touchpoint()
    receive(touchpoint=touchpoint, deliveries=[Delivery(b"a"), Delivery(b"a"), Delivery(b"b")])
    assert Arrival.objects.count() == 2


def test_the_same_key_at_another_touchpoint_is_another_delivery() -> None:
    receive(touchpoint=api_touchpoint(), deliveries=[Delivery(b"a", "k")])
    receive(touchpoint=api_touchpoint(), deliveries=[Delivery(b"a", "k")])
    assert Arrival.objects.count() == 2
    assert Blob.objects.count() == 1


def test_large_bytes_go_to_a_file() -> None:
    data = bytes(range(256)) * 2048
    (received,) = receive(touchpoint=api_touchpoint(), deliveries=[Delivery(data, "k")])
    blob = Arrival.objects.get(pk=received.arrival_id).blob
    assert blob.data is None
    assert read_bytes(blob) == data
    assert not list(blobs.blobs_folder().glob("*/.*"))


def test_a_full_disk_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    data = b"half written" * 40_000
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError, match="No space left"):
        receive(touchpoint=api_touchpoint(), deliveries=[Delivery(data, "full")])
    assert not list(blobs.blobs_folder().glob("*/.*"))


def test_refused_deliveries_are_counted() -> None:
    touchpoint = api_touchpoint()
    refuse(touchpoint=touchpoint, n=2)
    law = whole_law(Scope.house())
    assert law == Law(received=2, refused=2)
    assert law.holds
    assert recounted_law() == law


def test_a_law_that_does_not_hold_says_so() -> None:
    assert not Law(received=3, stored=1, duplicate=1).holds


@pytest.mark.parametrize(
    "table", ["interactions_arrival", "interactions_interaction", "interactions_participation", "interactions_tally"]
)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_base_refuses_to_change_a_fact(table: str, statement: str) -> None:
    say(posted("Bonjour", email="odile@client.example"), at=api_touchpoint())
    with pytest.raises(IntegrityError, match="is a fact"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_base_refuses_a_delivery_caused_by_an_archive() -> None:
    touchpoint = api_touchpoint()
    (archive,) = say(posted("Bonjour", email="odile@client.example"), at=touchpoint, mode=Mode.ARCHIVE)
    with pytest.raises(IntegrityError, match="archive"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO interactions_delivery (id, interaction_id, permit_id, cause_id, handle_id, state, made_at)"
            " SELECT gen_random_uuid(), i.id, gen_random_uuid(), i.id, p.handle_id, 'waiting', now()"
            " FROM interactions_interaction i JOIN interactions_participation p ON p.interaction_id = i.id"
            " WHERE i.id = %s",
            [archive.pk],
        )


def test_nothing_waits_at_rest() -> None:
    say(posted("un", id="1"), posted("deux", id="2"), at=api_touchpoint())
    assert not Waiting.objects.exists()
    assert whole_law(Scope.house()) == Law(received=2, stored=2)


def test_a_file_that_no_row_points_to_is_swept_and_the_others_stay(tmp_path: Path, settings: Settings) -> None:
    settings.EGARDS_HOME = tmp_path
    data = b"x" * 300_000
    (received,) = receive(touchpoint=api_touchpoint(), deliveries=[Delivery(data, "k")])
    blob = Arrival.objects.get(pk=received.arrival_id).blob
    orphan = blobs.blobs_folder() / "ab" / "abcdef"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"left by a transaction that failed")
    assert sweep_orphans() == 0
    assert sweep_orphans(older_than_seconds=-1) == 1
    assert not orphan.exists()
    assert read_bytes(blob) == data
