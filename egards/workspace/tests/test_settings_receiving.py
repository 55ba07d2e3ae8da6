"""The page where a mailbox is connected: tried before it is kept, what is wrong said in French, and how it goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from egards.core.clock import now
from egards.touchpoints import mailboxes
from egards.touchpoints.boxes import Box, BoxRefused, Login
from egards.touchpoints.mailboxes import note_failure, password_of
from egards.touchpoints.models import Mailbox
from egards.workspace.tests.conftest import As
from tests.boxes import FakeBox, read_by
from tests.builders import mail
from tests.cast import Cast

SAID = {
    "protocol": "imap", "host": " IMAP.lindelle.example", "port": "993", "security": "tls", "username": "bonjour",
    "password": "un secret", "folder": "",
}  # fmt: skip


@pytest.fixture
def admin(house: Cast, as_member: As) -> Client:
    """Fatou, who keeps the whole house."""
    return as_member(house.fatou)


@pytest.fixture
def page(house: Cast) -> str:
    return reverse("settings_receiving", args=[house.mailbox.pk])


def answers(monkeypatch: pytest.MonkeyPatch, behave: Callable[[Login], Box]) -> None:
    monkeypatch.setattr(mailboxes, "open_box", lambda protocol, login, timeout=0: behave(login))


def text(client: Client, page: str) -> str:
    return plain(client.get(page).content.decode())


def plain(shown: str) -> str:
    return shown.replace("\u202f", " ").replace("\xa0", " ")


def test_it_works(admin: Client, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    box = FakeBox()
    box.add(mail("un"), mail("deux"))
    answers(monkeypatch, lambda login: box)
    shown = plain(admin.post(page, SAID, follow=True).content.decode())
    assert "Elle répond : 2 messages dans ce dossier." in shown
    kept = Mailbox.objects.get()
    assert (kept.host, kept.folder, password_of(kept)) == ("imap.lindelle.example", "INBOX", "un secret")
    assert b"un secret" not in bytes(kept.secret)
    assert "un secret" not in shown


def test_what_the_server_refuses_is_said_and_not_kept(
    admin: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(login: Login) -> Box:
        raise BoxRefused("Le serveur refuse notre identifiant ou notre mot de passe.")

    answers(monkeypatch, refuse)
    shown = plain(admin.post(page, SAID).content.decode())
    assert "Le serveur refuse notre identifiant ou notre mot de passe." in shown
    assert "un secret" not in shown
    assert not Mailbox.objects.exists()


def test_a_password_is_never_sent_to_another_server(admin: Client, page: str, house: Cast) -> None:
    read_by(house.mailbox)
    shown = plain(admin.post(page, SAID | {"host": "autre.example", "password": ""}).content.decode())
    assert "Écrivez le mot de passe de cette boîte." in shown


@pytest.mark.parametrize(
    ("said", "is_known"), [({}, True), ({"username": "sav"}, False), ({"protocol": "pop3"}, False)]
)
def test_another_mailbox_begins_its_own_history(
    admin: Client, page: str, house: Cast, monkeypatch: pytest.MonkeyPatch, said: dict[str, str], is_known: bool
) -> None:
    read_by(house.mailbox)
    Mailbox.objects.update(read_at=now(), compared_at=now(), came_back_at=now(), on_server=3)
    answers(monkeypatch, lambda login: FakeBox())
    admin.post(page, SAID | said)
    kept = Mailbox.objects.get()
    assert [kept.read_at is not None, kept.compared_at is not None, kept.came_back_at is not None] == [is_known] * 3
    assert (kept.on_server, kept.protocol) == (3 * is_known, said.get("protocol", "imap"))


def test_a_break_in_a_name_is_refused(admin: Client, page: str) -> None:
    shown = plain(admin.post(page, SAID | {"username": "a\r\nb"}).content.decode())
    assert "Ceci contient un caractère qui ne se tape pas." in shown


def test_words_without_encryption_stay_on_this_machine(admin: Client, page: str) -> None:
    shown = plain(admin.post(page, SAID | {"security": "none"}).content.decode())
    assert "Sans chiffrement, seul un serveur sur cette machine convient." in shown


def test_a_failure_is_told_with_its_next_try(admin: Client, page: str, house: Cast) -> None:
    note_failure(mailbox=read_by(house.mailbox), reason="Le serveur ne répond pas.")
    shown = text(admin, page)
    assert "La boîte ne se lit pas : Le serveur ne répond pas." in shown
    assert "Rien n’est perdu entre-temps" in shown


def test_a_message_that_is_not_here_is_an_alarm(admin: Client, page: str, house: Cast) -> None:
    read_by(house.mailbox)
    Mailbox.objects.update(read_at=now(), compared_at=now(), on_server=3, not_here=1)
    shown = text(admin, page)
    assert "Un message du serveur n’est pas ici" in shown
    assert "3 sur le serveur, 1 manquant ici" in shown


def test_everything_is_compared_when_asked(admin: Client, house: Cast) -> None:
    read_by(house.mailbox)
    admin.post(reverse("settings_mailbox_compared", args=[house.mailbox.pk]))
    assert Mailbox.objects.get().asked_at is not None


def test_a_mailbox_is_let_go(admin: Client, house: Cast) -> None:
    read_by(house.mailbox)
    admin.post(reverse("settings_mailbox_left", args=[house.mailbox.pk]))
    assert not Mailbox.objects.exists()


def test_what_reads_no_mailbox_has_no_page_for_it(admin: Client, house: Cast) -> None:
    assert admin.get(reverse("settings_receiving", args=[house.api.pk])).status_code == 404


def test_a_first_mailbox_asks_for_its_password(admin: Client, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    box = FakeBox()
    answers(monkeypatch, lambda login: box)
    shown = plain(admin.post(page, SAID | {"password": ""}).content.decode())
    assert "Écrivez le mot de passe de cette boîte." in shown
    assert "celui qui est connu reste" not in shown
    admin.post(page, SAID)
    assert "celui qui est connu reste" in text(admin, page)
