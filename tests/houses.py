"""Houses of their own, for tests that kill processes: a state folder, a base, and commands as a person runs them.

Their server keeps its promises to the disk (fsync on), unless another PostgreSQL was given to try (DATABASE_URL).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from egards.cli.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent
#: The command with small batches, and able to kill itself at a given statement (tests/small_batches.py).
SMALL_BATCHES = (
    "from egards.cli import main; main.WORK['import'] = 'tests.small_batches'; raise SystemExit(main.main())"
)

#: How often a base is asked to go, a second apart.
_DROPS = 30

_BRAND = """
INSERT INTO accounts_brand (id, name, slug, site, phone, email, postal_address, mediator, legal_notice, privacy_notice,
    answer_minutes, first_answer_minutes, call_slot_minutes, calls_per_slot, reopened_within_days)
VALUES (gen_random_uuid(), 'Ma marque', 'ma-marque', '', '', '', '', '', '', '', 540, 240, 60, 2, 14)
"""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL where bases can be made; ``url`` leads to one of its bases, as the application's role."""

    url: str

    def url_of(self, base: str) -> str:
        """Return the URL of another of its bases."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{quote(base)}"))

    def make_base(self, name: str, *, template: str = "template0") -> None:
        """Make a base, empty or a copy of another one that nobody uses."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            self._drop(connection, name)
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def drop_base(self, name: str) -> None:
        """Drop a base, whoever uses it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            self._drop(connection, name)

    @staticmethod
    def _drop(connection: psycopg.Connection[Any], name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        for _attempt in range(_DROPS):  # the server's own cleaning may be at work there, which no role of ours can stop
            try:
                connection.execute(statement)
                return
            except psycopg.errors.InsufficientPrivilege:
                time.sleep(1)
        connection.execute(statement)


@contextmanager
def lasting_server(folder: Path) -> Iterator[Server]:
    """A throw-away cluster with fsync on."""
    cluster = Cluster(folder, may_create_databases=True, say=lambda sentence: None)
    try:
        yield Server(cluster.start())
    finally:
        cluster.remove()


@dataclass
class Builder:
    """Builds houses on one server: the schema is made once and copied, the keys are the same, so that keyed hashes
    may be compared from house to house."""

    server: Server
    folder: Path
    prefix: str
    _made: list[str] = field(default_factory=list)

    def build(self, name: str) -> House:
        """Return an empty house with today's schema."""
        template = f"{self.prefix}_template"
        if template not in self._made:
            self._made.append(template)
            self.server.make_base(template)
            first = House(self.folder / template, self.server.url_of(template))
            first.home.mkdir(mode=0o700)
            done = first.egards("member")  # any command brings the schema up to date
            if done.returncode:
                raise AssertionError(done.stderr)
            self._open_brand(template)
        base = f"{self.prefix}_{name}"
        self._made.append(base)
        self.server.make_base(base, template=template)
        home = self.folder / base
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        shutil.copytree(self.folder / template / "keys", home / "keys")
        return House(home, self.server.url_of(base))

    def _open_brand(self, base: str) -> None:
        """One word is one within its brand: all houses have the same, or their content keys could not be compared."""
        with psycopg.connect(self.server.url_of(base)) as connection:
            connection.execute(_BRAND)

    def pull_down(self) -> None:
        """Drop every base that was made."""
        for name in self._made:
            self.server.drop_base(name)


@dataclass(frozen=True)
class House:
    """One house: its state folder and its base."""

    home: Path
    url: str

    def egards(
        self, *words: str | Path, small_batches: int = 0, die_at: int = 0, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; ``settings`` are added to its environment."""
        process = self.begin(*words, small_batches=small_batches, die_at=die_at, log=None, **settings)
        out, err = process.communicate(timeout=600)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def begin(
        self, *words: str | Path, small_batches: int = 0, die_at: int = 0, log: Path | None = None, **settings: str
    ) -> subprocess.Popen[str]:
        """Begin a command in a session of its own, so that killing it can never reach the tests.

        What it says goes to ``log``, or to the process's own pipes.
        """
        start = ["-c", SMALL_BATCHES] if small_batches else ["-m", "egards.cli.main"]
        with log.open("w") if log else nullcontext() as written:
            return subprocess.Popen(
                [sys.executable, *start, *map(str, words)],
                cwd=ROOT,
                env=self.environment()
                | {"EGARDS_TEST_BATCH": str(small_batches), "EGARDS_TEST_DIE_AT": str(die_at)}
                | settings,
                stdin=subprocess.DEVNULL,
                stdout=written or subprocess.PIPE,
                stderr=written or subprocess.PIPE,
                text=True,
                start_new_session=True,
            )

    def environment(self) -> dict[str, str]:
        """Our environment without what concerns another house."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("EGARDS_", "PGHOST"))}
        return ours | {"EGARDS_HOME": str(self.home), "DATABASE_URL": self.url, "PYTHONUNBUFFERED": "1"}

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the base something, in a connection of its own."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement).fetchall()

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.ask(f"SELECT count(*) FROM {table}")[0][0])


def wait_until(is_so: Callable[[], bool], *, seconds: float, what: str) -> float:
    """Wait until something is so; return how long it took. Raises ``AssertionError`` after ``seconds``."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"{what} : toujours pas après {seconds:.0f} s")
        time.sleep(0.02)
    return time.monotonic() - began


def figures_of(said: str) -> dict[str, int]:
    """Return the figures that ``egards import`` prints, by their label."""
    lines = re.findall(r"^ *([^\W\d_][^:\n]*?) : ([\d\u202f]+)$", said, re.MULTILINE)
    return {label: int(number.replace("\u202f", "")) for label, number in lines}


@contextmanager
def houses(folder: Path, server: Server, name: str) -> Iterator[Builder]:
    """A builder whose bases are dropped at the end."""
    folder.mkdir(exist_ok=True)
    builder = Builder(server, folder, f"{name}_{os.getpid()}")
    try:
        yield builder
    finally:
        builder.pull_down()
