"""The intake's job: a bad hour never makes it sleep, and a dead worker's jobs do not stop those of others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection, connections

from egards import jobnames
from egards.core.clock import now
from egards.core.jobs import ask_for, retry_stalled
from egards.intake import jobs as intake_jobs
from egards.intake.jobs import process_waiting_job
from tests.loops import run_apart

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_queue(db: None) -> None:
    """Other tests may have committed requests: Django's flush does not know the queue's tables."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.mark.parametrize("attempts", [0, 5, 50])
def test_after_any_number_of_failures_nobody_waits_long_to_ask_for_it(attempts: int) -> None:
    """A job that waits for its next turn holds the only place in the queue."""
    strategy = process_waiting_job.retry_strategy
    job = process_waiting_job.configure().job.evolve(attempts=attempts)
    decision = strategy.get_retry_decision(exception=OSError(), job=job) if strategy else None
    assert decision is None or (decision.retry_at and decision.retry_at - now() < timedelta(seconds=30))


def test_when_the_base_fails_it_comes_back_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(intake_jobs, "process_waiting", away)
    process_waiting_job(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, scheduled_at - now() FROM procrastinate_jobs WHERE status = 'todo'")
        ((name, wait),) = cursor.fetchall()
    assert name == jobnames.PROCESS_WAITING
    assert wait < timedelta(seconds=30)


def test_a_dead_workers_job_that_was_asked_again_meanwhile_does_not_hold_back_the_others() -> None:
    ask_for(jobnames.PROCESS_WAITING)
    ask_for(jobnames.SWEEP_BLOBS)
    with connection.cursor() as cursor:  # their worker died: its row is gone
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    ask_for(jobnames.PROCESS_WAITING)
    run_apart(_retry())
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY 1, 2")
        jobs = cursor.fetchall()
    assert (jobnames.SWEEP_BLOBS, "todo") in jobs
    assert [status for name, status in jobs if name == jobnames.PROCESS_WAITING and status != "failed"] == ["todo"]


async def _retry() -> None:
    await retry_stalled(timestamp=0)
    await sync_to_async(connections.close_all)()  # the thread's own
