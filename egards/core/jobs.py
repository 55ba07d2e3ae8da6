"""Jobs: Procrastinate is at-least-once, so every effect stands behind a unique key, and stalled jobs are taken back."""

from __future__ import annotations

from django.db import transaction
from procrastinate import RetryStrategy, exceptions, jobs
from procrastinate.contrib.django import app

from egards import jobnames
from egards.core.clock import is_moved
from egards.core.happenings import sweep_followed

#: Not for a job with a queueing lock: until its next turn, hours later in the end, nobody else could ask for it.
RETRY = RetryStrategy(max_attempts=10, exponential_wait=4)
#: A worker that has not shown its heartbeat for this long is dead; its jobs go back to the queue.
STALLED_AFTER_SECONDS = 60


def ask_for(job: str, *, about: str = "", in_seconds: int = 0, **arguments: str) -> None:
    """Ask the worker for a job by name, which a lower floor may do for a higher one's. One in the queue is enough.

    With ``about`` (an id), one in the queue per id, and never two of the same id at once.
    Best called after the commit of what the job should see: a job already in the queue may start before. While the
    clock is moved nothing is asked for: whoever tells the past does what followed from it themselves.
    """
    if is_moved():
        return
    try:
        with transaction.atomic():  # a refused insert must not spoil the caller's transaction
            lock = f"{job} {about}" if about else None
            later = {"seconds": in_seconds} if in_seconds else None
            app.configure_task(job, queueing_lock=lock or job, lock=lock, schedule_in=later).defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.RETRY_STALLED, queueing_lock=jobnames.RETRY_STALLED, pass_context=False)
async def retry_stalled(timestamp: int) -> None:
    """Put back in the queue the jobs whose worker died; one that was asked for again meanwhile is let go."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        try:
            await app.job_manager.retry_job(job)
        except exceptions.UniqueViolation:
            await app.job_manager.finish_job(job, status=jobs.Status.ABORTED, delete_job=True)


@app.periodic(cron="41 3 * * *")
@app.task(name=jobnames.SWEEP_HAPPENINGS, queueing_lock=jobnames.SWEEP_HAPPENINGS)
def sweep_happenings(timestamp: int) -> None:
    """Drop every night the happenings that were followed long ago."""
    sweep_followed()
