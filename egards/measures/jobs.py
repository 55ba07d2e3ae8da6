"""Jobs of measures: each calls one function, may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from egards import jobnames
from egards.measures.actions import count_touched


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.COUNT_DAYS, queueing_lock=jobnames.COUNT_DAYS)
def count_days_job(timestamp: int = 0) -> None:
    """Count the days that changed since the last minute."""
    count_touched()
