"""Customers and programs: each word by a real door, as a browser without script or a program would say it.

The house asks a proof of everybody once many write to it (``public.guard``). Our customers have no script: they take
the way that it leaves them, twenty seconds of patience. Each comes from an address of their own (127.0.0.0/8).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formataddr, localtime
from http.client import HTTPException
from random import Random
from smtplib import LMTP
from typing import Any
from urllib.parse import urlsplit

from tools.load.ledger import Ledger, reference
from tools.load.record import Guest, Record, Steps
from tools.load.texts import Speech, Told
from tools.town.visits import TIMEOUT_SECONDS, Answer, Browser, hidden_fields

#: Of a hundred words, so many by each door.
DOORS = {"api": 45, "borne": 25, "lettre": 12, "formulaire": 10, "suivi": 8}
#: Of a hundred words of a program, so many are posted twice; it tries again so often when no answer came.
SAID_TWICE = 3
TRIES = 4
PATIENCE_SECONDS = 21.0
KEPT_LINKS = 4000
READS_SECONDS = (5.0, 20.0)


@dataclass
class Links:
    """Follow-up pages that customers hold: they come back to read, and to write again."""

    _kept: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def keep(self, path: str, chance: Random) -> None:
        """Keep a page; beyond ``KEPT_LINKS`` another goes."""
        with self._lock:
            if len(self._kept) < KEPT_LINKS:
                self._kept.append(path)
            else:
                self._kept[chance.randrange(KEPT_LINKS)] = path

    def draw(self, chance: Random) -> str:
        """Return one of them; empty when there is none yet."""
        with self._lock:
            return chance.choice(self._kept) if self._kept else ""


@dataclass
class Crowd:
    """Everybody outside. ``run``: six hexadecimal figures, the mark of this run's words."""

    url: str
    mail_port: int
    doors: Mapping[str, Any]
    speech: Speech
    run: str
    ledger: Ledger
    record: Record
    links: Links = field(default_factory=Links)

    def word(self, number: int, door: str = "") -> Guest:
        """Return who says the word of a number; by which door is drawn, unless one is given."""
        chance = self.speech.town.chance("load", "door", number)
        chosen = door or chance.choices(list(DOORS), list(DOORS.values()))[0]
        if chosen == "suivi" and not self.links.draw(chance):
            chosen = "formulaire"
        ref = reference(self.run, number)
        told = self.speech.word(number, ref, is_press=chosen == "borne")
        ways: dict[str, Callable[[Guest], Steps]] = {
            "api": lambda guest: self._program(guest, told, ref, chance),
            "borne": lambda guest: self._press(guest, told, ref, chance),
            "lettre": lambda guest: self._letter(guest, told, ref),
            "formulaire": lambda guest: self._form(guest, told, ref, chance),
            "suivi": lambda guest: self._answer(guest, told, ref, chance),
        }
        return Guest(Browser(self.url, source=address(number)), self.record, ways[chosen])

    def reader(self, number: int) -> Guest:
        """Return a customer who reads the contact page and their own, again and again."""
        chance = self.speech.town.chance("load", "reader", number)
        browser = Browser(self.url, source=address(10_000_000 + number))
        return Guest(browser, self.record, lambda guest: self._reads(guest, chance), comes_back=5.0)

    # ── programs ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _program(self, guest: Guest, told: Told, ref: str, chance: Random) -> Steps:
        key = chance.choice(self.doors["keys"])
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": ref}
        body = json.dumps(_posted(told, ref, self.doors["program"])).encode()
        yield from self._until_taken(guest, "API : un mot", "/api/v1/interactions", body, headers, ref, "api")
        if chance.randrange(100) < SAID_TWICE:
            yield chance.uniform(0.2, 3.0)
            guest.post_bytes("API : un mot, redit", "/api/v1/interactions", body, headers)

    def _press(self, guest: Guest, told: Told, ref: str, chance: Random) -> Steps:
        slug, secret = chance.choice(self.doors["buttons"])
        said = {"id": ref, "score": told.score, "comment": told.text, "at": time.time()}
        body = json.dumps(said, ensure_ascii=False).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Button-Signature": signature, "X-Button-Delivery": ref}
        yield from self._until_taken(guest, "borne", f"/entree/{slug}/", body, headers, ref, "borne")

    def _letter(self, guest: Guest, told: Told, ref: str) -> Steps:
        """The house's mail server hands a letter over (LMTP); what was not taken it hands over again."""
        mail = EmailMessage()
        mail["From"] = formataddr((told.customer.name, told.customer.emails[0]))
        mail["To"], mail["Subject"] = self.doors["address"], told.subject or "Bonjour"
        mail["Date"], mail["Message-ID"] = localtime(), f"<{ref}@{told.customer.emails[0].partition('@')[2]}>"
        mail.set_content(told.text)
        for tried in range(TRIES):
            if tried:
                yield 1.0 * 2**tried
            self.ledger.doubt(ref)
            try:
                guest.hand_over("lettre remise (LMTP)", lambda: self._by_lmtp(mail))
            except OSError:  # smtplib's own errors are some
                continue
            self.ledger.take(ref, "lettre")
            return

    def _by_lmtp(self, mail: EmailMessage) -> None:
        with LMTP("127.0.0.1", self.mail_port, timeout=TIMEOUT_SECONDS) as line:
            line.sendmail("", [self.doors["address"]], mail.as_bytes())

    def _until_taken(
        self, guest: Guest, name: str, path: str, body: bytes, headers: dict[str, str], ref: str, door: str
    ) -> Steps:
        """Post as a program does: what got no answer is posted again, the same."""
        for tried in range(TRIES):
            if tried:
                yield 1.0 * 2**tried
            self.ledger.doubt(ref)
            try:
                answer = guest.post_bytes(name, path, body, headers)
            except (OSError, HTTPException):
                continue
            if answer.status in (200, 202):
                self.ledger.take(ref, door)
                return
            if answer.status < 500:
                self.ledger.refuse(ref)
            if answer.status not in (409, 429) and answer.status < 500:
                return

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _form(self, guest: Guest, told: Told, ref: str, chance: Random) -> Steps:
        path = self.doors["contact"]
        page = guest.get("page de contact", path)
        yield chance.uniform(4.0, 9.0)
        fields = {"write-text": told.text, "write-reach": chance.choice(told.customer.emails)}
        fields |= {"write-name": told.customer.name, "write-order": told.need.facts.order}
        self.ledger.doubt(ref)
        answer = self._sent(guest, "formulaire envoyé", path, page, fields)
        if answer.status == 422 and 'name="wait"' in answer.text:
            self.ledger.refuse(ref)
            yield PATIENCE_SECONDS
            self.ledger.doubt(ref)
            answer = self._sent(guest, "formulaire, après patience", path, answer, fields)
        yield from self._taken(guest, answer, ref, "formulaire", chance)

    def _answer(self, guest: Guest, told: Told, ref: str, chance: Random) -> Steps:
        path = self.links.draw(chance)
        page = guest.get("page de suivi", path)
        yield chance.uniform(4.0, 9.0)
        self.ledger.doubt(ref)
        answer = self._sent(guest, "réponse d’un client", path, page, {"answer-text": told.text})
        yield from self._taken(guest, answer, ref, "suivi", chance)

    def _sent(self, guest: Guest, name: str, path: str, page: Answer, fields: dict[str, str]) -> Answer:
        return guest.post(name, path, hidden_fields(page.page()) | fields, with_token=False)

    def _taken(self, guest: Guest, answer: Answer, ref: str, door: str, chance: Random) -> Steps:
        """Keep what the house said; who was led to a page of their own opens it."""
        if answer.status == 302:
            self.ledger.take(ref, door)
            path = urlsplit(answer.location).path
            self.links.keep(path, chance)
            yield 0.0
            guest.get("page de suivi", path)
        elif answer.status == 200:
            self.ledger.take(ref, door)
        elif answer.status < 500:
            self.ledger.refuse(ref)

    def _reads(self, guest: Guest, chance: Random) -> Steps:
        while True:
            yield chance.uniform(*READS_SECONDS)
            path = self.links.draw(chance)
            if path and chance.random() < 0.6:
                guest.get("page de suivi", path)
            else:
                guest.get("page de contact", self.doors["contact"])


def address(number: int) -> str:
    """Return an address of this machine for somebody: 127.2.0.1 and on."""
    return f"127.{2 + number // 60_000 % 250}.{number // 250 % 240 + 1}.{number % 250 + 1}"


def _posted(told: Told, ref: str, slug: str) -> dict[str, Any]:
    party = {"role": "author", "kind": "email", "value": told.customer.emails[0], "name": told.customer.name}
    return {
        "id": ref,
        "touchpoint": slug,
        "text": told.text,
        "subject": told.subject,
        "happened_at": datetime.now(UTC).isoformat(),
        "parties": [party],
    }
