"""Jobs of measures: each calls one function, may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from egards import jobnames
from egards.core.clock import now
from egards.core.jobs import RETRY
from egards.measures.actions import count_touched, touch_everything
from egards.measures.alerts import watch
from egards.understanding.reread import reread_all


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.COUNT_DAYS, queueing_lock=jobnames.COUNT_DAYS)
def count_days_job(timestamp: int = 0) -> None:
    """Count the days that changed since the last minute."""
    count_touched()


@app.task(name=jobnames.READ_AGAIN, queueing_lock=jobnames.READ_AGAIN, lock=jobnames.READ_AGAIN, retry=RETRY)
def read_again_job() -> None:
    """Read again with the version in force; what the days counted is then counted anew."""
    if reread_all():
        touch_everything()


@app.periodic(cron="23 * * * *")
@app.task(name=jobnames.WATCH_THEMES, queueing_lock=jobnames.WATCH_THEMES)
def watch_themes_job(timestamp: int = 0) -> None:
    """Alert those who manage a brand of themes that rise."""
    watch(at=now())
