"""Jobs of interactions: each calls one function, may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from egards import jobnames
from egards.core.jobs import ask_for
from egards.interactions.files import sweep_orphans
from egards.interactions.sending import send_due

SENT_IN_ONE_GO = 500


@app.periodic(cron="17 3 * * *")
@app.task(name=jobnames.SWEEP_BLOBS, queueing_lock=jobnames.SWEEP_BLOBS)
def sweep_blobs(timestamp: int = 0) -> None:
    """Remove files that no row points to, every night."""
    sweep_orphans()


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.SEND_LETTERS, queueing_lock=jobnames.SEND_LETTERS)
def send_letters(timestamp: int = 0) -> None:
    """Send what is due; what must wait, or is too much for one go, comes back at once or with the next minute."""
    if send_due(limit=SENT_IN_ONE_GO).total() == SENT_IN_ONE_GO:
        ask_for(jobnames.SEND_LETTERS)
