"""The parts of a house that take mail, as processes that are killed and come back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.houses import ROOT, House


@dataclass
class Part:
    """One process of a house, started again each time it is dead."""

    name: str
    house: House
    settings: dict[str, str]
    kills: int = 0
    started_at: float = 0.0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What it said."""
        return self.house.home / f"said-{self.name}"

    def keep_alive(self) -> None:
        """Start it if it does not run."""
        if self._process is None or self._process.poll() is not None:
            self.started_at = time.monotonic()
            with self.log.open("ab") as said:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "egards.cli.child", self.name],
                    cwd=ROOT, env=self.house.environment() | self.settings, stdin=subprocess.DEVNULL, stdout=said,
                    stderr=said, start_new_session=True,
                )  # fmt: skip

    def kill(self) -> None:
        """kill -9, and all that it started."""
        self._end(signal.SIGKILL)
        self.kills += 1

    def stop(self) -> float:
        """Ask it to end; return how long it took. Raises ``subprocess.TimeoutExpired`` when it does not."""
        began = time.monotonic()
        self._end(signal.SIGTERM)
        return time.monotonic() - began

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            self._process.wait(timeout=30)
            self._process = None
