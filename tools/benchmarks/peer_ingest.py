"""Runs in the peer's own environment: take mails in by django-helpdesk's own path; print what became of them as JSON.

Usage: ``python peer_ingest.py LIST`` where LIST names one mail per line. Its settings come by DJANGO_SETTINGS_MODULE.

As generous as its own code allows: each message in a ``try`` of its own (its local mailbox stops at the first failure),
bytes decoded as its IMAP reader does, no acknowledgement sent back, no log.
"""

import json
import logging
import sys
import time
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils.encoding import force_str  # noqa: E402
from helpdesk.email import extract_email_metadata  # type: ignore[import-not-found] # noqa: E402
from helpdesk.models import EmailTemplate, FollowUp, Queue, Ticket  # type: ignore[import-not-found] # noqa: E402


def main() -> None:
    """Prepare its base, ingest, say the figures."""
    call_command("migrate", verbosity=0, interactive=False)
    EmailTemplate.objects.all().delete()  # without a template it sends nothing back
    queue = Queue.objects.create(title="Bench", slug="bench", allow_email_submission=True, email_box_type="local")
    logging.disable(logging.CRITICAL)
    logger = logging.getLogger("peer")
    paths = [Path(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    faults: Counter[str] = Counter()
    stored = 0
    began = time.perf_counter()
    for path in paths:
        try:
            message = force_str(path.read_bytes(), errors="replace")
            stored += extract_email_metadata(message=message, queue=queue, logger=logger) is not None
        except Exception as error:  # its own command would stop here
            faults[type(error).__name__] += 1
    seconds = time.perf_counter() - began
    rows = {"tickets": Ticket.objects.count(), "follow_ups": FollowUp.objects.count()}
    print(json.dumps({"offered": len(paths), "stored": stored, "seconds": seconds, "faults": faults, **rows}))


if __name__ == "__main__":
    main()
