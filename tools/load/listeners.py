"""The process that holds the live streams (``tools.load.streams``), and what its hearers should have heard."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.houses import House

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Hearing:
    """How the streams did: ``missed`` of all events that they should have heard, and what they heard besides."""

    streams: int
    heard: int
    missed: int
    wrong: int
    behind: int
    totals: dict[str, int]
    delays_ms: tuple[float, float] | None


@dataclass
class Listeners:
    """Streams held open by a process of their own."""

    port: int
    sessions: Sequence[dict[str, str]]
    folder: Path
    totals: Counter[str] = field(default_factory=Counter)
    _last: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said = self.folder / "sessions.json"
        said.write_text(json.dumps(self.sessions))
        said.chmod(0o600)
        command = [sys.executable, "-m", "tools.load.streams", str(self.port), str(said)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def end(self) -> None:
        """Let them go; what they heard is then known."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reader.join(10)

    def judged(self, house: House) -> Hearing:
        """Hold what each heard against the events that the base numbered for them."""
        rows = house.ask("SELECT number, member_id::text, touchpoint_id IS NOT NULL, extract(epoch FROM at)::float"
                         " FROM core_liveevent ORDER BY number")  # fmt: skip
        return judge(self._last.get("heard", []), rows, self._last.get("moments", []), dict(self.totals))

    def _read(self) -> None:
        for line in self.process.stdout or ():
            said = json.loads(line)
            if "heard" in said:
                self._last = said
            else:
                self.totals = Counter(said)


def judge(
    heard: Sequence[dict[str, Any]],
    rows: Sequence[tuple[int, str | None, bool, float]],
    moments: Sequence[Sequence[float]],
    totals: dict[str, int],
) -> Hearing:
    """Compare: each stream hears what is for everybody of the brand, and what is for its member alone; nothing else.

    ``rows``: (number, member, whether it is of a touchpoint, when). Counts and sums are compared, in order: a missing
    number made up for by another cannot hide in both.
    """
    missed = wrong = behind = 0
    newest: dict[str, int] = {}
    for one in heard:
        member, start, last = one["member"], one["start"], one["last"]
        theirs = [n for n, whose, is_of, _at in rows if n > start and (whose == member if whose else is_of)]
        due = [n for n in theirs if n <= last]
        newest[member] = max(theirs, default=last)
        behind += len(theirs) - len(due)
        missed += max(0, len(due) - one["count"])
        wrong += max(0, one["count"] - len(due)) + (one["count"] == len(due) and one["total"] != sum(due))
    at = {number: moment for number, _m, _t, moment in rows}
    delays = [1000 * (when - at[int(number)]) for number, when in moments if int(number) in at]
    cut = quantiles(delays, n=20) if len(delays) > 20 else None
    count = sum(one["count"] for one in heard)
    return Hearing(len(heard), count, missed, wrong, behind, totals, (cut[9], cut[18]) if cut else None)
