"""Letters posted by mail providers, in their documented shapes: taken once, and refused when they prove nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.test import Client

from egards.accounts.actions import brand_named
from egards.accounts.scope import Scope
from egards.core.clock import now
from egards.interactions import mail_hook
from egards.interactions.blobs import read_bytes
from egards.interactions.models import Arrival
from egards.interactions.queries import Law, whole_law
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.hooks import HookError, close_hook, open_hook
from egards.touchpoints.kinds.mail import Mail
from egards.touchpoints.mime import parse
from egards.touchpoints.models import Hook, Touchpoint

pytestmark = pytest.mark.django_db

KEY = "key-of-mailgun"
RAW = (
    "Received: from mx.example.fr by inbound.example\r\nFrom: Léa <lea@example.fr>\r\nTo: aide@maison.example\r\n"
    "Subject: =?utf-8?q?Colis_ab=C3=AEm=C3=A9?=\r\nMessage-ID: <a1@example.fr>\r\n"
    "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nLe colis est arrivé abîmé.\r\n"
)
POSTMARK = {
    "FromFull": {"Email": "lea@example.fr", "Name": "Léa", "MailboxHash": ""},
    "ToFull": [{"Email": "aide@maison.example", "Name": "", "MailboxHash": ""}],
    "CcFull": [], "BccFull": [], "OriginalRecipient": "aide+abc@maison.example", "Subject": "Colis abîmé",
    "MessageID": "22c74902-a0c1-4511-804f-341342852c90", "Date": "Mon, 23 Nov 2026 10:00:00 +0100",
    "TextBody": "Le colis est arrivé abîmé.", "HtmlBody": "<p>Le colis est arrivé abîmé.</p>",
    "Headers": [
        {"Name": "Return-Path", "Value": "<lea@example.fr>"}, {"Name": "Message-ID", "Value": "<a1@example.fr>"},
    ],
    "Attachments": [
        {"Name": "photo.png", "Content": base64.b64encode(b"png").decode(), "ContentType": "image/png"}
    ],
}  # fmt: skip
MAILJET = {
    "Sender": "lea@example.fr", "Recipient": "aide@maison.example", "From": "Léa <lea@example.fr>",
    "Subject": "Colis abîmé", "Date": "20261123T100000", "SpamAssassinScore": "0.1", "CustomID": "", "Payload": "",
    "Headers": {
        "From": "Léa <lea@example.fr>", "To": "aide@maison.example", "Subject": "Colis abîmé",
        "Message-ID": "<a1@example.fr>", "Date": "Mon, 23 Nov 2026 10:00:00 +0100", "Received": ["by a", "by b"],
    },
    "Parts": [
        {"Headers": {"Content-Type": "text/plain; charset=utf-8"}, "ContentRef": "Text-part"},
        {"Headers": {"Content-Type": "text/html; charset=utf-8"}, "ContentRef": "Html-part"},
    ],
    "Text-part": "Le colis est arrivé abîmé.", "Html-part": "<p>Le colis est arrivé abîmé.</p>",
}  # fmt: skip


@pytest.fixture
def box() -> Touchpoint:
    return open_touchpoint(brand=brand_named(name="Maison"), kind="mail", name="Aide")


def post(box: Touchpoint, word: str, body: Any, *, user: str = "egards") -> Any:
    """Post as a provider does: JSON, or a form when the body is already one."""
    headers = {"Authorization": "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()} if word else {}
    form = isinstance(body, str)
    content_type = "application/x-www-form-urlencoded" if form else "application/json"
    data = body if form else json.dumps(body)
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/entree/{box.slug}/mime", data, content_type=content_type, headers=headers)


def mailgun(*, token: str = "t" * 50, at: int | None = None, key: str = KEY, raw: str = RAW, **other: str) -> str:
    """A route of Mailgun that forwards raw MIME, signed over its timestamp and token."""
    from_clock = str(at if at is not None else int(now().timestamp()))
    signature = hmac.new(key.encode(), f"{from_clock}{token}".encode(), hashlib.sha256).hexdigest()
    said = {
        "recipient": "aide+abc@maison.example", "sender": "lea@example.fr", "subject": "Colis abîmé", "body-mime": raw,
        "timestamp": from_clock, "token": token, "signature": signature,
    } | other  # fmt: skip
    return urlencode(said)


def law() -> Law:
    return whole_law(Scope.house())


def stored() -> bytes:
    return read_bytes(Arrival.objects.select_related("blob").get().blob)


def test_postmark_s_raw_letter_is_kept_as_it_was_with_its_envelope_on_top(box: Touchpoint) -> None:
    word = open_hook(touchpoint=box, provider="postmark", by=None)
    assert post(box, word, POSTMARK | {"RawEmail": RAW}).status_code == 200
    head = "Return-Path: <lea@example.fr>\r\nDelivered-To: aide+abc@maison.example\r\n"
    assert stored() == (head + RAW).encode()
    assert (law().received, law().waiting) == (1, 1)


@pytest.mark.parametrize(("provider", "body"), [("postmark", POSTMARK), ("mailjet", MAILJET)])
def test_a_letter_put_together_by_its_provider_comes_in_once_even_when_posted_again(
    box: Touchpoint, provider: str, body: dict[str, Any]
) -> None:
    word = open_hook(touchpoint=box, provider=provider, by=None)
    assert [post(box, word, body).status_code for _again in range(3)] == [200] * 3
    mail = parse(stored())
    assert (mail.subject, mail.text.strip(), mail.message_id) == (
        "Colis abîmé", "Le colis est arrivé abîmé.", "a1@example.fr",
    )  # fmt: skip
    assert [file.name for file in mail.attachments] == (["photo.png"] if provider == "postmark" else [])
    assert law().received == 1


def test_mailgun_s_letter_comes_in_once_and_its_signature_serves_no_other(box: Touchpoint) -> None:
    word = open_hook(touchpoint=box, provider="mailgun", signing_key=KEY, by=None)
    assert post(box, word, mailgun()).status_code == 200
    assert stored().endswith(RAW.encode())
    assert post(box, word, mailgun()).status_code == 200
    assert post(box, word, mailgun(raw=RAW.replace("abîmé", "volé"))).status_code == 200
    assert law().received == 1
    assert stored().endswith(RAW.encode())


@pytest.mark.parametrize(
    "forged",
    [
        lambda: mailgun(key="another"),
        lambda: mailgun(signature=""),
        lambda: mailgun(signature="é"),
        lambda: mailgun(timestamp="1767225600"),
        lambda: mailgun(at=int(now().timestamp()) - 10 * 3600),
        lambda: mailgun(at=int(now().timestamp()) + 600),
        lambda: mailgun(at=10**20),
        lambda: "body-mime=x",
        lambda: mailgun(event="opened"),
        lambda: {"signature": {}},
    ],
)  # fmt: skip
def test_what_mailgun_did_not_sign_today_is_refused_and_counted(box: Touchpoint, forged: Any) -> None:
    word = open_hook(touchpoint=box, provider="mailgun", signing_key=KEY, by=None)
    assert post(box, word, forged()).status_code == 401
    assert (law().received, law().refused, Arrival.objects.count()) == (1, 1, 0)


@pytest.mark.parametrize("provider", ["postmark", "mailgun", "mailjet"])
@pytest.mark.parametrize(("user", "word"), [("egards", ""), ("egards", "x" * 43), ("", "é"), ("other", "{word}")])
def test_without_the_word_of_its_address_nobody_comes_in(box: Touchpoint, provider: str, user: str, word: str) -> None:
    known = open_hook(touchpoint=box, provider=provider, signing_key=KEY, by=None)
    body: Any = mailgun() if provider == "mailgun" else POSTMARK | {"RawEmail": RAW}
    assert post(box, word.format(word=known), body, user=user).status_code == 401
    assert Arrival.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [[], {}, {"Subject": "Bonjour"}, "x", {"Headers": 3}, {"RawEmail": 3}, {"RecordType": "Bounce"},
     POSTMARK | {"Attachments": [{}]}],
)  # fmt: skip
def test_what_is_no_letter_is_refused_not_a_crash(box: Touchpoint, body: Any) -> None:
    word = open_hook(touchpoint=box, provider="postmark", by=None)
    assert post(box, word, body).status_code == 401
    assert (law().received, law().refused, Arrival.objects.count()) == (1, 1, 0)


def test_a_word_replaced_or_lost_lets_nobody_in(box: Touchpoint) -> None:
    first = open_hook(touchpoint=box, provider="postmark", by=None)
    second = open_hook(touchpoint=box, provider="postmark", by=None)
    assert post(box, first, POSTMARK).status_code == 401
    Hook.objects.update(sealed=b"of another house")
    assert post(box, second, POSTMARK).status_code == 401
    close_hook(touchpoint=box, by=None)
    assert post(box, second, POSTMARK).status_code == 404


def test_mailgun_without_its_key_is_not_opened(box: Touchpoint) -> None:
    with pytest.raises(HookError):
        open_hook(touchpoint=box, provider="mailgun", by=None)
    assert not Hook.objects.exists()


def test_its_secrets_are_sealed(box: Touchpoint) -> None:
    word = open_hook(touchpoint=box, provider="mailgun", signing_key=KEY, by=None)
    sealed = bytes(Hook.objects.get().sealed)
    assert word.encode() not in sealed
    assert KEY.encode() not in sealed


@pytest.mark.parametrize("largest", [len(RAW.encode()) - 1, 100])
def test_a_letter_too_large_is_told_so_and_counted(
    box: Touchpoint, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = open_hook(touchpoint=box, provider="postmark", by=None)
    monkeypatch.setattr(Mail, "max_bytes", largest)
    assert post(box, word, {"RawEmail": RAW}).status_code == 413
    assert (law().refused, Arrival.objects.count()) == (1, 0)


def test_a_large_letter_passes_what_a_page_may_be_sent(box: Touchpoint) -> None:
    word = open_hook(touchpoint=box, provider="mailgun", signing_key=KEY, by=None)
    raw = RAW + "un mot de plus\r\n" * 400_000
    assert post(box, word, mailgun(raw=raw)).status_code == 200
    assert stored().endswith(raw.encode())


def test_when_the_base_is_away_the_provider_is_asked_to_come_back(
    box: Touchpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = open_hook(touchpoint=box, provider="postmark", by=None)

    def away(**_letter: Any) -> None:
        raise OperationalError("the base is away")

    with monkeypatch.context() as patched:
        patched.setattr(mail_hook, "take_letter", away)
        answer = post(box, word, POSTMARK)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert post(box, word, POSTMARK).status_code == 200
    assert law().received == 1
