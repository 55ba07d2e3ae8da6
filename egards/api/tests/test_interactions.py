"""Posting words and reading them back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import override_settings

from egards.api.tests.cast import Program, garden_program, house_program
from egards.core.clock import now
from egards.core.ids import new_id
from egards.intake.pipeline import process_waiting
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Arrival, Interaction, Mode
from egards.interactions.queries import whole_law
from egards.touchpoints.actions import open_touchpoint

pytestmark = pytest.mark.django_db

ODILE = {"role": "author", "kind": "email", "value": "odile@client.example", "name": "Odile"}


@pytest.fixture
def program() -> Program:
    return house_program()


def test_a_word_is_stored_as_it_came_then_read(program: Program) -> None:
    body = b'{ "text": "La livraison a pris trois semaines, c\\u0027est inadmissible.",  "parties": [' + (
        json.dumps(ODILE).encode() + b'], "score": 1, "scale": [1, 5], "id": "42" }'
    )
    answer = program.post("/interactions", body)
    assert answer.status_code == 202
    assert answer.json()["status"] == "waiting"
    arrival = Arrival.objects.select_related("blob").get(pk=answer.json()["arrival_id"])
    assert read_bytes(arrival.blob) == body

    process_waiting()
    outcome = program.get(f"/arrivals/{arrival.pk}").json()
    assert outcome["status"] == "stored"
    word = program.get(f"/interactions/{outcome['interaction_id']}").json()
    assert word["text"] == "La livraison a pris trois semaines, c'est inadmissible."
    assert (word["score"], word["scale"], word["mode"]) == (1.0, [1.0, 5.0], "live")
    assert word["parties"] == [{**ODILE, "proof": "claimed"}]
    assert word["reading"]["polarity"] < 0
    assert word["customer_id"]


def test_the_worker_is_asked_to_read_it(program: Program) -> None:
    program.post("/interactions", {"text": "Bonjour"})
    program.post("/interactions", {"text": "Bonsoir"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'intake.process_waiting'")
        assert cursor.fetchone() == (1,)


def test_the_same_id_again_is_a_duplicate_and_the_law_holds(program: Program) -> None:
    program.says("Merci pour tout", id="a1")
    again = program.post("/interactions", {"text": "Merci  pour tout !", "id": "a1"}).json()["arrival_id"]
    process_waiting()
    assert program.get(f"/arrivals/{again}").json()["status"] == "duplicate"
    law = whole_law(program.key.scope)
    assert (law.received, law.stored, law.duplicate, law.waiting) == (2, 1, 1, 0)
    assert program.get("/touchpoints").json()["items"][0]["law"]["received"] == 2


def test_two_people_may_say_the_same_thing(program: Program) -> None:
    for _person in range(2):
        assert program.post("/interactions", {"text": "Merci"}).status_code == 202
    process_waiting()
    assert Interaction.objects.count() == 2


def test_the_same_body_again_is_the_same_delivery(program: Program) -> None:
    body = {"text": "Bonjour", "happened_at": "2026-11-20T12:00:00Z"}
    first = program.post("/interactions", body)
    process_waiting()
    second = program.post("/interactions", body)
    assert second.status_code == 200
    assert second.json()["arrival_id"] == first.json()["arrival_id"]
    assert second.json()["status"] == "stored"


def test_an_archive_is_an_archive(program: Program) -> None:
    word = Interaction.objects.get(pk=program.says("Vieux mot", mode="archive"))
    assert word.mode == Mode.ARCHIVE


def test_a_list_keeps_the_exact_bytes_of_each_word(program: Program) -> None:
    items = [b'{"text": "un", "id":"1"}', b'{ "id" : "2","text":"deux \\u00e9" }', b'{"text":"trois","mode":"archive"}']
    answer = program.post("/interactions/batch", b" [" + b" ,\n".join(items) + b"]\n")
    assert answer.status_code == 202
    arrivals = [row["arrival_id"] for row in answer.json()["arrivals"]]
    kept = {str(a.pk): a for a in Arrival.objects.select_related("blob")}
    assert [read_bytes(kept[a].blob) for a in arrivals] == items
    assert [kept[a].mode for a in arrivals] == ["live", "live", "archive"]
    assert process_waiting()["stored"] == 3


def test_a_list_has_at_most_500_words(program: Program) -> None:
    answer = program.post("/interactions/batch", [{"text": str(n)} for n in range(501)])
    assert answer.status_code == 422
    assert Arrival.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "a", "humeur": "gaie"}, "humeur"),
        ({"text": "a" * 200_001}, "text"),
        ({"text": 3}, "text"),
        ({}, ""),
        ({"text": " "}, ""),
        ({"score": 3}, ""),
        ({"score": 9, "scale": [1, 5]}, ""),
        ({"score": True, "scale": [0, 5]}, "score"),
        ({"score": "3", "scale": [1, 5]}, "score"),
        ({"text": "a", "happened_at": "2026-03-01"}, "happened_at"),
        ({"text": "a", "happened_at": 1700000000}, "happened_at"),
        ({"text": "a", "parties": [{"role": "chef", "kind": "email", "value": "a@b.fr"}]}, "parties.0.role"),
        ({"text": "a", "facts": {"magasin": 3}}, "facts.magasin"),
        ({"text": "a", "mode": "futur"}, "mode"),
        ({"text": "a", "touchpoint": "autre"}, "touchpoint"),
        ({"text": "seul \ud800"}, "text"),
        ([], ""),
    ],
)
def test_what_has_not_the_form_is_refused_with_its_field(program: Program, body: object, field: str) -> None:
    answer = program.post("/interactions", body)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["fields"][0]["field"] == field
    assert problem["fields"][0]["sentence"].endswith((".", "]."))
    assert Arrival.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"text": "a"', b"[" * 100_000, b'{"score": ' + b"9" * 5000])
def test_what_is_not_json_is_refused_in_a_sentence(program: Program, body: bytes) -> None:
    answer = program.post("/interactions", body)
    assert answer.status_code in (400, 422)
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize(
    "body", [b'{"text":"a","score":NaN,"scale":[0,5]}', b'{"text":"a","score":1e999,"scale":[0,5]}']
)
def test_numbers_that_are_not_are_refused(program: Program, body: bytes) -> None:
    assert program.post("/interactions", body).status_code in (400, 422)


def test_a_body_too_large_is_refused_before_it_is_read(program: Program) -> None:
    assert program.post("/interactions", b" " * (2 * 1024 * 1024 + 1)).status_code == 413


def test_a_named_touchpoint_of_the_brand_takes_the_word(program: Program) -> None:
    touchpoint = open_touchpoint(brand=program.brand, kind="api", name="Caisse")
    word = Interaction.objects.get(pk=program.says("Un mot", touchpoint=touchpoint.slug))
    assert word.touchpoint == touchpoint


def test_a_touchpoint_of_another_kind_or_brand_does_not(program: Program) -> None:
    mine = open_touchpoint(brand=program.brand, kind="mail", name="Courrier")
    theirs = open_touchpoint(brand=garden_program().brand, kind="api", name="Caisse")
    for slug in (mine.slug, theirs.slug):
        assert program.post("/interactions", {"text": "a", "touchpoint": slug}).status_code == 422


def test_words_are_listed_by_pages_in_order_of_receipt(program: Program) -> None:
    ids = [str(program.says(f"mot {n}")) for n in range(5)]
    first = program.get("/interactions", limit="2").json()
    second = program.get("/interactions", limit="2", after=first["next"]).json()
    third = program.get("/interactions", limit="2", after=second["next"]).json()
    assert [w["id"] for page in (first, second, third) for w in page["items"]] == sorted(ids)
    assert third["next"] is None


def test_words_are_listed_since_a_moment_and_by_touchpoint(program: Program) -> None:
    program.says("là")
    other = open_touchpoint(brand=program.brand, kind="api", name="Caisse")
    word = str(program.says("ici", touchpoint=other.slug))
    assert [w["id"] for w in program.get("/interactions", touchpoint=other.slug).json()["items"]] == [word]
    assert len(program.get("/interactions", since=(now() - timedelta(minutes=1)).isoformat()).json()["items"]) == 2
    assert program.get("/interactions", since=(now() + timedelta(minutes=1)).isoformat()).json()["items"] == []
    assert program.get("/interactions", since="hier").status_code == 422
    assert program.get("/interactions", limit="201").status_code == 422
    assert program.get("/interactions", after="x").status_code == 422


def test_a_list_costs_the_same_queries_for_one_word_or_ten(
    program: Program, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for n in range(10):
        program.says(f"Le colis numéro {n} est arrivé abîmé", parties=[{**ODILE, "value": f"c{n}@client.example"}])
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert len(program.get("/interactions").json()["items"]) == 10


def test_what_waits_says_so(program: Program) -> None:
    arrival = program.post("/interactions", {"text": "Bonjour"}).json()["arrival_id"]
    assert program.get(f"/arrivals/{arrival}").json() == {
        "arrival_id": arrival, "status": "waiting", "interaction_id": None, "reason": "",
    }  # fmt: skip


def test_an_old_word_is_dated_as_it_says(program: Program) -> None:
    word = Interaction.objects.get(pk=program.says("Jadis", happened_at="2020-05-04T10:00:00+02:00"))
    assert word.happened_at == datetime(2020, 5, 4, 8, tzinfo=UTC)
    assert word.mode == Mode.ARCHIVE


def test_nothing_of_another_brand_is_there(program: Program) -> None:
    other = garden_program()
    word = other.says("Chez Jardin", parties=[ODILE])
    arrival = other.post("/interactions", {"text": "encore"}).json()["arrival_id"]
    customer = other.get(f"/interactions/{word}").json()["customer_id"]
    nowhere = program.get(f"/interactions/{uuid4()}")
    assert nowhere.status_code == 404
    for path in (
        f"/interactions/{word}", f"/arrivals/{arrival}", f"/customers/{customer}", f"/customers/{customer}/timeline",
    ):  # fmt: skip
        answer = program.get(path)
        assert (answer.status_code, answer.content) == (404, nowhere.content)
    assert program.get("/interactions").json()["items"] == []
    assert program.get("/touchpoints").json()["items"] == []


def test_a_customer_shows_only_the_addresses_used_here(program: Program) -> None:
    other = garden_program()
    program.says("Ici", parties=[ODILE, {"role": "author", "kind": "loyalty", "value": "C-1"}])
    other.says("Là-bas", parties=[{"role": "author", "kind": "loyalty", "value": "C-1"}, {**ODILE, "kind": "phone",
               "value": "06 12 34 56 78"}])  # fmt: skip
    customer = program.get("/interactions").json()["items"][0]["customer_id"]
    shown = program.get(f"/customers/{customer}").json()
    assert {i["kind"] for i in shown["identities"]} == {"email", "loyalty"}
    assert shown["name"] == "Odile"


def test_a_timeline_is_read_by_pages_newest_first(program: Program) -> None:
    words = [str(program.says(f"mot {n}", parties=[ODILE], happened_at=f"2024-01-0{n}T10:00:00Z")) for n in range(1, 6)]
    customer = program.get(f"/interactions/{words[0]}").json()["customer_id"]
    first = program.get(f"/customers/{customer}/timeline", limit="3").json()
    second = program.get(f"/customers/{customer}/timeline", limit="3", after=first["next"]).json()
    assert [e["ref"] for e in first["items"] + second["items"]] == words[::-1]
    assert second["next"] is None
    assert program.get(f"/customers/{customer}/timeline", after="Zm9v").status_code == 422


@override_settings(EGARDS_URL="https://egards.example")
def test_the_description_is_for_keys_only(program: Program) -> None:
    description = program.get("/openapi.json").json()
    assert description["openapi"].startswith("3.")
    assert "/api/v1/interactions" in description["paths"]
    assert program.client.get("/api/v1/openapi.json").status_code == 401


def test_ids_follow_the_clock_so_that_since_works() -> None:
    at = now()
    assert new_id(at + timedelta(seconds=1)) > new_id(at)
