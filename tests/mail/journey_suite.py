"""A mailbox is connected through the settings pages, and mail lives in it: in, out, back again, refused, set aside.

Everything is real: Chromium, the house and all its processes, a Dovecot that holds the mailbox, a Postfix that
delivers to it and relays what leaves. Whoever lives elsewhere has their letters at one small server of ours.
"""

from __future__ import annotations

import re
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

import psutil
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Locator, Page, expect

from tests.houses import ROOT, houses, lasting_server, wait_until
from tests.journeys.conftest import Company
from tests.mail import postfix as real_postfix
from tests.mail.dovecot import PASSWORD, USER, Dovecot, free_ports
from tests.mail.furnish import ADDRESS
from tests.mail.postfix import Postfix, postfix
from tests.mail.record import Record, law_holds, law_in_words, law_of, seconds, skip
from tests.smtp_server import SmtpServer, Taken, smtp_server
from tools.benchmarks.product import open_house

pytestmark = pytest.mark.browser

ODILE, GASTON, ZOE = "odile@client.example", "gaston@client.example", "zoe@client.example"
LIVE = 30_000  # milliseconds for what shows by itself


@dataclass
class Elsewhere(SmtpServer):
    """The servers of everybody else; those who are gone are refused for good."""

    gone: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        if address in self.gone:
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        return await super().handle_RCPT(server, session, envelope, address, options)


@dataclass
class Place:
    """The house, what carries its mail, and where the others are."""

    company: Company
    mailbox: Dovecot
    carrier: Postfix
    elsewhere: Elsewhere

    def write(self, sender: str, text: str, *, about: Taken | None = None) -> None:
        """A customer writes, or answers a letter, from their own server."""
        letter = EmailMessage()
        letter["From"], letter["To"] = sender, str(about.message["Reply-To"]) if about else ADDRESS
        letter["Subject"], letter["Date"] = "Ma commande", formatdate(localtime=True)
        letter["Message-ID"] = f"<{time.time_ns()}@client.example>"
        if about is not None:
            letter["In-Reply-To"] = str(about.message["Message-ID"])
        letter.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.carrier.port) as line:
            line.send_message(letter)


@pytest.fixture
def place(chromium: Browser, server: Dovecot, tmp_path: Path) -> Iterator[Place]:
    """A house without any way in, beside a Dovecot and a Postfix."""
    if reason := real_postfix.why_not():
        skip("journey", [("6", "le parcours au navigateur")], reason)
    for parent in (tmp_path, *tmp_path.parents[:3]):
        if parent.stat().st_uid == tmp_path.stat().st_uid and parent != Path("/tmp"):
            parent.chmod(0o711)  # the base's account crosses it when root runs the tests
    elsewhere = Elsewhere()
    (door,) = free_ports(1)
    with (
        smtp_server(handler=elsewhere),
        postfix(deliver_to=server.lmtp, relay_to=elsewhere.port) as carrier,
        lasting_server(tmp_path / "server") as base,
        houses(tmp_path / "houses", base, "courriel") as builder,
    ):
        house = builder.build("maison")
        environment = house.environment() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings"}
        subprocess.run([sys.executable, "-m", "tests.mail.people"], cwd=ROOT, env=environment, check=True)
        with open_house(house, mail_door=f"127.0.0.1:{door}") as (url, _weigh):
            yield Place(Company(url, house, elsewhere, chromium), server, carrier, elsewhere)


def test_a_mailbox_lives(place: Place) -> None:
    record = Record("journey", command="make test-mail ARGS='-k journey'")
    camille = place.company.adviser("camille")
    came_back = _connect(camille, place)
    alice = place.company.adviser("alice")
    shown = _receive(alice, place)
    letter = _answer(alice, place, ODILE, "Bonjour, votre sachet de vis part ce soir.", n=2)
    _hear_back(alice, place, letter)
    _see_it_come_back(alice, place)
    _replay(camille, alice, place)
    law = law_of(place.company.house)
    assert law_holds(law)
    assert law["quarantined"] == 0
    record.add("6", "boîte prouvée puis gardée : notre lettre à nous-mêmes est revenue en", seconds(came_back))
    record.add("6", "le message d’un client se montre dans la file, sans recharger, en", seconds(shown))
    record.add("6", "la réponse part, celle du client la rejoint, sans recharger", "vu")
    record.add("6", "adresse morte : la lettre revient de Postfix, tâche dans la conversation", "vu")
    record.add("6", "lecture figée (SIGSTOP) : en quarantaine, relue depuis « Ce qui entre »", "vu")
    record.add("6", "la loi, à la fin", law_in_words(law))
    record.write()


def _connect(page: Page, place: Place) -> float:
    """Set how it sends, then which mailbox is read: a wrong password keeps nothing; the letter comes all the way."""
    page.goto("/reglages/points-de-contact/nouveau/?sorte=mail")
    page.fill("[name=name]", "Courriel")
    _submit(page, "[name=name]")
    page.fill("[name=address]", ADDRESS)
    page.fill("[name=host]", "127.0.0.1")
    page.fill("[name=port]", str(place.carrier.port))
    page.select_option("[name=security]", "none")
    page.check("[name=plus_addresses]")
    _submit(page, "[name=host]")
    expect(page.locator("main")).to_contain_text(f"pour {ADDRESS}")
    page.goto(page.url.replace("/envoi/", "/reception/"))
    _say_mailbox(page, place, "un autre secret")
    expect(page.locator("main")).to_contain_text("refuse notre identifiant")
    assert place.company.house.count("touchpoints_mailbox") == 0, "kept before it was proved"
    began = time.monotonic()
    _say_mailbox(page, place, PASSWORD)
    expect(page.locator("body")).to_contain_text("Elle répond")
    ask = "SELECT came_back_at IS NOT NULL FROM touchpoints_mailbox"
    wait_until(lambda: place.company.house.ask(ask) == [(True,)], seconds=60, what="la lettre à nous-mêmes")
    took = time.monotonic() - began
    page.reload()
    expect(page.locator("main")).to_contain_text(re.compile("partie par votre relais et revenue ici"))
    page.goto(page.url.replace("/reception/", "/envoi/"))
    expect(page.locator("main")).to_contain_text(f"partent de {ADDRESS}, prouvée")
    return took


