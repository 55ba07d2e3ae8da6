"""An answer as it leaves: what it quotes, what it shows, and how it comes home when everything else was lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message

import pytest
import time_machine

from egards.accounts.models import Member
from egards.consent.loading import load_pack
from egards.conversations.actions.drafts import UNDO_SECONDS, attach_file, save_draft, send_draft
from egards.conversations.actions.leaving import leave
from egards.conversations.models import Conversation, Turn
from egards.conversations.tokens import reply_token
from egards.core.clock import now
from egards.interactions.models import Delivery
from egards.interactions.sending import outbound
from egards.touchpoints.kinds.mail import compose
from egards.touchpoints.mime import parse
from tests.builders import mail, proved_mailbox, say
from tests.members import adviser

pytestmark = pytest.mark.django_db

Clock = time_machine.Traveller
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(FRIDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def alice(clock: Clock, db: None) -> Member:
    load_pack()
    return adviser("alice")


#: What Gmail puts above what it copies.
_QUOTE = (
    '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">Lindelle a écrit :<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid">'
)


def written(text: str = "Il manque des vis.", **headers: str) -> Conversation:
    (word,) = say(mail(text, **headers), at=proved_mailbox(), when=FRIDAY)
    return Turn.objects.get(pk=word.pk).conversation


def sent(talk: Conversation, by: Member, clock: Clock, *files: tuple[str, str, bytes]) -> Message:
    """Alice answers, with files (name, type, bytes); return the message that leaves."""
    draft = save_draft(conversation=talk, member=by, text="Elles partent ce soir.")
    for name, kind, data in files:
        attach_file(draft=draft, name=name, content_type=kind, data=data)
    send_draft(draft=draft, by=by, seen_version=talk.version)
    clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
    word = leave(draft_id=draft.pk)
    assert word is not None
    delivery = Delivery.objects.get(interaction=word)
    delivery.message_id = f"{reply_token(talk.pk)}.{delivery.pk.hex}@lindelle.example"
    raw = compose(outbound(delivery), delivery.touchpoint.settings).message().as_bytes()
    return message_from_bytes(raw)


def part(message: Message, kind: str) -> str:
    found = next(one for one in message.walk() if one.get_content_type() == kind)
    return bytes(found.get_payload(decode=True)).decode()


def test_it_quotes_the_last_words_of_whom_it_answers(alice: Member, clock: Clock) -> None:
    message = sent(written("Il manque des vis.\r\nEt un écrou."), alice, clock)
    text, page = part(message, "text/plain"), part(message, "text/html")
    assert text.endswith("vous avez écrit\u202f:\n> Il manque des vis.\n> Et un écrou.\n")
    assert "Le vendredi 20\xa0novembre 2026 à 11\xa0h, vous avez écrit" in text
    assert '<blockquote type="cite"' in page
    assert "Et un écrou." in page
    assert page.index("Elles partent ce soir.") < page.index("<blockquote")


def test_it_quotes_nobody_else(alice: Member, clock: Clock) -> None:
    talk = written()
    to = f"bonjour+{reply_token(talk.pk)}@lindelle.example"
    say(mail("Secret de Paul", From="Paul <paul@ailleurs.example>", To=to), at=talk.touchpoint, when=now())
    talk.refresh_from_db()
    message = sent(talk, alice, clock)
    assert "Secret de Paul" not in message.as_string() + part(message, "text/html")
    assert "> Il manque des vis." in part(message, "text/plain")


def test_a_customer_may_write_do_not_reply(alice: Member, clock: Clock) -> None:
    message = sent(written("Merci de ne pas répondre à ce message avant lundi."), alice, clock)
    assert "> Merci de ne pas répondre" in part(message, "text/plain")


def test_what_they_quoted_is_not_quoted_again(alice: Member, clock: Clock) -> None:
    said = "Toujours pas.\r\n\r\nLe 19 nov. 2026 à 10:00, Lindelle a écrit :\r\n> Elles partent."
    text = part(sent(written(said), alice, clock), "text/plain")
    assert "> Toujours pas." in text
    assert "> Elles partent." not in text


def test_a_picture_is_shown_and_a_file_goes_beside(alice: Member, clock: Clock) -> None:
    files = (("vis.png", "image/png", PNG), ("notice.pdf", "application/pdf", b"%PDF-1.4"))
    message = sent(written(), alice, clock, *files)
    page = part(message, "text/html")
    shown = next(one for one in message.walk() if one.get_content_type() == "image/png")
    assert shown["Content-Disposition"].startswith("inline")
    assert f'src="cid:{shown["Content-ID"].strip("<>")}" alt="vis.png"' in page
    assert shown.get_payload(decode=True) == PNG
    kinds = [one.get_content_type() for one in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/related", "multipart/alternative", "text/plain", "text/html", "image/png",
        "application/pdf",
    ]  # fmt: skip
    read = parse(message.as_bytes())
    assert [(file.name, file.data) for file in read.attachments] == [("vis.png", PNG), ("notice.pdf", b"%PDF-1.4")]


def test_a_page_that_is_copied_brings_the_answer_home(alice: Member, clock: Clock) -> None:
    """Somebody answers from a program that keeps neither our address nor our id, only the page under theirs."""
    talk = written()
    page = part(sent(talk, alice, clock), "text/html")
    body = page[page.index("<body") : page.index("</body>")].replace("<body", "<div").replace("</body>", "</div>")
    raw = mail(f"<div>Merci !</div>{_QUOTE}{body}</blockquote></div>")
    found = parse(raw.replace(b"text/plain", b"text/html"))
    assert found.token == reply_token(talk.pk)
    assert found.reply_text == "Merci !"


def test_nothing_is_fetched_by_its_reader(alice: Member, clock: Clock) -> None:
    page = part(sent(written(), alice, clock, ("vis.png", "image/png", PNG)), "text/html")
    assert page.count("src=") == page.count('src="cid:') == 1
    assert "url(" not in page


def test_an_answer_of_a_person_is_not_automatic(alice: Member, clock: Clock) -> None:
    message = sent(written(), alice, clock)
    assert message["Auto-Submitted"] is None
    assert message["Reply-To"] is not None
