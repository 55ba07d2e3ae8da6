"""The generic webhook door, with the example kind: signature, size, repetition, a database that is away."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from egards.accounts.actions import brand_named
from egards.accounts.scope import Scope
from egards.interactions import views
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Arrival
from egards.interactions.queries import Law, whole_law
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.inbound import Refused
from egards.touchpoints.kinds.example import Example
from egards.touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db

SECRET = "s" * 32
BODY = b'{"id": "p1",  "score": 2, "at": 1767225600, "comment": "Trop d\'attente"}'


@pytest.fixture
def wall() -> Touchpoint:
    return open_touchpoint(brand=brand_named(name="Maison"), kind="example", name="Mur", settings={"secret": SECRET})


def press(wall: Touchpoint, body: bytes, signature: str, delivery: str = "") -> Any:
    headers = {"X-Button-Signature": signature, "X-Button-Delivery": delivery}
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/entree/{wall.slug}/", body, content_type="application/json", headers=headers)


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def law() -> Law:
    return whole_law(Scope.house())


def test_what_is_signed_is_stored_as_it_came_then_acknowledged(wall: Touchpoint) -> None:
    answer = press(wall, BODY, signed(BODY), "d1")
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    arrival = Arrival.objects.select_related("blob").get()
    assert (read_bytes(arrival.blob), arrival.mode) == (BODY, "live")
    assert law() == Law(received=1, waiting=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'intake.process_waiting'")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0" * 64,
        signed(BODY)[:-1],
        signed(BODY).upper(),
        signed(BODY, "t" * 32),
        signed(BODY, ""),
        signed(json.dumps(json.loads(BODY)).encode()),
        signed(BODY) + "é",
        "sha256=" + signed(BODY),
    ],
    ids=["none", "zeros", "cut", "case", "other key", "empty key", "written again", "not ascii", "prefixed"],
)
def test_what_is_not_signed_as_it_should_is_refused_and_counted(wall: Touchpoint, signature: str) -> None:
    assert press(wall, BODY, signature).status_code == 403
    assert law() == Law(received=1, refused=1)
    assert Arrival.objects.count() == 0


def test_the_same_json_written_again_does_not_carry_the_signature(wall: Touchpoint) -> None:
    assert press(wall, json.dumps(json.loads(BODY)).encode(), signed(BODY)).status_code == 403


def test_a_touchpoint_without_its_secret_refuses_everything(wall: Touchpoint) -> None:
    Touchpoint.objects.update(settings={})
    assert press(wall, BODY, signed(BODY, "")).status_code == 403
    assert press(wall, BODY, "").status_code == 403
    assert law() == Law(received=2, refused=2)


def test_the_same_delivery_five_times_is_one(wall: Touchpoint) -> None:
    assert [press(wall, BODY, signed(BODY), "d1").status_code for _ in range(5)] == [200] * 5
    assert law() == Law(received=1, waiting=1)


def test_what_is_too_large_is_refused_and_counted(wall: Touchpoint) -> None:
    body = b" " * (Example.max_bytes + 1)
    assert press(wall, body, signed(body)).status_code == 413
    assert law() == Law(received=1, refused=1)
    assert press(wall, body[:-1], signed(body[:-1])).status_code == 200


def test_what_is_refused_for_now_is_asked_to_come_back(wall: Touchpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_now(*_args: object) -> None:
        raise Refused("plus tard", permanent=False)

    monkeypatch.setattr(Example, "verify", not_now)
    answer = press(wall, BODY, signed(BODY))
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)
    assert law() == Law(received=1, refused=1)


def test_a_door_opens_only_for_kinds_that_take_webhooks(wall: Touchpoint) -> None:
    mail = open_touchpoint(brand=wall.brand, kind="mail", name="Courrier")
    assert press(mail, BODY, signed(BODY)).status_code == 404
    Touchpoint.objects.filter(pk=wall.pk).update(is_open=False)
    assert press(wall, BODY, signed(BODY)).status_code == 404
    assert Client().post("/entree/nulle-part/", BODY, content_type="application/json").status_code == 404


def test_a_kind_that_is_not_installed_is_asked_for_later(wall: Touchpoint) -> None:
    Touchpoint.objects.update(kind="partie")
    assert press(wall, BODY, signed(BODY)).status_code == 503


def test_a_door_is_posted_to_and_nothing_else(wall: Touchpoint) -> None:
    assert Client().get(f"/entree/{wall.slug}/").status_code == 405
    assert law() == Law()


def test_without_its_database_the_door_says_come_back(wall: Touchpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_arguments: object) -> None:
        raise OperationalError("partie")

    monkeypatch.setattr(views, "receive", away)
    answer = press(wall, BODY, signed(BODY))
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)
