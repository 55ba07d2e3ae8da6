"""Jobs of understanding: each calls one function, may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from egards import jobnames
from egards.understanding.teaching import learn_version


@app.periodic(cron="*/10 * * * *")
@app.task(name=jobnames.LEARN, queueing_lock=jobnames.LEARN)
def learn_job(timestamp: int = 0) -> None:
    """Learn from members' corrections once enough are new."""
    learn_version()
