"""Jobs of intake: each calls one function, may run twice, takes ids at most."""

from __future__ import annotations

import logging
from contextlib import suppress

from django.db import Error, InterfaceError, OperationalError
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from egards import jobnames
from egards.core.jobs import ask_for
from egards.intake.follow_up import follow_up
from egards.intake.pipeline import process_waiting

log = logging.getLogger("egards.intake")

#: When the base or the disk fails us, we come back after this long; every minute in any case.
COME_BACK_SECONDS = 5


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.PROCESS_WAITING, queueing_lock=jobnames.PROCESS_WAITING)
def process_waiting_job(timestamp: int = 0) -> None:
    """Read what waits, and say what happened. Never retried by the queue: its place there must stay free."""
    try:
        follow_up()  # what a reader that died had still to tell
        process_waiting(between=follow_up)
    except (OperationalError, InterfaceError, OSError) as error:
        log.warning("what waits will be read later: %s", type(error).__name__)
        with suppress(Error, ConnectorException):
            ask_for(jobnames.PROCESS_WAITING, in_seconds=COME_BACK_SECONDS)
