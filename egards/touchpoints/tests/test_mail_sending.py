"""A mail leaves through a relay: what it looks like, and what the relay's answers mean."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from email.headerregistry import AddressHeader
from typing import Any
from uuid import UUID

import pytest

from egards.touchpoints.inbound import Address, Attachment, Inbound, Meta
from egards.touchpoints.kinds.mail import Mail, compose
from egards.touchpoints.outbound import Outbound, SendFailed
from egards.touchpoints.smtp import is_loopback
from tests.smtp_server import SmtpServer, Taken, smtp_server

TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"
DELIVERY = UUID("01931d00-0000-7000-8000-000000000001")
MAIL = Mail()
PHOTO = Attachment("photo du dégât.png", "image/png", bytes(range(256)) * 40)


def letter(**changes: object) -> Outbound:
    said: dict[str, object] = {
        "to": Address("email", "odile@client.example"),
        "from_name": "Lindelle",
        "subject": "Votre commande",
        "text": "Bonjour,\nvotre colis part demain.\n",
        "message_id": MAIL.message_id(DELIVERY, TOKEN, {"address": "bonjour@lindelle.example"}),
        "reply_token": TOKEN,
    }
    return Outbound(**(said | changes))  # type: ignore[arg-type]


def send(server: SmtpServer, outbound: Outbound, password: str = "", **changes: object) -> Taken:
    settings = server.settings | {"address": "bonjour@lindelle.example"} | changes
    MAIL.send(outbound, settings, {"password": password})
    return server.messages[-1]


def failure(server: SmtpServer, outbound: Outbound | None = None, **changes: Any) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(server, outbound or letter(), **changes)
    return caught.value


def read(taken: Taken) -> Inbound:
    return MAIL.parse(taken.raw, Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0]


def test_it_works() -> None:
    with smtp_server() as server:
        taken = send(server, letter(html="<p>Bonjour</p>"))
    assert (taken.sender, taken.recipients) == ("bonjour@lindelle.example", ["odile@client.example"])
    assert taken.message["From"] == "Lindelle <bonjour@lindelle.example>"
    assert taken.message["Message-ID"] == f"<{TOKEN}.{DELIVERY.hex}@lindelle.example>"
    assert taken.message["Reply-To"] == f"bonjour+{TOKEN}@lindelle.example"
    assert taken.message["Auto-Submitted"] is None
    assert "votre colis part demain" in taken.text()
    assert taken.html().strip() == "<p>Bonjour</p>"


def test_names_and_subjects_keep_their_accents() -> None:
    with smtp_server() as server:
        taken = send(
            server, letter(from_name='Chloé « Ça va » Œdipe, "Lindelle"', subject="Ré\u202f: l’été — 12\u00a0€")
        )
    said = read(taken)
    assert said.author is not None
    assert said.author.address == Address("email", "bonjour@lindelle.example", 'Chloé « Ça va » Œdipe, "Lindelle"')
    assert said.subject == "Ré : l’été — 12 €"


def test_files_come_out_byte_for_byte() -> None:
    files = (
        PHOTO,
        Attachment("mot.txt", "text/plain", b"une\nligne\r\net \xe9\n"),
        Attachment("lettre.eml", "message/rfc822", b"Subject: x\r\n\r\ny"),
        Attachment("a\r\nX-Evil: 1.pdf", 'application/pdf"; x="\r\nBcc: z@z', b"%PDF"),
    )
    with smtp_server() as server:
        taken = send(server, letter(attachments=files))
    found = [(part.get_filename(), part.get_payload(decode=True)) for part in taken.message.iter_attachments()]
    assert found == [
        ("photo du dégât.png", PHOTO.data),
        ("mot.txt", b"une\nligne\r\net \xe9\n"),
        ("lettre.eml", b"Subject: x\r\n\r\ny"),
        ("a X-Evil: 1.pdf", b"%PDF"),
    ]
    assert [part.get_content_type() for part in taken.message.iter_attachments()][2:] == [
        "application/octet-stream"
    ] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Bonjour\r\nBcc: tous@client.example"},
        {"subject": "Bonjour\n\nUn autre corps"},
        {"from_name": "Lindelle\r\nBcc: tous@client.example"},
        {"in_reply_to": "a@b>\r\nBcc: tous@client.example"},
        {"references": ("a@b\r\nBcc: tous@client.example",)},
        {"from_name": 'x" <autre@client.example>, "'},
    ],
)
def test_no_header_can_be_slipped_in(changes: dict[str, object]) -> None:
    with smtp_server() as server:
        taken = send(server, letter(**changes))
    assert taken.message["Bcc"] is None
    assert taken.recipients == ["odile@client.example"]
    sender = taken.message["From"]
    assert isinstance(sender, AddressHeader)
    assert [a.addr_spec for a in sender.addresses] == ["bonjour@lindelle.example"]
    assert taken.text().startswith("Bonjour,")


def test_a_machine_says_that_it_is_one() -> None:
    with smtp_server() as server:
        taken = send(server, letter(is_automatic=True))
    assert taken.message["Auto-Submitted"] == "auto-replied"


def test_an_answer_cites_what_it_answers() -> None:
    with smtp_server() as server:
        taken = send(
            server, letter(in_reply_to="deux@client.example", references=("un@l.example", "deux@client.example"))
        )
    assert taken.message["In-Reply-To"] == "<deux@client.example>"
    assert taken.message["References"] == "<un@l.example> <deux@client.example>"


def test_without_plus_addresses_one_answers_to_the_address_itself() -> None:
    with smtp_server() as server:
        assert send(server, letter(), plus_addresses=False).message["Reply-To"] == "bonjour@lindelle.example"


def test_a_left_part_that_would_grow_too_long_stays_as_it_is() -> None:
    with smtp_server() as server:
        taken = send(server, letter(), address="service.clients@lindelle.example")
    assert taken.message["Reply-To"] == "service.clients@lindelle.example"
    assert TOKEN in taken.message["Message-ID"]


def test_a_domain_with_accents_is_written_as_servers_read_it() -> None:
    with smtp_server() as server:
        taken = send(server, letter(), address="bonjour@société.example")
    assert taken.sender == "bonjour@xn--socit-esab.example"


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_for_now_is_not_for_good(at: str) -> None:
    with smtp_server() as server:
        server.answer_with("451 4.7.1 greylisted", at=at)
        failed = failure(server)
        assert (failed.permanent, failed.is_ours, failed.is_uncertain) == (False, False, False)
        assert send(server, letter())


@pytest.mark.parametrize("at", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_permanent_and_cites_nobody(at: str) -> None:
    with smtp_server() as server:
        server.answer_with("550 5.1.1 <odile@client.example> unknown", at=at)
        failed = failure(server)
    assert (failed.permanent, failed.is_ours) == (True, False)
    assert "550" in failed.reason
    assert "odile" not in failed.reason


@pytest.mark.parametrize(("at", "said"), [("MAIL", "553 5.7.1 not yours"), ("RCPT", "554 5.7.1 Relay access denied")])
def test_what_the_relay_refuses_of_us_is_ours_to_mend(at: str, said: str) -> None:
    with smtp_server() as server:
        server.answer_with(said, at=at)
        failed = failure(server)
    assert (failed.permanent, failed.is_ours) == (False, True)


def test_a_wrong_password_is_ours_to_mend() -> None:
    with smtp_server(password="juste") as server:
        failed = failure(server, username="lindelle", password="faux")
        assert (failed.permanent, failed.is_ours) == (False, True)
        assert send(server, letter(), username="lindelle", password="juste")


def test_an_encryption_that_the_relay_does_not_know_is_ours_to_mend() -> None:
    with smtp_server() as server:
        assert failure(server, security="starttls").is_ours


def test_nobody_at_the_door_is_for_now() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        failed = failure(SmtpServer(port=taken.getsockname()[1]))
    assert (failed.permanent, failed.is_ours, failed.is_uncertain) == (False, False, False)


def test_a_line_that_breaks_after_the_message_leaves_a_doubt() -> None:
    with smtp_server() as server:
        server.keeps_what_it_refuses = True
        server.answer_with("hang up", at="DATA")
        failed = failure(server)
        assert (failed.permanent, failed.is_uncertain) == (False, True)
        assert len(server.messages) == 1


def test_without_encryption_words_stay_on_this_machine() -> None:
    with smtp_server() as server:
        failed = failure(server, host="relais.example")
    assert failed.is_ours
    assert [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "[::1]")] == [True] * 4
    assert [is_loopback(host) for host in ("10.0.0.1", "localhost.example", "127.0.0.1.example", "")] == [False] * 4


def test_an_address_that_takes_no_answer_never_writes() -> None:
    with smtp_server() as server:
        assert failure(server, address="no-reply@lindelle.example").is_ours
        assert failure(server, sender_name="Ne pas répondre (no-reply)").is_ours
        assert server.messages == []


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_an_answer_is_known_by_the_address_it_was_written_to(header: str) -> None:
    raw = f"From: o@client.example\r\n{header}: BONJOUR+{TOKEN.upper()}@lindelle.example\r\n\r\nMerci".encode()
    assert MAIL.parse(raw, Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0].reply_token == TOKEN


def test_an_answer_is_known_by_the_letter_it_cites() -> None:
    with smtp_server() as server:
        sent = send(server, letter(), plus_addresses=False).message["Message-ID"]
    for header in ("In-Reply-To", "References"):
        raw = f"From: o@client.example\r\n{header}: <x@y>\r\n {sent}\r\n\r\nMerci".encode()
        assert MAIL.parse(raw, Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0].reply_token == TOKEN


def test_an_answer_is_known_by_the_reference_it_quotes() -> None:
    raw = f"From: o@client.example\r\n\r\nMerci\r\n> Réf. egards:{TOKEN}\r\n".encode()
    assert MAIL.parse(raw, Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0].reply_token == TOKEN


@pytest.mark.parametrize(
    "raw",
    [
        f"To: bonjour+{TOKEN}x@lindelle.example\r\n\r\nx",
        f"To: bonjour+{TOKEN[:-1]}@lindelle.example\r\n\r\nx",
        f"To: bonjour+{TOKEN[:-1]}1@lindelle.example\r\n\r\nx",
        f"In-Reply-To: <{TOKEN}@lindelle.example>\r\n\r\nx",
        f"Subject: egards:{TOKEN}\r\n\r\nx",
        f"From: o@client.example\r\n\r\negards:{TOKEN}a",
    ],
)
def test_what_only_looks_like_our_token_is_none(raw: str) -> None:
    assert MAIL.parse(raw.encode(), Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0].reply_token == ""


REPORT = (
    "From: MAILER-DAEMON@relais.example\r\nTo: bonjour@lindelle.example\r\nAuto-Submitted: auto-replied\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\n\r\nUndelivered.\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relais.example\r\n\r\n"
    "Final-Recipient: rfc822; odile@client.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
    "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}>\r\nSubject: x\r\n--b--\r\n"
)


def test_a_letter_that_comes_back_says_which_one_it_was() -> None:
    ours = MAIL.message_id(DELIVERY, TOKEN, {"address": "bonjour@lindelle.example"})
    came = MAIL.parse(REPORT.format(action="failed", id=ours).encode(), Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0]
    assert (came.reply_token, came.bounced, came.is_automatic) == (TOKEN, DELIVERY.hex, True)


@pytest.mark.parametrize(
    ("action", "identifier", "token"),
    [("delayed", f"{TOKEN}.{DELIVERY.hex}@l.example", TOKEN), ("failed", "autre@client.example", "")],
)
def test_a_letter_that_is_late_or_not_ours_has_not_come_back(action: str, identifier: str, token: str) -> None:
    raw = REPORT.format(action=action, id=identifier).encode()
    came = MAIL.parse(raw, Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0]
    assert (came.reply_token, came.bounced) == (token, "")


@pytest.mark.parametrize(
    ("words", "bounced"),
    [
        ("550 5.1.1 <odile@client.example>: no such user", DELIVERY.hex),
        ("Message delayed: 421 4.4.1 will be retried", ""),
    ],
)
def test_a_letter_that_comes_back_in_a_mere_text_says_which_one_it_was(words: str, bounced: str) -> None:
    raw = (
        "From: MAILER-DAEMON@relais.example\r\nSubject: failure notice\r\n\r\n"
        f"<odile@client.example>:\r\n{words}\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n"
        f"Message-ID: <{TOKEN}.{DELIVERY.hex}@lindelle.example>\r\nSubject: x\r\n"
    )
    came = MAIL.parse(raw.encode(), Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0]
    assert (came.reply_token, came.bounced, came.is_automatic) == (TOKEN, bounced, True)


def test_a_plain_mail_brings_nothing_back() -> None:
    raw = f"From: o@client.example\r\n\r\nAction: failed\r\nMessage-ID: <{TOKEN}.{DELIVERY.hex}@l.example>\r\n"
    assert MAIL.parse(raw.encode(), Meta(datetime(2026, 11, 23, tzinfo=UTC)))[0].bounced == ""


def test_a_mail_says_by_which_id_it_is_answered() -> None:
    assert (
        MAIL.id_of(b"Message-ID: <abc@client.example>\r\nSubject: x\r\n\r\nMessage-ID: <z@z>") == "abc@client.example"
    )
    assert MAIL.id_of(b"") == ""


def test_a_letter_without_a_token_has_an_id_and_an_answer_address() -> None:
    message = compose(letter(reply_token="", message_id="x@y"), {"address": "bonjour@lindelle.example"})
    assert message.extra_headers["Reply-To"] == "bonjour@lindelle.example"
    assert MAIL.message_id(DELIVERY, "", {"address": "a@b.example"}) == f"egards.{DELIVERY.hex}@b.example"
