"""Who may ask: keys, scopes, how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from egards.accounts.policy import ROUTES
from egards.api import limits
from egards.api.actions import CannotOpen, make_key, revoke_key
from egards.api.models import ApiKey, Bucket
from egards.api.operations import api
from egards.api.tests.cast import Program, house_program
from egards.core.clock import now

pytestmark = pytest.mark.django_db

NOBODY = "01234567-0123-7123-8123-0123456789ab"
#: Every operation, with the scope it needs.
OPERATIONS = [
    ("POST", "/interactions", "interactions:write"),
    ("POST", "/interactions/batch", "interactions:write"),
    ("GET", f"/arrivals/{NOBODY}", "interactions:write"),
    ("GET", "/interactions", "interactions:read"),
    ("GET", f"/interactions/{NOBODY}", "interactions:read"),
    ("GET", "/touchpoints", "interactions:read"),
    ("GET", "/webhooks", "interactions:read"),
    ("GET", f"/customers/{NOBODY}", "customers:read"),
    ("GET", f"/customers/{NOBODY}/timeline", "customers:read"),
]


@pytest.fixture
def program() -> Program:
    return house_program()


def ask(program: Program, method: str, path: str) -> int:
    status: int = (program.get(path) if method == "GET" else program.post(path, {})).status_code
    return status


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_each_operation_asks_for_its_scope_and_no_other(program: Program, method: str, path: str, scope: str) -> None:
    program.keep_only(scope)
    assert ask(program, method, path) in (200, 404, 422)
    program.keep_only(*({"interactions:write", "interactions:read", "customers:read"} - {scope}))
    assert ask(program, method, path) == 403


def test_every_operation_has_its_line_in_the_policy() -> None:
    names = {f"api:{o.url_name}" for _p, r in api._routers for v in r.path_operations.values() for o in v.operations}
    assert names == {route for route in ROUTES if route.startswith("api:")}
    assert all(ROUTES[name].api for name in names)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer eg_", "Bearer eg_aaaaaaaaaa_", "Basic ZTp4"])
def test_without_a_key_nothing_opens(header: str) -> None:
    answer = Client().get("/api/v1/interactions", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_changed_by_one_letter_or_by_case_opens_nothing(program: Program) -> None:
    right = program.text
    for wrong in (right[:-1], right + "a", right.upper(), right.swapcase(), right[:3] + "0" * 10 + right[13:]):
        program.text = wrong
        assert program.get("/interactions").status_code == 401


def test_a_cookie_is_not_a_key(program: Program) -> None:
    client = Client()
    client.cookies["Authorization"] = f"Bearer {program.text}"
    assert client.get("/api/v1/interactions").status_code == 401
    assert client.get("/api/v1/interactions", {"key": program.text}).status_code == 401


def test_a_revoked_or_expired_key_opens_nothing(program: Program) -> None:
    ApiKey.objects.update(expires_at=now() - timedelta(seconds=1))
    assert program.get("/interactions").status_code == 401
    ApiKey.objects.update(expires_at=now() + timedelta(days=1))
    assert program.get("/interactions").status_code == 200
    revoke_key(key=program.key, by=None)
    assert program.get("/interactions").status_code == 401


def test_the_secret_is_not_kept(program: Program) -> None:
    secret = program.text.split("_", 2)[2].encode()
    row = ApiKey.objects.filter(pk=program.key.pk).values().get()
    assert all(secret not in bytes(str(value), "utf-8") and value != secret for value in row.values())
    assert len(bytes(row["digest"])) == 32


def test_the_last_use_is_known_to_the_hour(program: Program) -> None:
    program.get("/touchpoints")
    used = ApiKey.objects.get(pk=program.key.pk).last_used_at
    assert used is not None
    assert (used.minute, used.second, used.microsecond) == (0, 0, 0)


def test_a_key_needs_scopes_that_exist(program: Program) -> None:
    for scopes in ([], ["interactions:write", "everything"]):
        with pytest.raises(CannotOpen):
            make_key(brand=program.brand, name="Trop", scopes=scopes, by=None)


def test_who_asks_too_often_is_told_when_to_come_back(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BURST", 3.0)
    monkeypatch.setattr(limits, "PER_SECOND", 0.01)
    assert [program.get("/touchpoints").status_code for _ in range(4)] == [200, 200, 200, 429]
    late = program.get("/touchpoints")
    assert int(late["Retry-After"]) >= 1
    Bucket.objects.update(at=now() - timedelta(seconds=101))
    assert program.get("/touchpoints").status_code == 200


def test_a_route_without_a_policy_does_not_exist(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ROUTES, "api:touchpoints")
    assert program.get("/touchpoints").status_code == 404
