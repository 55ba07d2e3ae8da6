"""Jobs of intake: each calls one function, may run twice, takes ids at most."""

from __future__ import annotations

from procrastinate.contrib.django import app

from egards import jobnames
from egards.core.jobs import RETRY, ask_for
from egards.intake.follow_up import follow_up
from egards.intake.pipeline import process_waiting


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.PROCESS_WAITING, queueing_lock=jobnames.PROCESS_WAITING, retry=RETRY)
def process_waiting_job(timestamp: int = 0) -> None:
    """Read what waits, then say what happened."""
    process_waiting()
    follow_up()


def wake_intake() -> None:
    """Ask the worker to read what waits, once it is committed. One request in the queue is enough."""
    ask_for(jobnames.PROCESS_WAITING)
