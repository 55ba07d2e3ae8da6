"""Small builders that read as sentences: a brand, its touchpoints, words said to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from egards.accounts.actions import brand_named
from egards.accounts.models import Brand
from egards.core.clock import now
from egards.intake.pipeline import process_waiting
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Interaction, Mode, Outcome
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.models import Touchpoint

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def lindelle() -> Brand:
    """The brand of most tests."""
    return brand_named(name="Lindelle")


def api_touchpoint(brand: Brand | None = None) -> Touchpoint:
    """A touchpoint where programs post words."""
    return open_touchpoint(brand=brand or lindelle(), kind="api", name="API")


def mailbox(brand: Brand | None = None) -> Touchpoint:
    """A touchpoint that takes mail."""
    return open_touchpoint(brand=brand or lindelle(), kind="mail", name="Courriel")


def proved_mailbox(brand: Brand | None = None) -> Touchpoint:
    """A mailbox whose sending address is proved: what is written leaves, once ``tests.letters`` lets it."""
    return prove(mailbox(brand))


def prove(box: Touchpoint) -> Touchpoint:
    """Prove the sending address of a mailbox; nobody listens at its relay."""
    relay = {"address": "bonjour@lindelle.example", "host": "127.0.0.1", "port": 9, "security": "none"}
    box.settings = box.settings | relay
    box.proved_at, box.proved_address = now(), str(relay["address"])
    box.save(update_fields=["settings", "proved_at", "proved_address"])
    return box


def posted(text: str = "Bonjour", *, id: str = "", at: datetime = NOON, **handles: str) -> bytes:  # noqa: A002
    """The bytes of a word posted by ``email=``, ``phone=`` and ``loyalty=``; ``name=`` stands beside them."""
    name = handles.pop("name", "")
    parties = [{"role": "author", "kind": kind, "value": value, "name": name} for kind, value in handles.items()]
    return json.dumps({"id": id, "text": text, "happened_at": at.isoformat(), "parties": parties}).encode()


def mail(body: str = "Bonjour", **headers: str) -> bytes:
    """The bytes of a small mail; header names with ``_`` for ``-``."""
    fields: dict[str, Any] = {"From": "Odile Marchand <odile@client.example>", "To": "bonjour@lindelle.example"}
    fields |= {"Date": "Fri, 20 Nov 2026 12:00:00 +0000", "Subject": "Ma commande"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n".encode()


def say(*words: bytes, at: Touchpoint, mode: Mode = Mode.LIVE, when: datetime = NOON) -> list[Interaction]:
    """Let words come through the door and be read; return the interactions they point to, in order."""
    deliveries = [Delivery(raw, key=f"{index}") for index, raw in enumerate(words)]
    known = Interaction.objects.filter(touchpoint=at).count()
    deliveries = [Delivery(d.raw, f"{known}-{d.key}") for d in deliveries]
    received = receive(touchpoint=at, deliveries=deliveries, mode=mode, received_at=when)
    process_waiting()
    ends = Outcome.objects.in_bulk([r.arrival_id for r in received])
    found = [ends[r.arrival_id].interaction for r in received]
    return [interaction for interaction in found if interaction is not None]
