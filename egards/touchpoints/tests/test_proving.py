"""A sending address is proved before anything leaves, and one that takes no answer is refused everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from egards.accounts.models import JournalEntry
from egards.core.clock import now
from egards.touchpoints.actions import (
    CODE_TRIES,
    SendingError,
    begin_proof,
    configure_sending,
    finish_proof,
    secrets_of,
)
from egards.touchpoints.forms import MailSendingForm
from egards.touchpoints.models import Touchpoint
from tests.builders import api_touchpoint, mailbox
from tests.smtp_server import SmtpServer, smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def configured(server: SmtpServer, **changes: object) -> Touchpoint:
    settings = server.settings | {"address": "bonjour@lindelle.example", "sender_name": ""} | changes
    return configure_sending(touchpoint=mailbox(), settings=settings, secrets={})


def code_in(server: SmtpServer) -> str:
    found = re.search(r"\d{6}", server.messages[-1].text())
    assert found
    return found[0]


def test_it_works(server: SmtpServer) -> None:
    touchpoint = configured(server)
    begin_proof(touchpoint=touchpoint, by=None)
    letter = server.messages[0]
    assert letter.recipients == ["bonjour@lindelle.example"]
    assert not touchpoint.is_proved
    code = code_in(server)
    proved = finish_proof(touchpoint=touchpoint, code=f" {code[:3]} {code[3:]} ", by=None)
    assert proved.is_proved
    assert proved.proved_address == "bonjour@lindelle.example"
    verbs = list(JournalEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["sending configured", "sending proof begun", "sending proved"]


def test_a_wrong_code_proves_nothing_and_five_end_it(server: SmtpServer) -> None:
    touchpoint = configured(server)
    begin_proof(touchpoint=touchpoint, by=None)
    code = code_in(server)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _try in range(CODE_TRIES):
        with pytest.raises(SendingError, match="pas le code"):
            finish_proof(touchpoint=touchpoint, code=wrong, by=None)
    with pytest.raises(SendingError, match="Cinq codes"):
        finish_proof(touchpoint=touchpoint, code=code, by=None)
    touchpoint.refresh_from_db()
    assert not touchpoint.is_proved


def test_a_code_serves_once_and_for_half_an_hour(server: SmtpServer) -> None:
    touchpoint = configured(server)
    begin_proof(touchpoint=touchpoint, by=None)
    Touchpoint.objects.update(proof_sent_at=now() - timedelta(minutes=31))
    with pytest.raises(SendingError, match="demi-heure"):
        finish_proof(touchpoint=touchpoint, code=code_in(server), by=None)
    Touchpoint.objects.update(proof_sent_at=now())
    finish_proof(touchpoint=touchpoint, code=code_in(server), by=None)
    with pytest.raises(SendingError, match="Aucun code"):
        finish_proof(touchpoint=touchpoint, code=code_in(server), by=None)


def test_a_second_code_waits_and_replaces_the_first(server: SmtpServer) -> None:
    touchpoint = configured(server)
    begin_proof(touchpoint=touchpoint, by=None)
    first = code_in(server)
    with pytest.raises(SendingError, match="demi-minute"):
        begin_proof(touchpoint=touchpoint, by=None)
    touchpoint.proof_sent_at = now() - timedelta(minutes=1)
    begin_proof(touchpoint=touchpoint, by=None)
    if first != code_in(server):
        with pytest.raises(SendingError, match="pas le code"):
            finish_proof(touchpoint=touchpoint, code=first, by=None)
    assert finish_proof(touchpoint=touchpoint, code=code_in(server), by=None).is_proved


def test_what_the_relay_says_is_told(server: SmtpServer) -> None:
    touchpoint = configured(server)
    server.answer_with("553 5.7.1 not yours", at="MAIL")
    with pytest.raises(SendingError, match="553"):
        begin_proof(touchpoint=touchpoint, by=None)
    begin_proof(touchpoint=touchpoint, by=None)  # nothing left: no need to wait
    assert len(server.messages) == 1


@pytest.mark.parametrize("change", [{"address": "autre@lindelle.example"}, {"host": "localhost"}, {"username": "x"}])
def test_what_changed_is_proved_again(server: SmtpServer, change: dict[str, object]) -> None:
    touchpoint = configured(server)
    begin_proof(touchpoint=touchpoint, by=None)
    proved = finish_proof(touchpoint=touchpoint, code=code_in(server), by=None)
    settings = dict(proved.settings)
    kept = configure_sending(touchpoint=proved, settings=settings | {"sender_name": "Chez Lindelle"}, secrets={})
    assert kept.is_proved
    changed = configure_sending(touchpoint=kept, settings=settings | change, secrets={})
    assert not changed.is_proved


def test_a_password_is_sealed_kept_and_never_among_the_settings(server: SmtpServer) -> None:
    settings = server.settings | {"address": "bonjour@lindelle.example", "password": "azerty"}
    touchpoint = configure_sending(touchpoint=mailbox(), settings=settings, secrets={"password": "un secret"})
    touchpoint.refresh_from_db()
    assert "password" not in touchpoint.settings
    assert b"un secret" not in bytes(touchpoint.secrets or b"")
    configure_sending(touchpoint=touchpoint, settings=settings, secrets={"password": ""})
    touchpoint.refresh_from_db()
    assert secrets_of(touchpoint) == {"password": "un secret"}


def test_a_secret_of_another_house_is_no_secret(server: SmtpServer) -> None:
    touchpoint = configured(server)
    touchpoint.secrets = b"sealed elsewhere"
    assert secrets_of(touchpoint) == {}


def test_a_touchpoint_that_cannot_send_is_not_configured() -> None:
    with pytest.raises(SendingError, match="Rien ne peut"):
        configure_sending(touchpoint=api_touchpoint(), settings={}, secrets={})


def filled(**changes: object) -> MailSendingForm:
    data = {"address": "bonjour@lindelle.example", "host": "smtp.lindelle.example", "port": 587, "security": "starttls"}
    return MailSendingForm(data | changes)


def test_the_form_takes_a_relay() -> None:
    assert filled().is_valid()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "no-reply@lindelle.example"}, "address"),
        ({"address": "ne-pas-repondre@lindelle.example"}, "address"),
        ({"sender_name": "Lindelle (noreply)"}, "sender_name"),
        ({"security": "none"}, "security"),
        ({"port": 0}, "port"),
        ({"host": ""}, "host"),
    ],
)
def test_the_form_says_what_is_wrong(changes: dict[str, object], field: str) -> None:
    assert list(filled(**changes).errors) == [field]


def test_the_form_refuses_a_no_reply_in_a_sentence() -> None:
    said = filled(address="noreply@lindelle.example").errors["address"][0]
    assert said == "Une adresse qui n’accepte pas de réponse ne peut pas servir ici. Essayez bonjour@…"


def test_the_action_refuses_a_no_reply(server: SmtpServer) -> None:
    with pytest.raises(SendingError, match="n’accepte pas de réponse"):
        configured(server, address="noreply@lindelle.example")
    with pytest.raises(SendingError, match="n’accepte pas de réponse"):
        configured(server, sender_name="Ne pas répondre : no-reply")


@pytest.mark.parametrize(
    "settings",
    [
        {"address": "no-reply@lindelle.example"},
        {"address": "NOREPLY@lindelle.example"},
        {"address": "ne.pas.répondre@lindelle.example"},
        {"address": "bonjour@lindelle.example", "sender_name": "do-not-reply"},
    ],
)
def test_the_base_refuses_a_no_reply(settings: dict[str, str]) -> None:
    touchpoint = mailbox()
    with pytest.raises(IntegrityError, match="touchpoint_takes_answers"), transaction.atomic():
        Touchpoint.objects.filter(pk=touchpoint.pk).update(settings=settings)
    Touchpoint.objects.filter(pk=touchpoint.pk).update(settings={"address": "bonjour@lindelle.example"})


def test_the_base_refuses_a_proof_of_another_address() -> None:
    touchpoint = mailbox()
    rows = Touchpoint.objects.filter(pk=touchpoint.pk)
    for address in ("autre@lindelle.example", ""):
        with pytest.raises(IntegrityError, match="touchpoint_proved"), transaction.atomic():
            rows.update(settings={"address": "a@lindelle.example"}, proved_at=now(), proved_address=address)
    with pytest.raises(IntegrityError, match="touchpoint_proved"), transaction.atomic():
        rows.update(settings={}, proved_at=now(), proved_address="a@lindelle.example")
    rows.update(settings={"address": "a@lindelle.example"}, proved_at=now(), proved_address="a@lindelle.example")
    with pytest.raises(IntegrityError, match="touchpoint_proved"), transaction.atomic():
        rows.update(settings={"address": "b@lindelle.example"})
