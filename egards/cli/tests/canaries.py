"""A house with one person spread everywhere, for tests that look at the bytes on the disk.

Run as a program, because a house of its own needs settings of its own:
``python -m egards.cli.tests.canaries seed|forget|restore …`` with EGARDS_HOME and DATABASE_URL.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egards.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from egards.cli.backup import backup, backup_keys_folder  # noqa: E402
from egards.cli.forgetting import find_person, forget  # noqa: E402
from egards.cli.restoring import restore  # noqa: E402
from egards.customers.actions import merge_customers  # noqa: E402
from egards.customers.models import Customer, Identity  # noqa: E402
from egards.intake.pipeline import process_waiting  # noqa: E402
from egards.interactions.doors import Delivery, receive  # noqa: E402
from egards.interactions.models import Batch, Mode, Outcome  # noqa: E402
from tests.builders import api_touchpoint, mail, mailbox, posted  # noqa: E402

EMAIL = "canari.courriel.zq1@client.example"
PHONE = "+33612349876"
OTHER = "temoin.zq0@client.example"

#: Where the person was put → what must be nowhere once they are forgotten.
CANARIES = {
    "e-mail": EMAIL.encode(),
    "phone": PHONE.encode(),
    "loyalty": b"CANARIFIDELITEZQ3",
    "name": b"Canarinomzq4",
    "sort key": b"canarinomzq4",
    "subject": b"canariobjetzq5",
    "text": b"canaritextezq6",
    "html": b"canarihtmlzq7",
    "attachment name": b"canaripiecezq8",
    "small attachment": b"canaripetitzq9",
    "large attachment": b"canarigrandzq10",
    "raw header": b"canarientetezq11",
    "facts": b"canarifaitzq12",
    "quarantined bytes": b"canariquarantainezq13",
    "batch source": b"canarilotzq14",
    "reason": b"canariraisonzq15",
    "merged customer": b"canarifusionzq16",
}
#: Somebody else's words: they must stay.
WITNESS = b"temointextezq17"


def seed() -> None:
    """Spread the person, and one witness, over every table and folder."""
    call_command("migrate", verbosity=0, interactive=False)
    api, post = api_touchpoint(), mailbox()
    batch = Batch.objects.create(touchpoint=post, source="canarilotzq14.eml", options={"note": EMAIL})
    receive(touchpoint=post, deliveries=[Delivery(letter(), "1")], mode=Mode.ARCHIVE, batch=batch)
    word: dict[str, Any] = {"email": EMAIL, "phone": PHONE, "loyalty": "CANARIFIDELITEZQ3", "name": "Canarinomzq4 Test"}
    body = json.loads(posted("Un mot canaritextezq6", id="a", **word))
    body["facts"] = {"order": "canarifaitzq12"}
    other = posted("Encore", id="b", email="canarifusionzq16@client.example", name="Canarinomzq4")
    odd = {"text": f"canariquarantainezq13 {PHONE}", "parties": [{"role": "canariraisonzq15", "kind": "email"}]}
    hidden = mail("illisible", To=base64.b64encode(EMAIL.encode()).decode())
    witness = posted("Un mot temointextezq17", id="c", email=OTHER, name="Témoin")
    words = [json.dumps(body).encode(), other, json.dumps(odd).encode(), witness, b"{" + hidden]
    receive(touchpoint=api, deliveries=[Delivery(w, str(i)) for i, w in enumerate(words)])
    process_waiting()
    Outcome.objects.filter(status="quarantined").update(reason=f"canariraisonzq15 {EMAIL}")
    person = Customer.objects.get(identities__handle__value=EMAIL)
    merge_customers(kept=person, joined=Customer.objects.get(identities__handle__value__startswith="canarifusion"), by=None)  # fmt: skip  # noqa: E501
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does: sample values go to pg_statistic


def letter() -> bytes:
    """A mail with everything in it."""
    message = EmailMessage()
    message["From"] = f"Canarinomzq4 Test <{EMAIL}>"
    message["To"] = "bonjour@lindelle.example"
    message["Subject"] = "canariobjetzq5"
    message["X-Canary"] = "canarientetezq11"
    message["Message-ID"] = "<canaris@client.example>"
    message["Date"] = "Fri, 20 Nov 2026 12:00:00 +0000"
    message.set_content("canaritextezq6 dans un courriel")
    message.add_alternative("<p>canarihtmlzq7</p>", subtype="html")
    message.add_attachment("canaripetitzq9", filename="canaripiecezq8.txt")
    large = b"canarigrandzq10" + os.urandom(200_000).hex().encode()
    message.add_attachment(large, maintype="text", subtype="plain", filename="grand.txt", cte="8bit")
    return message.as_bytes()


def main(arguments: list[str]) -> None:
    """Do one step, and print what the test wants to know as JSON."""
    step, *rest = arguments
    if step == "seed":
        seed()
        told: dict[str, object] = {"rows": backup(Path(rest[0])).rows, "keys": str(backup_keys_folder())}
    elif step == "forget":
        done = forget(find_person(EMAIL))
        told = {"counts": done.counts, "warnings": done.warnings, "quarantined": len(done.quarantined)}
        told |= {"current": Identity.objects.filter(ended_at=None).count(), "seconds": done.seconds}
    else:
        restored = restore(Path(rest[0]), keys=Path(rest[1]), erasures=Path(rest[2]))
        told = {"replayed": restored.erasures_replayed, "rows": restored.rows}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])
