"""Processes that the house starts: a part by name (``python -m egards.cli.child worker``), a reader beside an import.

Nothing of Django is imported at the top: these run before it is ready.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import sys

import django

PARTS = {
    "worker": "egards.cli.worker",
    "notifier": "egards.cli.notifier",
    "mailboxes": "egards.cli.mailboxes",
    "mail-door": "egards.cli.mail_door",
    "town": "egards.demo.living",
    "town-helper": "egards.demo.helping",
}

_PR_SET_PDEATHSIG = 1  # prctl(2)


def make_reader_ready(parent: int) -> None:
    """Make a reading process ready: it leaves Ctrl-C to its command, and dies with it whatever kills it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # the command was killed before we asked
    django.setup()


if __name__ == "__main__":
    django.setup()
    importlib.import_module(PARTS[sys.argv[1]]).main()
