"""Google or Microsoft: asked on a page, agreed on theirs, and nothing opened by the GET that brings people back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from egards.accounts.models import JournalEntry
from egards.core.clock import now
from egards.touchpoints import mailboxes
from egards.touchpoints.boxes import Box, Login, TokenRefused
from egards.touchpoints.models import Grant, Mailbox, Touchpoint
from egards.workspace.settings_pages.granting import AWAY_SECONDS
from egards.workspace.tests.conftest import As
from egards.workspace.tests.test_settings_receiving import plain, text
from tests.boxes import FakeBox
from tests.cast import Cast
from tests.oauth_server import CLIENT_ID, CLIENT_SECRET, USER, OauthServer, answer, oauth_server, query_of, said_in

SAID = {"username": USER, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "also_sends": "on"}
BACK = reverse("settings_grant_back")


@pytest.fixture
def admin(house: Cast, as_member: As) -> Client:
    """Fatou, who keeps the whole house."""
    return as_member(house.fatou)


@pytest.fixture
def page(house: Cast) -> str:
    """Where the agreement of Google is asked for."""
    return reverse("settings_grant", args=[house.mailbox.pk]) + "?chez=google"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OauthServer]:
    """A provider that stands for Google, whose mailbox opens with what it gave."""
    with oauth_server(monkeypatch, imap=993, smtp=465) as running:

        def opened(protocol: str, login: Login, timeout: float = 0) -> Box:
            if login.token not in running.access:
                raise TokenRefused
            return FakeBox()

        monkeypatch.setattr(mailboxes, "open_box", opened)
        yield running


def there(admin: Client, page: str) -> str:
    """Ask, and return the address at the provider to which the page leads."""
    admin.post(page, SAID)
    found: str = admin.get(page).context["there"]
    return found


def back(admin: Client, query: str) -> str:
    """Come back by the GET, then press the button."""
    admin.get(f"{BACK}?{query}")
    return plain(admin.post(BACK, {"answer": query}, follow=True).content.decode())


def test_it_works(admin: Client, page: str, server: OauthServer, house: Cast) -> None:
    address = server.agree(there(admin, page))
    assert address.startswith("http://localhost:8000" + BACK)
    assert "Elle répond : 0 message dans ce dossier." in back(admin, query_of(address))
    kept = Mailbox.objects.get()
    assert (kept.by_grant, kept.username, kept.host) == (True, USER, "127.0.0.1")
    assert Touchpoint.objects.get(pk=house.mailbox.pk).settings["port"] == 465
    shown = text(admin, reverse("settings_receiving", args=[house.mailbox.pk]))
    assert "L’accord de Google" in shown
    assert f"Donné pour {USER} le" in shown
    assert "Mot de passe" not in shown


def test_no_secret_is_shown_or_written_down(
    admin: Client, page: str, server: OauthServer, caplog: pytest.LogCaptureFixture
) -> None:
    shown = back(admin, query_of(server.agree(there(admin, page)))) + text(admin, page)
    told = shown + caplog.text + "".join(map(repr, JournalEntry.objects.values_list("verb", "subject")))
    assert all(secret not in told for secret in (CLIENT_SECRET, *server.access, *server.refresh))
    assert all(secret not in bytes(Grant.objects.get().sealed).decode() for secret in (*server.refresh, CLIENT_SECRET))


def test_coming_back_by_a_get_changes_nothing(admin: Client, page: str, server: OauthServer) -> None:
    query = query_of(server.agree(there(admin, page)))
    shown = admin.get(f"{BACK}?{query}")
    assert "Google a donné son accord" in plain(shown.content.decode())
    assert shown["Cache-Control"] == "no-store"
    assert not server.asked
    assert not Grant.objects.exists()


def test_an_answer_to_nobody_is_not_traded(admin: Client, server: OauthServer) -> None:
    assert "Rien n’est attendu d’un fournisseur." in back(admin, answer(code="c", state="s"))
    assert not server.asked


def test_somebody_elses_answer_is_not_traded(
    admin: Client, page: str, server: OauthServer, house: Cast, as_member: As
) -> None:
    theirs = query_of(server.agree(there(as_member(house.fatou), page)))
    there(admin, page)
    assert "ne répond à aucune question" in back(admin, theirs)
    assert not server.asked


def test_a_button_pressed_twice_opens_once_and_both_lead_there(
    admin: Client, page: str, server: OauthServer, house: Cast
) -> None:
    query = query_of(server.agree(there(admin, page)))
    admin.get(f"{BACK}?{query}")
    answers = [admin.post(BACK, {"answer": query}) for _press in range(2)]
    assert [one["Location"] for one in answers] == [reverse("settings_receiving", args=[house.mailbox.pk])] * 2
    assert len(server.asked) == 1
    assert "Rien n’est attendu d’un fournisseur." in back(admin, answer(code="c", state="s"))


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once(admin: Client, page: str, server: OauthServer, house: Cast) -> None:
    query = query_of(server.agree(there(admin, page)))
    second = Client()
    second.cookies = admin.cookies

    def press(client: Client) -> str:
        try:
            return client.post(BACK, {"answer": query}).headers.get("Location", "refused")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        places = list(hands.map(press, (admin, second)))
    assert places == [reverse("settings_receiving", args=[house.mailbox.pk])] * 2
    assert len(server.asked) == 1
    assert Grant.objects.count() == 1


def test_nobody_agreed(admin: Client, page: str, server: OauthServer) -> None:
    state = said_in(there(admin, page))["state"]
    assert "Google dit que personne n’a donné l’accord." in back(admin, answer(error="access_denied", state=state))
    assert not Grant.objects.exists()


def test_a_quarter_of_an_hour_and_no_more(admin: Client, page: str, server: OauthServer) -> None:
    query = query_of(server.agree(there(admin, page)))
    with time_machine.travel(now().timestamp() + AWAY_SECONDS + 5, tick=False):
        assert "Rien n’est attendu d’un fournisseur." in back(admin, query)


def test_a_mailbox_that_stays_shut_is_not_kept(admin: Client, page: str, server: OauthServer) -> None:
    query = query_of(server.agree(there(admin, page)))
    server.answer_with(200, '{"access_token": "autre", "refresh_token": "r", "token_type": "Bearer"}')
    assert "son serveur n’ouvre pas cette boîte" in back(admin, query)
    assert not Mailbox.objects.exists()


def test_an_agreement_withdrawn_is_given_again_with_one_button(
    admin: Client, page: str, server: OauthServer, house: Cast
) -> None:
    back(admin, query_of(server.agree(there(admin, page))))
    Grant.objects.update(withdrawn_at=now())
    receiving = reverse("settings_receiving", args=[house.mailbox.pk])
    assert "Il n’est plus valable" in text(admin, receiving)
    assert "Les réponses attendent" in text(admin, reverse("settings_sending", args=[house.mailbox.pk]))
    admin.post(reverse("settings_grant_again", args=[house.mailbox.pk]))
    address: str = admin.get(page).context["there"]
    assert said_in(address)["client_id"] == CLIENT_ID
    back(admin, query_of(server.agree(address)))
    assert Grant.objects.get().withdrawn_at is None
    assert Touchpoint.objects.get(pk=house.mailbox.pk).settings["port"] == 465
    assert "Les réponses attendent" not in text(admin, reverse("settings_sending", args=[house.mailbox.pk]))


def test_the_folder_changes_without_a_new_agreement(admin: Client, page: str, server: OauthServer, house: Cast) -> None:
    back(admin, query_of(server.agree(there(admin, page))))
    admin.post(reverse("settings_receiving", args=[house.mailbox.pk]), {"folder": "Clients", "host": "pirate.example"})
    kept = Mailbox.objects.get()
    assert (kept.folder, kept.host, kept.by_grant) == ("Clients", "127.0.0.1", True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"client_id": "deux mots"}, "C’est un seul mot, sans espaces ni accents."),
        ({"username": "bonjour@société.example"}, "C’est un seul mot, sans espaces ni accents."),
        ({"tenant": "../../autre"}, "C’est un numéro fait de lettres, de chiffres et de tirets, ou un domaine."),
    ],
)
def test_what_would_go_elsewhere_is_refused(admin: Client, page: str, said: dict[str, str], expected: str) -> None:
    at = page.replace("google", "microsoft")
    assert expected in plain(admin.post(at, SAID | {"tenant": "lindelle.example"} | said).content.decode())
    assert not admin.get(at).context["there"]


def test_the_provider_of_the_address_comes_first(admin: Client, house: Cast) -> None:
    receiving = reverse("settings_receiving", args=[house.mailbox.pk])
    Touchpoint.objects.filter(pk=house.mailbox.pk).update(settings={"host": "smtp.office365.com"})
    assert [one.name for one in admin.get(receiving).context["providers"]] == ["microsoft", "google"]
    Touchpoint.objects.filter(pk=house.mailbox.pk).update(settings={"address": "lindelle@gmail.com"})
    assert [one.name for one in admin.get(receiving).context["providers"]] == ["google", "microsoft"]


def test_nowhere_else(admin: Client, house: Cast) -> None:
    assert admin.get(reverse("settings_grant", args=[house.api.pk]) + "?chez=google").status_code == 404
    assert admin.get(reverse("settings_grant", args=[house.mailbox.pk]) + "?chez=autre").status_code == 302
