"""Jobs of interactions: each calls one function, may run twice."""

from __future__ import annotations

from procrastinate.contrib.django import app

from egards import jobnames
from egards.interactions.files import sweep_orphans


@app.periodic(cron="17 3 * * *")
@app.task(name=jobnames.SWEEP_BLOBS, queueing_lock=jobnames.SWEEP_BLOBS)
def sweep_blobs(timestamp: int = 0) -> None:
    """Remove files that no row points to, every night."""
    sweep_orphans()
