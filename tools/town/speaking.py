"""How customers speak: pages without script, mails to what they received, a button's press, a program's batch."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from egards.demo.plan.story import Says
from tools.town.affairs import Affair
from tools.town.visits import Answer, Browser, Unexpected, hidden_fields

SLOT = timedelta(hours=1)
MOST_WORDS = 400


class Writer:
    """A customer in front of one of our pages: the page is opened, and what they write is sent a while later."""

    def __init__(self, url: str, contact: str, affair: Affair, said: Says) -> None:
        number = said.customer or 0
        self.browser = Browser(url, source=f"127.{1 + number // 60000}.{number // 250 % 240 + 1}.{number % 250 + 1}")
        self.affair, self.said = affair, said
        self.is_first = affair.told == 0 or not (affair.held.link or affair.held.page)
        self.path = contact if self.is_first else affair.held.link or affair.held.page
        answer = self.browser.get(self.path)
        if answer.status != 200:
            raise Unexpected(f"{self.path} répond {answer.status}")
        self.page = answer.page()

    def send(self) -> dict[str, str]:
        """Send the form; return what life decided: the address typed, the hour chosen. Raises ``Unexpected``."""
        fields, more = self._fields()
        answer = self.browser.post(self.path, hidden_fields(self.page) | fields, with_token=False)
        self.browser.close()
        if answer.status != 302:
            raise Unexpected(f"le formulaire répond {answer.status} : {_complaint(answer)}")
        if self.is_first:
            self.affair.held.page = urlsplit(answer.location).path
        return more

    def _fields(self) -> tuple[dict[str, str], dict[str, str]]:
        said, sender = self.said, self.said.sender
        if not self.is_first:
            return {"answer-text": said.said.text}, {}
        if said.call_from:
            slot = self._slot(said.call_from)
            told = {"call": "1", "call-slot": slot, "call-phone": sender.phone, "call-name": sender.name}
            told["call-words"] = said.said.text[:500]
            return told, {"slot": slot, "reach": sender.phone}
        reach = sender.email or sender.phone
        text = said.said.text
        told = {"write-text": text, "write-reach": reach, "write-name": sender.name, "write-order": said.order}
        return told, {"reach": reach}

    def _slot(self, wanted: datetime) -> str:
        """The hour wanted, or the first free one after it."""
        free = self.page.xpath('//input[@name="call-slot"][not(@disabled)]/@value')
        after = [value for value in free if datetime.fromisoformat(value) >= wanted]
        if not free:
            raise Unexpected("aucune heure d’appel n’est proposée")
        return str((after or free)[0] if after else free[-1])


def letter_of(affair: Affair, said: Says, at: datetime, address: str) -> bytes:
    """Return the mail somebody writes: anew, or in answer to the last letter they received."""
    held, mail = affair.held, EmailMessage()
    key = f"{affair.story.key}/{affair.told}".replace("/", ".")
    mail["From"] = f'"{said.sender.name}" <{said.sender.email}>'
    mail["To"] = held.reply_to or address
    mail["Subject"] = said.said.subject or ("Re: votre réponse" if affair.told else "")
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{key}@{said.sender.email.partition('@')[2]}>"
    if held.message_id and affair.told:
        mail["In-Reply-To"] = mail["References"] = held.message_id
    mail.set_content(said.said.text)
    return mail.as_bytes()


def press(url: str, door: Sequence[str], key: str, said: Says) -> Answer:
    """Press the button of a store: signed bytes to its door."""
    slug, secret = door
    told = {"id": key, "score": said.score, "comment": said.said.text, "at": said.at.timestamp()}
    body = json.dumps(told, ensure_ascii=False).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    browser = Browser(url)
    answer = browser.post_bytes(f"/entree/{slug}/", body, {"X-Button-Signature": signature, "X-Button-Delivery": key})
    browser.close()
    if answer.status != 200:
        raise Unexpected(f"la borne répond {answer.status}")
    return answer


class Program:
    """The program that asks after deliveries: posts by the API, and reads by it."""

    def __init__(self, url: str, key: str) -> None:
        self.browser = Browser(url)
        self._key = {"Authorization": f"Bearer {key}"}

    def pour(self, slug: str, words: Sequence[tuple[str, Says]]) -> None:
        """Post reviews as a history, a few hundred at a time."""
        for start in range(0, len(words), MOST_WORDS):
            body = json.dumps([_posted(slug, key, said) for key, said in words[start : start + MOST_WORDS]])
            answer = self.browser.post_bytes("/api/v1/interactions/batch", body.encode(), self._key)
            if answer.status != 202:
                raise Unexpected(f"l’API répond {answer.status} : {answer.text[:300]}")

    def words(self, after: str) -> list[dict[str, Any]]:
        """Return the words that were received after one, to the last."""
        found: list[dict[str, Any]] = []
        while True:
            path = "/api/v1/interactions?limit=200" + (f"&after={after}" if after else "")
            answer = self.browser.get(path, self._key)
            if answer.status == 429:
                continue
            if answer.status != 200:
                raise Unexpected(f"l’API répond {answer.status} : {answer.text[:300]}")
            page = json.loads(answer.text)
            found += page["items"]
            if not page["next"]:
                return found
            after = page["next"]


def _posted(slug: str, key: str, said: Says) -> Mapping[str, Any]:
    party = {"role": "author", "kind": "email", "value": said.sender.email, "name": said.sender.name}
    return {
        "id": key,
        "touchpoint": slug,
        "text": said.said.text,
        "subject": said.said.subject,
        "happened_at": said.at.isoformat(),
        "parties": [party],
        "score": said.score,
        "scale": [1, 5],
        "facts": {"product": said.product},
        "mode": "archive",
    }


def _complaint(answer: Answer) -> str:
    page = answer.page()
    return " ".join(
        " ".join(node.text_content().split()) for node in page.xpath('//*[@class="wrong" or @role="alert"]')
    )
