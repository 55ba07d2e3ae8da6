"""Outgoing webhooks: signed, retried, apart from each other, and never more than ids."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import override_settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from egards.accounts.models import JournalEntry
from egards.api import webhooks
from egards.api.actions import CannotOpen, open_webhook, reopen_webhook
from egards.api.jobs import send_to_endpoint_job, send_webhooks_job
from egards.api.models import WebhookDelivery, WebhookEndpoint
from egards.api.rules import PATIENCE
from egards.api.sealing import unseal
from egards.api.tests.cast import Program, garden_program, house_program
from egards.core import safe_http
from egards.core.clock import now
from egards.core.house_mark import mark_house
from egards.core.safe_http import Answer, UnsafeAddress
from egards.intake.follow_up import follow_up

ODILE = [{"role": "author", "kind": "email", "value": "odile@client.example", "name": "Odile"}]


class Receiver(http.server.BaseHTTPRequestHandler):
    """Notes what comes, and answers what the server was told to."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.inside.set()  # type: ignore[attr-defined]
        self.server.go_on.wait(8)  # type: ignore[attr-defined]
        self.server.seen.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def serve() -> Any:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    server.seen, server.status = [], 200
    server.inside, server.go_on = threading.Event(), threading.Event()
    server.go_on.set()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@pytest.fixture
def receiver() -> Iterator[Any]:
    server = serve()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def program(db: None) -> Program:
    return house_program()


@pytest.fixture(autouse=True)
def private_allowed() -> Iterator[None]:
    with override_settings(EGARDS_ALLOW_PRIVATE_WEBHOOKS=True, EGARDS_URL="https://egards.example"):
        yield


def listen(program: Program, server: Any) -> tuple[WebhookEndpoint, str]:
    return open_webhook(brand=program.brand, url=f"http://127.0.0.1:{server.server_port}/recu", by=None)


def tell(*words: UUID) -> None:
    """What the worker does: make the deliveries, then each endpoint's own job."""
    webhooks.note_words(kind="word recorded", refs=words)
    for endpoint_id in webhooks.due_endpoints():
        send_to_endpoint_job(str(endpoint_id))


def later(**ago: float) -> None:
    """Move what was written into the past, so that what waits is due."""
    WebhookDelivery.objects.filter(state="waiting").update(next_at=now() - timedelta(**ago))
    WebhookEndpoint.objects.update(rest_until=None)


def test_a_word_is_told_signed_and_without_its_words(program: Program, receiver: Any) -> None:
    _endpoint, secret = listen(program, receiver)
    word = program.says("Mon dossier médical est perdu", parties=ODILE)
    tell(word)
    headers, body = receiver.seen[0]
    told = Webhook(secret).verify(body, headers)
    assert told["type"] == "word.recorded"
    assert told["data"] == {"id": str(word), "link": f"https://egards.example/api/v1/interactions/{word}"}
    assert b"Odile" not in body
    assert "médical" not in body.decode()
    assert WebhookDelivery.objects.get().state == "sent"


