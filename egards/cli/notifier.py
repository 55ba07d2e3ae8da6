"""The notifier's process: numbers what was committed and wakes open screens, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading

import django
from django.db import Error, connection

from egards.core.live import notify_until


def run(stop: threading.Event) -> None:
    """Notify until ``stop``; a database that went away is tried again."""
    while not stop.is_set():
        try:
            notify_until(stop)
        except Error:
            logging.getLogger("egards.live").warning("le notifieur attend la base")
            connection.close()
            stop.wait(1)


if __name__ == "__main__":
    django.setup()
    told_to_stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: told_to_stop.set())
    run(told_to_stop)
