"""What is put out leaves once, or says why not: retries, refusals, held letters, a sender that dies half way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import IntegrityError, transaction
from django.db.models import F
from procrastinate.contrib.django.models import ProcrastinateJob

from egards import jobnames
from egards.accounts.actions import add_member
from egards.accounts.models import JournalEntry, Member
from egards.core.clock import now
from egards.core.forget import Person
from egards.core.models import Happening
from egards.interactions import sending
from egards.interactions.actions import handle_digest
from egards.interactions.blobs import blob_digest, keep_bytes
from egards.interactions.forget import erase_letters
from egards.interactions.jobs import send_letters
from egards.interactions.models import (
    Attachment,
    Content,
    Delivery,
    Handle,
    Interaction,
    Mode,
    OutgoingLetter,
    Participation,
)
from egards.interactions.outbox import InvitesSilence, put_out
from egards.interactions.sending import OutboxError, note_bounce, release, send_due, wait_after, withdraw
from egards.touchpoints.models import Touchpoint
from tests.builders import mail, mailbox, say
from tests.smtp_server import SmtpServer, smtp_server

pytestmark = pytest.mark.django_db

TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"
ADDRESS = "bonjour@lindelle.example"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture
def post(server: SmtpServer) -> Touchpoint:
    """A mailbox that sends through the server, its address proved."""
    touchpoint = mailbox()
    touchpoint.settings = server.settings | {"address": ADDRESS}
    touchpoint.proved_at, touchpoint.proved_address = now(), ADDRESS
    touchpoint.save()
    return touchpoint


@pytest.fixture
def bob() -> Member:
    return add_member(email="bob@maison.example", name="Bob Le Guellec", password="quatre-tasses-de-tisane")


def odile() -> Handle:
    digest = handle_digest("email", "odile@client.example")
    return Handle.objects.get_or_create(digest=digest, defaults={"kind": "email", "value": "odile@client.example"})[0]


def letter(post: Touchpoint, **changes: Any) -> Delivery:
    """Put a letter out, and return its delivery."""
    said: dict[str, Any] = {"permit_id": uuid4(), "handle": odile(), "subject": "Votre commande"}
    said |= {"text": "Votre colis part demain.", "reply_token": TOKEN}
    interaction = put_out(touchpoint=post, **(said | changes))
    return Delivery.objects.get(interaction=interaction)


def again(delivery: Delivery) -> None:
    """Make it due now."""
    Delivery.objects.filter(pk=delivery.pk).update(next_at=now())


def happenings() -> list[tuple[str, UUID]]:
    kinds = ("delivery sent", "delivery failed", "delivery held", "delivery withdrawn")
    return list(Happening.objects.filter(kind__in=kinds).order_by("id").values_list("kind", "ref"))


def test_it_works(post: Touchpoint, server: SmtpServer) -> None:
    delivery = letter(post, html="<p>Votre colis part demain.</p>", plain="Votre colis part demain.\n\n-- \nLindelle")
    assert send_due() == {"sent": 1}
    delivery.refresh_from_db()
    (taken,) = server.messages
    assert taken.recipients == ["odile@client.example"]
    assert taken.message["From"] == f"Lindelle <{ADDRESS}>"
    assert taken.message["Message-ID"] == f"<{delivery.message_id}>"
    assert taken.message["Reply-To"] == f"bonjour+{TOKEN}@lindelle.example"
    assert taken.text().rstrip().endswith("Lindelle")
    assert "<p>" in taken.html()
    assert (delivery.state, delivery.tries, delivery.error, delivery.next_at) == ("sent", 1, "", None)
    assert delivery.sent_at is not None
    assert happenings() == [("delivery sent", delivery.interaction_id)]
    assert send_due() == {}


def test_what_is_said_is_kept_searched_and_has_its_parties(post: Touchpoint) -> None:
    delivery = letter(post, plain="Bonjour, votre colis part demain. -- Lindelle")
    said = Interaction.objects.get(pk=delivery.interaction_id)
    assert (said.direction, said.mode, said.is_automatic) == ("out", "live", False)
    assert Content.objects.get(search=SearchQuery("colis", config="egards_fr")).text == "Votre colis part demain."
    parties = Participation.objects.filter(interaction=said).order_by("role").values_list("role", "handle__value")
    assert list(parties) == [("author", ADDRESS), ("to", "odile@client.example")]
    assert OutgoingLetter.objects.get().text == "Bonjour, votre colis part demain. -- Lindelle"


def test_files_leave_with_it(post: Touchpoint, server: SmtpServer) -> None:
    data = bytes(range(256))
    blob_id = keep_bytes({blob_digest(data): data})[blob_digest(data)]
    letter(post, attachments=[(blob_id, "étiquette retour.pdf", "application/pdf")])
    send_due()
    (part,) = server.messages[0].message.iter_attachments()
    assert (part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) == (
        "étiquette retour.pdf",
        "application/pdf",
        data,
    )
    assert Attachment.objects.get().name == "étiquette retour.pdf"


def test_nothing_is_put_out_when_the_transaction_fails(post: Touchpoint) -> None:
    def decide() -> None:
        with transaction.atomic():
            letter(post)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide()
    assert not Delivery.objects.exists()


def test_nothing_leaves_without_a_permit(post: Touchpoint) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        letter(post, permit_id=None)


def test_a_permit_serves_once(post: Touchpoint) -> None:
    first = letter(post)
    with pytest.raises(IntegrityError), transaction.atomic():
        letter(post, permit_id=first.permit_id)


def test_an_archive_causes_nothing(post: Touchpoint) -> None:
    (word,) = say(mail(), at=post, mode=Mode.ARCHIVE)
    with pytest.raises(IntegrityError, match="archive"), transaction.atomic():
        letter(post, cause=word)


@pytest.mark.parametrize(
    "changes", [{"subject": "Ne-pas-répondre"}, {"text": "Merci de ne pas répondre."}, {"plain": "no-reply@x.example"}]
)
def test_no_letter_asks_for_silence(post: Touchpoint, changes: dict[str, str]) -> None:
    with pytest.raises(InvitesSilence, match="tout le monde peut répondre"):
        letter(post, **changes)


def test_for_now_is_tried_again_and_later_each_time(post: Touchpoint, server: SmtpServer) -> None:
    delivery = letter(post)
    server.answer_with("451 4.7.1 later", "421 4.3.2 later")
    assert send_due() == {"waiting": 1}
    assert send_due() == {}
    delivery.refresh_from_db()
    assert delivery.next_at is not None
    assert timedelta(seconds=50) < delivery.next_at - now() <= timedelta(minutes=1)
    assert "451" in delivery.error
    again(delivery)
    assert send_due() == {"waiting": 1}
    delivery.refresh_from_db()
    assert delivery.next_at is not None
    assert timedelta(minutes=4) < delivery.next_at - now() <= timedelta(minutes=5)
    again(delivery)
    assert send_due() == {"sent": 1}
    delivery.refresh_from_db()
    assert (delivery.tries, delivery.is_uncertain, len(server.messages)) == (3, False, 1)


def test_waits_grow_to_a_day() -> None:
    assert [wait_after(n) for n in (1, 4, 7, 8, 99)] == [
        timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=1), timedelta(days=1),
    ]  # fmt: skip


def test_it_is_given_up_after_three_days(post: Touchpoint, server: SmtpServer) -> None:
    delivery = letter(post)
    Delivery.objects.update(made_at=now() - timedelta(days=3))
    server.answer_with("451 4.7.1 later")
    assert send_due() == {"failed": 1}
    delivery.refresh_from_db()
    assert delivery.error.startswith("Abandonné après trois jours.")
    assert happenings() == [("delivery failed", delivery.interaction_id)]


def test_a_refusal_for_good_fails_and_happens(post: Touchpoint, server: SmtpServer) -> None:
    delivery = letter(post)
    server.answer_with("550 5.1.1 <odile@client.example> unknown")
    assert send_due() == {"failed": 1}
    delivery.refresh_from_db()
    assert "550" in delivery.error
    assert "odile" not in delivery.error
    assert delivery.next_at is None
    assert happenings() == [("delivery failed", delivery.interaction_id)]
    assert send_due() == {}


def test_a_relay_that_is_away_is_tried_again(post: Touchpoint) -> None:
    with socket.socket() as away:
        away.bind(("127.0.0.1", 0))
        Touchpoint.objects.update(settings=post.settings | {"port": away.getsockname()[1]})
        letter(post)
        assert send_due() == {"waiting": 1}
    assert Delivery.objects.get().error == "Le relais ne répond pas."


def test_a_relay_that_fails_several_times_in_a_row_rests(post: Touchpoint, server: SmtpServer) -> None:
    for _n in range(7):
        letter(post)
    server.answer_with(*["421 4.3.2 overloaded"] * 7)
    assert send_due() == {"waiting": 5}
    assert Delivery.objects.filter(tries=0).count() == 2


def test_a_letter_asks_for_its_own_sending_once_it_is_sure(
    post: Touchpoint, server: SmtpServer, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as asked:
        letter(post)
        letter(post)
    for ask in asked:
        ask()
    waiting = ProcrastinateJob.objects.filter(task_name=jobnames.SEND_LETTERS, status="todo")
    assert waiting.count() == 1
    send_letters()
    assert len(server.messages) == 2


def test_until_an_address_is_proved_nothing_leaves(post: Touchpoint, server: SmtpServer) -> None:
    Touchpoint.objects.update(proved_at=None, proved_address="")
    delivery = letter(post)
    assert send_due() == {"held": 1}
    delivery.refresh_from_db()
    assert delivery.error == "L’adresse d’envoi n’est pas encore prouvée."
    assert server.messages == []
    assert happenings() == [("delivery held", delivery.interaction_id)]


def test_a_touchpoint_that_is_not_set_holds_its_letters() -> None:
    letter(mailbox())
    assert send_due() == {"held": 1}


def test_what_is_ours_to_mend_is_held_not_lost(post: Touchpoint, server: SmtpServer, bob: Member) -> None:
    delivery = letter(post)
    server.answer_with("553 5.7.1 not yours", at="MAIL")
    assert send_due() == {"held": 1}
    release(delivery=delivery, by=bob)
    assert send_due() == {"sent": 1}
    assert not Delivery.objects.get().is_uncertain
    assert JournalEntry.objects.filter(verb="delivery released", subject_id=delivery.pk, by=bob.pk).count() == 1


def test_a_held_letter_leaves_only_proved_and_fresh(post: Touchpoint, server: SmtpServer, bob: Member) -> None:
    Touchpoint.objects.update(proved_at=None, proved_address="")
    delivery = letter(post)
    send_due()
    with pytest.raises(OutboxError, match="pas encore prouvée"):
        release(delivery=delivery, by=bob)
    Touchpoint.objects.update(proved_at=now(), proved_address=ADDRESS)
    Delivery.objects.update(made_at=now() - timedelta(days=8))
    with pytest.raises(OutboxError, match="plus de sept jours"):
        release(delivery=delivery, by=bob)
    Delivery.objects.update(made_at=now())
    release(delivery=delivery, by=bob)
    assert send_due() == {"sent": 1}
    with pytest.raises(OutboxError, match="n’est plus retenu"):
        release(delivery=delivery, by=bob)


def test_a_letter_is_withdrawn_until_it_leaves(post: Touchpoint, server: SmtpServer, bob: Member) -> None:
    first, second = letter(post), letter(post)
    withdraw(delivery=first, by=bob)
    assert send_due() == {"sent": 1}
    assert len(server.messages) == 1
    with pytest.raises(OutboxError, match="est parti"):
        withdraw(delivery=second, by=bob)
    assert ("delivery withdrawn", first.interaction_id) in happenings()


def test_a_letter_that_is_leaving_is_not_withdrawn(post: Touchpoint, bob: Member) -> None:
    delivery = letter(post)
    assert sending._claim() == delivery
    with pytest.raises(OutboxError):
        withdraw(delivery=delivery, by=bob)


def test_a_sender_that_dies_half_way_sends_the_same_message_again(
    post: Touchpoint, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = letter(post)
    with monkeypatch.context() as killed:
        killed.setattr(sending, "_end", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send_due()
    assert send_due() == {}, "nobody else takes it while it may still be leaving"
    again(delivery)
    assert send_due() == {"sent": 1}
    first, second = (taken.message["Message-ID"] for taken in server.messages)
    assert first == second
    delivery.refresh_from_db()
    assert (delivery.tries, delivery.is_uncertain) == (2, True)


def test_a_line_that_breaks_at_the_end_is_tried_again_as_the_same_message(post: Touchpoint, server: SmtpServer) -> None:
    delivery = letter(post)
    server.keeps_what_it_refuses = True
    server.answer_with("hang up", at="DATA")
    assert send_due() == {"waiting": 1}
    again(delivery)
    assert send_due() == {"sent": 1}
    assert len({taken.message["Message-ID"] for taken in server.messages}) == 1
    assert Delivery.objects.get().is_uncertain


def test_one_that_cannot_be_composed_does_not_stop_the_others(
    post: Touchpoint, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, good = letter(post), letter(post)
    compose = sending.outbound

    def breaks(delivery: Delivery) -> Any:
        assert delivery.pk != poison.pk
        return compose(delivery)

    monkeypatch.setattr(sending, "outbound", breaks)
    assert send_due() == {"waiting": 1, "sent": 1}
    assert Delivery.objects.get(pk=good.pk).state == "sent"


def test_who_was_forgotten_is_not_written_to(post: Touchpoint, server: SmtpServer) -> None:
    letter(post)
    Handle.objects.filter(value="odile@client.example").update(value="", name="")
    assert send_due() == {"failed": 1}
    assert server.messages == []


def test_a_forgotten_person_leaves_no_letter(post: Touchpoint) -> None:
    delivery = letter(post, plain="Bonjour Odile Marchand")
    handle = odile()
    person = Person((), (handle.pk,), (bytes(handle.digest),), (delivery.interaction_id,), (handle.value,))
    assert erase_letters(person) == 1
    assert erase_letters(person) == 0
    assert Delivery.objects.filter(pk=delivery.pk).exists()


def test_an_answer_stands_in_its_thread(post: Touchpoint, server: SmtpServer) -> None:
    (word,) = say(mail(Message_ID="<mot@client.example>"), at=post, when=now())
    first = letter(post, cause=word)
    send_due()
    second = letter(post, cause=word)
    send_due()
    answer, next_one = (taken.message for taken in server.messages)
    assert answer["In-Reply-To"] == "<mot@client.example>"
    first.refresh_from_db()
    assert next_one["References"] == f"<{first.message_id}> <mot@client.example>"
    assert second.cause_id == word.pk


def test_a_letter_that_comes_back_has_failed_once(post: Touchpoint) -> None:
    delivery = letter(post)
    assert note_bounce(delivery_id=delivery.pk) is None, "it has not left"
    send_due()
    assert note_bounce(delivery_id=delivery.pk) == delivery
    assert note_bounce(delivery_id=delivery.pk) is None
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert [kind for kind, _ref in happenings()] == ["delivery sent", "delivery failed"]


def test_an_automatic_letter_says_so(post: Touchpoint, server: SmtpServer) -> None:
    letter(post, is_automatic=True)
    send_due()
    assert server.messages[0].message["Auto-Submitted"] == "auto-replied"
    assert Interaction.objects.get(direction="out").is_automatic


def test_only_so_many_are_sent_in_one_go(post: Touchpoint) -> None:
    for _n in range(3):
        letter(post)
    assert send_due(limit=2) == {"sent": 2}
    assert Delivery.objects.filter(state="waiting", tries=F("tries")).count() == 1
