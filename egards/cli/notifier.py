"""The notifier: numbers what was committed and wakes open screens, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading

from django.db import Error, connection

from egards.core.live import notify_until


def main() -> None:
    """Notify until SIGTERM; a database that went away is tried again."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    while not stop.is_set():
        try:
            notify_until(stop)
        except Error:
            logging.getLogger("egards.live").warning("le notifieur attend la base")
            connection.close()
            stop.wait(1)