def test_nothing_leaves_a_demo(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    mark_house(is_demo=True)
    tell(program.says("Un mot"))
    assert receiver.seen == []
    assert WebhookDelivery.objects.get().last_code == "demo"
    with pytest.raises(CannotOpen, match="démonstration"):
        listen(program, receiver)


def test_a_receiver_that_checks_refuses_another_body_or_key(program: Program, receiver: Any) -> None:
    _endpoint, secret = listen(program, receiver)
    tell(program.says("Un mot"))
    headers, body = receiver.seen[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 44).verify(body, headers)


def test_from_the_word_to_the_jobs_by_name(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    program.says("Un mot")
    follow_up()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'api.send_webhooks'")
        arguments = json.loads(cursor.fetchone()[0])
    send_webhooks_job(**arguments)
    send_webhooks_job(**arguments)  # a job may run twice
    assert WebhookDelivery.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'api.send_to_endpoint'")
        jobs = [json.loads(row[0]) for row in cursor.fetchall()]
    assert len(jobs) == 1
    send_to_endpoint_job(**jobs[0])
    assert len(receiver.seen) == 1


def test_an_archive_or_another_brand_is_not_told(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    tell(program.says("Ancien", mode="archive"), garden_program().says("Ailleurs"))
    assert WebhookDelivery.objects.count() == 0


def test_a_failure_is_tried_again_later_with_the_same_body_and_id(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    receiver.status = 500
    tell(program.says("Un mot"))
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_code) == ("waiting", 1, "500")
    assert timedelta(seconds=40) < delivery.next_at - now() < timedelta(seconds=70)
    tell()
    assert len(receiver.seen) == 1
    receiver.status = 204
    later(seconds=1)
    tell()
    (first, body), (second, same) = receiver.seen
    assert (body, first["webhook-id"]) == (same, second["webhook-id"])
    assert WebhookDelivery.objects.get().state == "sent"
    assert WebhookEndpoint.objects.get().failing_since is None


@pytest.mark.parametrize("status", [301, 302, 400, 404, 429, 503])
def test_only_a_2xx_is_an_acknowledgement(program: Program, receiver: Any, status: int) -> None:
    listen(program, receiver)
    receiver.status = status
    tell(program.says("Un mot"))
    assert (WebhookDelivery.objects.get().state, len(receiver.seen)) == ("waiting", 1)


def test_a_failing_endpoint_rests_before_anything_else_is_tried(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    receiver.status = 500
    tell(program.says("Un mot"))
    tell(program.says("Un autre"))
    assert len(receiver.seen) == 1


def test_a_delivery_is_given_up_after_three_days(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    receiver.status = 500
    tell(program.says("Un mot"))
    WebhookDelivery.objects.update(made_at=now() - PATIENCE)
    later(seconds=1)
    tell()
    assert WebhookDelivery.objects.get().state == "given up"


def test_an_endpoint_that_fails_for_three_days_is_closed_shown_and_may_be_opened_again(
    program: Program, receiver: Any
) -> None:
    endpoint, _secret = listen(program, receiver)
    receiver.status = 500
    tell(program.says("Un mot"))
    WebhookEndpoint.objects.update(failing_since=now() - PATIENCE)
    later(seconds=1)
    tell()
    later(seconds=1)
    tell()
    assert len(receiver.seen) == 2
    shown = program.get("/webhooks").json()["items"][0]
    assert (shown["is_open"], shown["closed_why"], shown["waiting"]) == (False, "failing", 1)
    assert JournalEntry.objects.filter(verb="webhook closed", subject_id=endpoint.pk).exists()
    receiver.status = 200
    endpoint.refresh_from_db()
    reopen_webhook(endpoint=endpoint, by=None)
    tell()
    assert WebhookDelivery.objects.get().state == "sent"


def test_who_answers_gone_is_not_told_any_more(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    receiver.status = 410
    tell(program.says("Un mot"))
    assert WebhookEndpoint.objects.get().closed_why == "gone"


def test_an_address_that_has_come_to_lead_inside_is_not_called(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    with override_settings(EGARDS_ALLOW_PRIVATE_WEBHOOKS=False):
        tell(program.says("Un mot"))
    assert receiver.seen == []
    assert WebhookDelivery.objects.get().last_code == "unsafe"


def test_an_address_that_leads_inside_cannot_be_opened(program: Program) -> None:
    with override_settings(EGARDS_ALLOW_PRIVATE_WEBHOOKS=False):
        for url in ("https://127.0.0.1/", "https://169.254.169.254/", "http://exemple.fr/"):
            with pytest.raises(UnsafeAddress):
                open_webhook(brand=program.brand, url=url, by=None)
    with pytest.raises(CannotOpen):
        open_webhook(brand=program.brand, url="http://127.0.0.1/", by=None, events=["tout"])
    assert WebhookEndpoint.objects.count() == 0


def test_the_secret_is_kept_encrypted(program: Program, receiver: Any) -> None:
    endpoint, secret = listen(program, receiver)
    sealed = bytes(WebhookEndpoint.objects.get().sealed_secret)
    assert secret.encode() not in sealed
    assert unseal(sealed) == secret
    assert secret not in program.get("/webhooks").content.decode()
    assert endpoint.pk


def test_a_delivery_whose_worker_died_is_taken_again(
    program: Program, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _secret = listen(program, receiver)

    def dies(*_args: object, **_more: object) -> Answer:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(safe_http, "post", dies)
        with pytest.raises(KeyboardInterrupt):
            tell(program.says("Un mot"))
    assert webhooks.send_due(endpoint.pk) == 0
    later(seconds=1)
    assert webhooks.send_due(endpoint.pk) == 1


def test_a_turn_ends_so_that_a_busy_endpoint_leaves_its_place(program: Program, receiver: Any) -> None:
    endpoint, _secret = listen(program, receiver)
    webhooks.note_words(kind="word recorded", refs=[program.says(f"mot {n}") for n in range(3)])
    assert webhooks.send_due(endpoint.pk, seconds=0) == 0
    assert webhooks.send_due(endpoint.pk) == 3


def test_old_deliveries_are_forgotten(program: Program, receiver: Any) -> None:
    listen(program, receiver)
    tell(program.says("Un mot"))
    assert webhooks.forget_old_deliveries() == 0
    WebhookDelivery.objects.update(made_at=now() - timedelta(days=31))
    assert webhooks.forget_old_deliveries() == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_receiver_does_not_delay_another(receiver: Any) -> None:
    slow_one = serve()
    slow_one.go_on.clear()
    program = house_program()
    slow, _secret = listen(program, slow_one)
    quick, _secret = listen(program, receiver)
    webhooks.note_words(kind="word recorded", refs=[program.says("Un mot")])

    def in_its_own_job() -> None:
        webhooks.send_due(slow.pk)
        connection.close()

    thread = threading.Thread(target=in_its_own_job)
    thread.start()
    assert slow_one.inside.wait(5)
    assert webhooks.send_due(quick.pk) == 1  # while the slow one keeps its own job waiting
    assert webhooks.send_due(slow.pk) == 0  # and nobody takes its delivery a second time
    slow_one.go_on.set()
    thread.join(10)
    slow_one.shutdown()
    slow_one.server_close()
    assert WebhookDelivery.objects.filter(state="sent").count() == 2