def _say_mailbox(page: Page, place: Place, password: str) -> None:
    page.fill("[name=host]", "127.0.0.1")
    page.fill("[name=port]", str(place.mailbox.imap))
    page.select_option("[name=security]", "none")
    page.fill("[name=username]", USER)
    page.fill("[name=password]", password)
    _submit(page, "[name=password]")


def _submit(page: Page, field: str) -> None:
    page.locator(f"form:has({field}) button[type=submit]").first.click()
    page.wait_for_load_state()


def _receive(page: Page, place: Place) -> float:
    """A customer writes: it shows in the queue that stands open."""
    began = time.monotonic()
    place.write(ODILE, "Bonjour, il manque le sachet de vis de ma table et je suis déçue.")
    expect(_line(page, "sachet de vis")).to_be_visible(timeout=LIVE)
    shown = time.monotonic() - began
    _line(page, "sachet de vis").click()
    expect(page.locator(".thread")).to_contain_text("il manque le sachet de vis")
    return shown


def _answer(page: Page, place: Place, customer: str, text: str, *, n: int) -> Taken:
    """Answer the conversation that is open; return the letter as its customer got it."""
    page.fill("#texte", text)
    page.locator("[data-send]").click()
    expect(page.locator("body")).to_contain_text("Annuler")
    letter = place.company.wait_for_letter(customer, n=n, seconds=60)
    assert text in letter.text()
    assert str(letter.message["From"]).endswith(f"<{ADDRESS}>")
    return letter


def _hear_back(page: Page, place: Place, letter: Taken) -> None:
    """The customer answers the letter: it joins what was said."""
    place.write(ODILE, "Merci, et la notice ?", about=letter)
    expect(page.locator(".thread")).to_contain_text("et la notice ?", timeout=LIVE)
    expect(page.locator(".thread")).to_contain_text("il manque le sachet de vis")
    assert place.company.house.count("conversations_conversation") == 1


def _see_it_come_back(page: Page, place: Place) -> None:
    """An address that lived when it wrote is gone when it is answered: the letter comes back as something to do."""
    place.write(GASTON, "Bonjour, quand part ma lampe ?")
    expect(_line(page, "ma lampe")).to_be_visible(timeout=LIVE)
    place.company.wait_for_letter(GASTON, n=1)  # the acknowledgement still arrived
    place.elsewhere.gone.add(GASTON)
    _line(page, "ma lampe").click()
    expect(page.locator(".thread")).to_contain_text("quand part ma lampe")
    page.fill("#texte", "Bonjour, elle part demain.")
    page.locator("[data-send]").click()
    expect(page.locator("body")).to_contain_text("Annuler")
    page.goto("/conversations/?vue=all")  # she is at something else when it comes back
    failed = "SELECT count(*) FROM notifications_notice WHERE kind = 'send_failed' AND read_at IS NULL"
    wait_until(lambda: place.company.house.ask(failed) == [(1,)], seconds=90, what="la lettre revenue")
    page.goto("/pour-vous/")
    expect(page.locator("main")).to_contain_text("Votre réponse n’est pas partie.")
    page.locator("main a[href*='/conversations/']").first.click()
    expect(page.locator(".thread")).to_contain_text("n’a pas pu partir")
    expect(page.locator(".thread")).to_contain_text("est revenue")
    expect(page.locator(".thread")).to_contain_text("personne n’a pu être joint")


def _replay(camille: Page, alice: Page, place: Place) -> None:
    """A letter whose reading hangs is set aside; read again from the settings, it is a word like the others."""
    alice.goto("/conversations/?vue=all")
    _freeze_reader(place)
    place.write(ZOE, "Bonjour, le tiroir de ma commode coince.")
    count = "SELECT count(*) FROM interactions_outcome WHERE status = 'quarantined'"
    wait_until(lambda: place.company.house.ask(count) == [(1,)], seconds=60, what="la quarantaine")
    camille.goto(camille.url.replace("/envoi/", "/reception/"))
    camille.get_by_role("link", name="Voir la quarantaine").click()
    expect(camille.locator("main")).to_contain_text("mis de côté")
    camille.get_by_role("button", name="Relire", exact=True).click()
    expect(camille.locator("body")).to_contain_text(re.compile(r"Sortis de quarantaine\s: 1"))
    expect(_line(alice, "ma commode")).to_be_visible(timeout=LIVE)


def _freeze_reader(place: Place) -> None:
    """Stop the processes in which mail is read, as one that hangs."""
    frozen = 0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_reader = "egards.touchpoints.mime.child" in process.cmdline()
            if is_reader and process.environ().get("EGARDS_HOME") == str(place.company.house.home):
                process.send_signal(signal.SIGSTOP)
                frozen += 1
    assert frozen, "no reader of mail was found"


def _line(page: Page, words: str) -> Locator:
    return page.locator(".queue .item", has_text=words).first
