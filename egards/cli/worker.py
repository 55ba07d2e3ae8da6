"""The worker's process: runs jobs until it is told to stop."""

from __future__ import annotations

import asyncio
import logging

import django

if __name__ == "__main__":
    django.setup()
    from procrastinate.contrib.django import app  # jobs are found only once Django is ready

    logging.getLogger("procrastinate").setLevel(logging.WARNING)

    async def work() -> None:
        """Run jobs, two at a time; on SIGTERM finish those at hand."""
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                concurrency=2, install_signal_handlers=True, shutdown_graceful_timeout=10, delete_jobs="successful"
            )

    asyncio.run(work())
