"""The worker: runs jobs until it is told to stop."""

from __future__ import annotations

import asyncio

from procrastinate.contrib.django import app

#: Seconds left to the jobs at hand when the house closes.
GRACE_SECONDS = 10


def main() -> None:
    """Run jobs, two at a time."""
    asyncio.run(_work())


async def _work() -> None:
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=2,
            install_signal_handlers=True,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
        )
