"""Beside the running house, on the town's order: hands mail in, wakes the clock's jobs, says when all is at rest.

One order a line (JSON) on its input, one answer a line. Mail comes in by ``egards import --live``'s own work: a mailbox
that listens (LMTP) does not exist yet. Jobs are put in the house's queue; its worker does them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402
from procrastinate.exceptions import AlreadyEnqueued  # noqa: E402

from egards import jobnames  # noqa: E402
from egards.cli.importing import Request, import_path  # noqa: E402
from egards.core.jobs import ask_for  # noqa: E402
from egards.interactions.models import Mode  # noqa: E402
from egards.touchpoints.models import Touchpoint  # noqa: E402

PATIENCE_SECONDS = 120.0
#: Something is due and not done, or being done, or waits to be read.
_BUSY = """
SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'
        OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())))
    OR EXISTS (SELECT 1 FROM interactions_waiting)
"""


def main() -> None:
    """Do what is asked until the input ends."""
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        print(json.dumps(_DONE[order["do"]](order)), flush=True)


def hand_mail_in(order: dict[str, Any]) -> dict[str, int]:
    """Let the mails of a folder come in, live."""
    touchpoint = Touchpoint.objects.select_related("brand").get(slug=order["touchpoint"])
    account = import_path(Path(order["folder"]), Request(touchpoint.brand, Mode.LIVE, touchpoint))
    ask_for(jobnames.PROCESS_WAITING)
    return dict(account.ends)


def wake_jobs(order: dict[str, Any]) -> dict[str, int]:
    """Put jobs in the queue that the house does by the minute, by the moved clock."""
    for name in order["names"]:
        try:
            app.configure_task(name, queueing_lock=name).defer(timestamp=int(time.time()))
        except AlreadyEnqueued:
            continue
    return {}


def wait_for_rest(order: dict[str, Any]) -> dict[str, float]:
    """Wait until nothing is due, being done or unread any more."""
    began = time.monotonic()
    while _is_busy():
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError("the house finds no rest")
        time.sleep(0.02)
    return {"seconds": time.monotonic() - began}


def _is_busy() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_BUSY)
        (busy,) = cursor.fetchone() or (False,)
    return bool(busy)


_DONE = {"mail": hand_mail_in, "jobs": wake_jobs, "rest": wait_for_rest}

if __name__ == "__main__":
    main()
