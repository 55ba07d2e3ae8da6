"""Advisers at their desks: the queue, a conversation, an answer; with the pauses of people, and a browser's own asking.

A page of the workspace asks for its queue and its views again when conversations change, with longer and longer rests
while changes never stop (``core/static/egards/js/live.js``). Each desk does so too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tools.load.record import Guest, Record, Steps
from tools.load.texts import Speech
from tools.town.stage import signed_in
from tools.town.visits import Answer, Browser, hidden_fields

#: How long somebody looks at a page before they do the next thing; how long they write.
LOOKS_SECONDS = (4.0, 14.0)
WRITES_SECONDS = (8.0, 25.0)
#: How long a page rests between two questions: the first time, and when changes never stop.
REST_SECONDS, LONGEST_REST_SECONDS = 1.15, 10.15
PRESENCE_SECONDS = 15.0
_PANE = {"HX-Request": "true", "HX-Target": "conversation"}
_TALK = re.compile(r'href="/conversations/([0-9a-f-]{36})/')
_CUSTOMER = re.compile(r'href="/clients/([0-9a-f-]{36})/')
_SEARCHED = ("colis", "remboursement", "facture", "vis", "livraison", "merci", "table", "lampe", "retour", "magasin")
#: Of a hundred conversations opened, what is done in so many.
_DEEDS = {"answer": 45, "note": 12, "resolve": 13, "customer": 15, "search": 15}


@dataclass
class Desk:
    """One adviser: their own draws, and the conversation in front of them."""

    speech: Speech
    chance: Random
    is_manager: bool
    talk: str = ""
    guest: Guest = field(init=False)

    def work(self, guest: Guest) -> Steps:
        """A day at the desk, without end."""
        self.guest = guest
        deeds: Mapping[str, Callable[[Answer], Steps]] = {
            "answer": self._answer, "note": self._note, "resolve": self._resolve,
            "customer": self._customer, "search": self._search,
        }  # fmt: skip
        while True:
            yield self._pause(LOOKS_SECONDS)
            if self.is_manager and self.chance.random() < 0.4:
                self.guest.get("pouls", "/pouls/")
                yield self._pause(LOOKS_SECONDS)
            page = self.guest.get("file", "/conversations/")
            talks = list(dict.fromkeys(_TALK.findall(page.text)))
            if not talks:
                continue
            yield self._pause(LOOKS_SECONDS)
            self.talk = self.chance.choice(talks[:20])
            pane = self.guest.get("conversation ouverte", f"/conversations/{self.talk}/", _PANE)
            self._be_here()
            deed = self.chance.choices(list(_DEEDS), list(_DEEDS.values()))[0]
            yield self._pause(LOOKS_SECONDS)
            yield from deeds[deed](pane)

    def _be_here(self) -> None:
        said = {"conversation": self.talk, "state": "reads", "screen": "0" * 16}
        self.guest.post("présence", "/presence/", said)

    def _answer(self, pane: Answer) -> Steps:
        page = pane.page()
        ways = page.xpath('//input[@name="via"]/@value')
        via = next((way for way in ("email", "page") if way in ways), "")
        if not via or pane.status != 200:
            return
        base = f"/conversations/{self.talk}"
        text = self.speech.answer(self.chance)
        fields = {"version": hidden_fields(page)["version"], "via": via, "ensuite": "waiting"}
        self.guest.post("brouillon gardé", f"{base}/brouillon/", fields | {"texte": text[: len(text) // 2]})
        yield self._pause(WRITES_SECONDS)
        self.guest.post("réponse envoyée", f"{base}/envoi/", fields | {"texte": text})
        yield 0.0
        self.guest.get("conversation ouverte", f"{base}/", _PANE)

    def _note(self, pane: Answer) -> Steps:
        yield self._pause(WRITES_SECONDS)
        said = {"note": self.speech.note(self.chance), "garder": "1"}
        self.guest.post("note gardée", f"/conversations/{self.talk}/notes/", said)

    def _resolve(self, pane: Answer) -> Steps:
        self.guest.post("résolution", f"/conversations/{self.talk}/resolution/", {"sans": "1"})
        yield 0.0

    def _customer(self, pane: Answer) -> Steps:
        found = _CUSTOMER.search(pane.text)
        if found:
            self.guest.get("page d’un client", f"/clients/{found[1]}/")
        yield self._pause(LOOKS_SECONDS)

    def _search(self, pane: Answer) -> Steps:
        self.guest.get("recherche", f"/recherche/?q={self.chance.choice(_SEARCHED)}")
        yield self._pause(LOOKS_SECONDS)

    def _pause(self, between: tuple[float, float]) -> float:
        return self.chance.uniform(*between)


@dataclass
class Screen:
    """What an adviser's browser does by itself while they look: it asks again, and says that they are there."""

    guest: Guest
    desk: Desk

    def live(self) -> Steps:
        """Ask again as long as conversations change; here they never stop."""
        since_here, rest = 0.0, REST_SECONDS
        while True:
            yield rest
            rest = min(2 * rest, LONGEST_REST_SECONDS)
            here = f"?ici={self.desk.talk}" if self.desk.talk else ""
            for part in ("file", "vues"):
                headers = {"HX-Request": "true", "HX-Target": part}
                self.guest.get(f"{part}, redemandée", f"/conversations/{here}", headers)
            since_here += rest
            if self.desk.talk and since_here >= PRESENCE_SECONDS:
                since_here = 0.0
                self.guest.browser.token = self.desk.guest.browser.token
                said = {"conversation": self.desk.talk, "state": "reads", "screen": "0" * 16}
                self.guest.post("présence", "/presence/", said)


def desk_of(url: str, who: Mapping[str, Any], number: int, speech: Speech, record: Record) -> tuple[Guest, Guest]:
    """Sign an adviser in; return them at work, and their screen."""
    source = f"127.1.0.{number % 250 + 1}"
    own = signed_in(url, who["email"], who["password"], source=source)
    beside = Browser(url, source=source)
    beside.cookies = own.cookies
    desk = Desk(speech, speech.town.chance("load", "desk", number), who["role"] == "manager")
    person = Guest(own, record, desk.work, comes_back=5.0)
    return person, Guest(beside, record, lambda guest: Screen(guest, desk).live(), comes_back=5.0)
