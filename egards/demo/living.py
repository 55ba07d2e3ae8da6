"""The town goes on while the house is open: what is left of its past is told, then each thing when its moment comes."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import timedelta

from django.db import OperationalError

from egards.core.clock import now
from egards.demo.filling import hurry, plan, tell_rest, the_house
from egards.demo.models import TownHere
from egards.demo.teller import Teller, begin_threads

log = logging.getLogger("egards.demo")

#: How often the town looks whether something happens.
TURN_SECONDS = 5.0
#: The stories of a day are planned this often again, so that tomorrow's begin too.
PLANNED_FOR = timedelta(hours=1)


def main() -> None:
    """Live until told to stop."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    live(stop)


def live(stop: threading.Event) -> None:
    """Tell what is still to tell of the past, then each thing as it happens, until ``stop``."""
    hurry()
    os.nice(10)
    here = TownHere.objects.get()
    tell_rest(here, now(), is_stopped=stop.is_set)
    while not stop.is_set():
        _live_a_while(here, stop)


def _live_a_while(here: TownHere, stop: threading.Event) -> None:
    end = now() + PLANNED_FOR
    teller = Teller(the_house(), begin_threads(plan(here, end)), is_stopped=stop.is_set)
    while not stop.is_set() and now() < end:
        try:
            teller.tell_until(now())
        except OperationalError as error:
            log.warning("la ville attend la base : %s", type(error).__name__)
            return
        stop.wait(TURN_SECONDS)
    here.told_until = min(end, now())
    here.save(update_fields=["told_until"])
