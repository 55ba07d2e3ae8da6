"""One of the processes that fill the demo: ``python -m egards.cli.child town-helper SHARE OF UNTIL``.

It says on its output how much it has to tell (``of 812``) and what it has told (``+ 3``); it ends with whoever reads
it: a broken pipe stops it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import datetime

from egards.demo.filling import hurry, tell
from egards.demo.models import TownHere


def main() -> None:
    """Tell one share of what the house opens with."""
    share, of, until = int(sys.argv[2]), int(sys.argv[3]), datetime.fromisoformat(sys.argv[4])
    hurry()
    here = TownHere.objects.get()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        tell(
            here, until, share=share, of=of, is_opening=True,
            begins=lambda n: _say(f"of {n}"), heard=lambda n: _say(f"+ {n}"),
        )  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
