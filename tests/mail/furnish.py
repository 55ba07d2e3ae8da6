"""`python -m tests.mail.furnish PORT`: in a house of its own, a touchpoint that reads the IMAP server at PORT."""

from __future__ import annotations

import sys

import django

django.setup()

from egards.accounts.models import Brand  # noqa: E402 (models are read only once Django is ready)
from egards.touchpoints.actions import open_touchpoint  # noqa: E402
from egards.touchpoints.mailboxes import connect_mailbox  # noqa: E402
from tests.mail.dovecot import PASSWORD, USER  # noqa: E402

ADDRESS = "bonjour@lindelle.example"

if __name__ == "__main__":
    settings = {"address": ADDRESS}
    box = open_touchpoint(brand=Brand.objects.get(), kind="mail", name="Courriel", settings=settings)
    said = {"protocol": "imap", "host": "127.0.0.1", "port": int(sys.argv[1]), "security": "none", "username": USER}
    said |= {"folder": "INBOX", "put_away": "", "takes_past": True}
    connect_mailbox(touchpoint=box, settings=said, password=PASSWORD, by=None)
