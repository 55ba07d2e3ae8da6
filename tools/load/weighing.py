"""What is looked at every few seconds while the load lasts: memory, work, files, connections, what waits."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil
import psycopg

from tools.load.house import OURS, Opened

EVERY_SECONDS = 5.0

# A job's age: since it was due, or since it was asked for.
_WAITING = """
WITH due AS (
    SELECT status, coalesce(scheduled_at, (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)) AS at
    FROM procrastinate_jobs j WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now()))
SELECT (SELECT count(*) FROM due WHERE status = 'todo'),
       (SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float FROM due),
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'),
       (SELECT count(*) FROM interactions_waiting),
       (SELECT count(*) FROM core_liveoutbox),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())
"""


@dataclass(frozen=True)
class Waiting:
    """What waited at one moment: due jobs, the age of the oldest, failed ones, unread words, unnumbered events."""

    jobs: int
    oldest_seconds: float
    failed: int
    words: int
    events: int
    connections: int


@dataclass
class Scales:
    """Everything weighed so far; moments in seconds since the load began."""

    opened: Opened
    memory: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    waiting: list[Waiting] = field(default_factory=list)
    spent: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    deaths: int = 0

    def __post_init__(self) -> None:
        self._base = psycopg.connect(self.opened.house.url, autocommit=True)
        self._over = threading.Event()
        self._first = self._seconds()
        self._pids = self._known()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @property
    def lasted(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    def stop(self) -> None:
        """Weigh no more; what the processes worked meanwhile is told."""
        self._over.set()
        self._thread.join(30)
        self.lasting = self.lasted
        now = self._seconds()
        self.spent = {name: now[name] - self._first.get(name, 0.0) for name in now}

    def look(self) -> Waiting:
        """Ask the base what waits now."""
        row = self._base.execute(_WAITING).fetchone()
        assert row
        return Waiting(*row)

    def unended(self) -> Waiting:
        """Return what waits after the end (a connection of its own: the first may be gone)."""
        with psycopg.connect(self.opened.house.url, autocommit=True) as base:
            row = base.execute(_WAITING).fetchone()
        assert row
        return Waiting(*row)

    def total(self) -> list[tuple[float, float]]:
        """The memory of the product's processes together."""
        series = [self.memory[name] for name in OURS if name in self.memory]
        return [(rows[0][0], sum(value for _at, value in rows)) for rows in zip(*series, strict=False)]

    def _watch(self) -> None:
        turn = 0
        while not self._over.is_set():
            try:
                self._weigh()
            except psutil.NoSuchProcess as gone:
                print(f"un processus de la maison a disparu : {gone}", flush=True)
            turn += 1
            self._over.wait(max(0.0, self.began + turn * EVERY_SECONDS - time.monotonic()))

    def _weigh(self) -> None:
        at = self.lasted
        for name, processes in self.opened.processes().items():
            self.memory[name].append((at, sum(_memory(one, is_shared=name == "postgresql") for one in processes)))
            if name != "postgresql":
                self.files[name].append(sum(_files(one) for one in processes))
        known = self._known()
        self.deaths += len(self._pids - known)
        self._pids = known
        try:
            self.waiting.append(self.look())
        except psycopg.Error as error:
            print(f"la base ne répond pas à la balance : {type(error).__name__}", flush=True)

    def _known(self) -> set[int]:
        return {one.pid for name, ones in self.opened.processes().items() if name in OURS for one in ones}

    def _seconds(self) -> dict[str, float]:
        found = {name: sum(map(_worked, ones)) for name, ones in self.opened.processes().items()}
        ours = psutil.Process()
        found["charge"] = _worked(ours) + sum(map(_worked, ours.children()))
        found["charge"] -= _worked(self.opened.first) if self.opened.first in ours.children() else 0.0
        found["charge"] -= _worked(self.opened.postmaster) if self.opened.postmaster in ours.children() else 0.0
        return found


def most(values: Sequence[float]) -> float:
    """The most of some figures; 0 when there are none."""
    return max(values, default=0.0)


def _memory(process: psutil.Process, *, is_shared: bool) -> float:
    """Bytes: what it holds; for PostgreSQL its share of what they hold together (PSS)."""
    try:
        return float(process.memory_full_info().pss if is_shared else process.memory_info().rss)
    except psutil.Error:
        return 0.0


def _files(process: psutil.Process) -> int:
    try:
        return int(process.num_fds())
    except psutil.Error:
        return 0


def _worked(process: psutil.Process) -> float:
    """Processor seconds, with those of its children that ended."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
