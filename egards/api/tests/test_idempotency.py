"""Idempotency-Key: the contract's table, line by line."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from egards.api import operations
from egards.api.idempotency import forget_old_answers
from egards.api.models import GivenAnswer
from egards.api.tests.cast import Program, house_program
from egards.core.clock import now
from egards.intake.pipeline import process_waiting
from egards.interactions.models import Arrival

BODY = {"text": "Une fois"}


@pytest.fixture
def program(db: None) -> Program:
    return house_program()


def test_the_first_answer_is_given_again(program: Program) -> None:
    first = program.post("/interactions", BODY, key="k1")
    process_waiting()
    again = program.post("/interactions", BODY, key="k1")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (202, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Arrival.objects.count() == 1


def test_the_same_key_for_another_body_or_path_is_an_error(program: Program) -> None:
    program.post("/interactions", BODY, key="k1")
    for path, body in (("/interactions", {"text": "Autre"}), ("/interactions/batch", [BODY])):
        answer = program.post(path, body, key="k1")
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Arrival.objects.count() == 1


def test_two_words_under_two_keys_are_two_deliveries(program: Program) -> None:
    for key in ("k1", "k2"):
        program.post("/interactions", BODY, key=key)
    assert Arrival.objects.count() == 2


def test_keys_of_two_programs_are_apart(program: Program) -> None:
    neighbour = house_program()
    program.post("/interactions", BODY, key="1")
    answer = neighbour.post("/interactions", {"text": "Autre"}, key="1")
    assert answer.status_code == 202
    assert Arrival.objects.count() == 2


def test_what_was_refused_before_the_operation_may_be_corrected(program: Program) -> None:
    assert program.post("/interactions", {"texte": "faute"}, key="k1").status_code == 422
    assert program.post("/interactions", BODY, key="k1").status_code == 202


def test_a_refusal_by_the_operation_is_given_again(program: Program) -> None:
    body = {**BODY, "touchpoint": "nulle-part"}
    first = program.post("/interactions", body, key="k1")
    again = program.post("/interactions", body, key="k1")
    assert (first.status_code, again.status_code) == (422, 422)
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"


def test_even_an_error_of_ours_is_given_again(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("panne")

    with monkeypatch.context() as patched:
        patched.setattr(operations, "_store", broken)
        first = program.post("/interactions", BODY, key="k1")
    again = program.post("/interactions", BODY, key="k1")
    assert (first.status_code, again.status_code, again.content) == (500, 500, first.content)
    assert "panne" not in first.content.decode()
    assert Arrival.objects.count() == 0


def test_nothing_is_kept_when_the_database_is_away(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise OperationalError("partie")

    with monkeypatch.context() as patched:
        patched.setattr(operations, "_store", away)
        answer = program.post("/interactions", BODY, key="k1")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert program.post("/interactions", BODY, key="k1").status_code == 202


@pytest.mark.parametrize(("key", "status"), [("a" * 255, 202), ("a" * 256, 400), ("", 400)])
def test_a_key_has_1_to_255_characters(program: Program, key: str, status: int) -> None:
    assert program.post("/interactions", BODY, key=key).status_code == status


def test_an_answer_is_kept_48_hours(program: Program) -> None:
    program.post("/interactions", BODY, key="k1")
    assert forget_old_answers() == 0
    GivenAnswer.objects.update(at=now() - timedelta(hours=49))
    assert forget_old_answers() == 1
    other = program.post("/interactions", {"text": "Bien plus tard"}, key="k1")
    assert other.status_code == 202
    assert Arrival.objects.count() == 2


def test_the_key_itself_is_not_kept(program: Program) -> None:
    program.post("/interactions", BODY, key="odile@client.example")
    row = GivenAnswer.objects.values().get()
    assert "odile" not in " ".join(str(value) for value in row.values())


@pytest.mark.django_db(transaction=True)
def test_a_key_under_way_is_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    program = house_program()
    store, inside, go_on = operations._store, threading.Event(), threading.Event()
    answers = []

    def slow(*args: object) -> object:
        inside.set()
        assert go_on.wait(10)
        return store(*args)  # type: ignore[arg-type]

    def first() -> None:
        answers.append(program.post("/interactions", BODY, key="k1").status_code)
        connection.close()

    monkeypatch.setattr(operations, "_store", slow)
    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(10)
    meanwhile = program.post("/interactions", BODY, key="k1")
    go_on.set()
    thread.join(10)
    assert (meanwhile.status_code, meanwhile.json()["code"], answers) == (409, "under_way", [202])
    assert program.post("/interactions", BODY, key="k1").status_code == 202
    assert Arrival.objects.count() == 1
