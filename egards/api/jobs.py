"""Jobs of the API: each calls one function, may run twice, takes ids."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from egards import jobnames
from egards.api.idempotency import forget_old_answers
from egards.api.webhooks import due_endpoints, forget_old_deliveries, note_words, send_due
from egards.core.jobs import RETRY, ask_for

#: Webhooks have their own queue, so that a worker may be set apart for them.
QUEUE = "webhooks"


@app.periodic(cron="* * * * *")
@app.task(name=jobnames.SEND_WEBHOOKS, queue=QUEUE, retry=RETRY)
def send_webhooks_job(timestamp: int = 0, kind: str = "", refs: Sequence[str] = ()) -> None:
    """Make the deliveries that follow from what happened, then ask for each endpoint's own job."""
    note_words(kind=kind, refs=[UUID(ref) for ref in refs])
    for endpoint_id in due_endpoints():
        ask_for(jobnames.SEND_TO_ENDPOINT, about=str(endpoint_id), endpoint_id=str(endpoint_id))


@app.task(name=jobnames.SEND_TO_ENDPOINT, queue=QUEUE)
def send_to_endpoint_job(endpoint_id: str) -> None:
    """Tell one endpoint what is due; ask for another turn when there is more."""
    send_due(UUID(endpoint_id))
    if UUID(endpoint_id) in due_endpoints():
        ask_for(jobnames.SEND_TO_ENDPOINT, about=endpoint_id, endpoint_id=endpoint_id)


@app.periodic(cron="17 * * * *")
@app.task(name=jobnames.SWEEP_API, queueing_lock=jobnames.SWEEP_API)
def sweep_job(timestamp: int = 0) -> None:
    """Forget the answers and deliveries that have been kept long enough."""
    forget_old_answers()
    forget_old_deliveries()
