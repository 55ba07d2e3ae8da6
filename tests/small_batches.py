"""``egards import`` with small batches, and able to kill itself before its nth statement; in a process of its own."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from django.db import connection

from egards.cli.commands import import_words
from egards.intake import files


class Moments:
    """Counts the statements sent to the base; before the one asked for, dies as by ``kill -9``."""

    def __init__(self, die_at: int) -> None:
        self.die_at = die_at
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any) -> Any:
        """Send one statement, or die."""
        self.seen += 1
        if self.seen == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(statement, params, many, context)


def handle(args: argparse.Namespace) -> int:
    """Import as the product does; then say how many statements it took."""
    vars(files)["BATCH"] = int(os.environ["EGARDS_TEST_BATCH"])
    moments = Moments(int(os.environ["EGARDS_TEST_DIE_AT"]))
    with connection.execute_wrapper(moments):
        code = import_words.handle(args)
    sys.stderr.write(f"statements: {moments.seen}\n")
    return code
