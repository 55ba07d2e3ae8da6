"""`make test-setup`: what a stranger lives. A fresh clone of HEAD is installed, tested, and its first page timed.

Four cells: root or an ordinary account × the embedded PostgreSQL or the system's PostgreSQL 15. Root is needed to run
them all; `--cell user-embedded` runs one. The result is written in docs/setup-matrix.md, a cell that was not run
keeping its former line. Standard library only, so that it may run before anything is installed.
"""

import argparse
import os
import platform
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "setup-matrix.md"
SYSTEM_POSTGRES = Path("/usr/lib/postgresql/15/bin")
STRANGER_UID = 26844  # an account without a name, the hardest case: `docker run --user 26844`
FIRST_PAGE_SECONDS = 20
CELLS = ("root-embedded", "user-embedded", "root-postgresql15", "user-postgresql15")
HEAD = """# Installation vérifiée

Ce que vit un inconnu : un clone neuf du dépôt, `make test`, puis `make run ARGS=--empty` jusqu’à la première page. Page
écrite par `make test-setup`, qui la refait.

| cas | commit | machine | date | installer et tester (s) | première page (s) | résultat |
|---|---|---|---|---:|---:|---|
"""


@dataclass
class Account:
    """Who lives the cell: the words subprocess needs to become them, and their environment."""

    uid: int
    home: Path
    extra: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, cwd: Path, log: Path) -> int:
        """Run a command as them; its dialogue is added to the log; returns the exit code."""
        with log.open("ab") as file:
            return self.begin(*words, cwd=cwd, log=file.fileno()).wait()

    def begin(self, *words: str, cwd: Path, log: int) -> subprocess.Popen[bytes]:
        """Start a command as them, in a session of its own."""
        other = self.uid if self.uid != os.geteuid() else None
        return subprocess.Popen(
            words,
            cwd=cwd,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=other,
            group=other,
            extra_groups=None if other is None else [],
        )

    def environment(self) -> dict[str, str]:
        """A plain login's variables, and what tells pip and TLS about this network."""
        kept = re.compile(r"PIP_|SSL_|REQUESTS_CA|CURL_CA|.*_proxy$", re.IGNORECASE)
        network = {name: value for name, value in os.environ.items() if kept.match(name)}
        return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.home), "LANG": "C", **network, **self.extra}


@dataclass
class Result:
    """One line of the page."""

    cell: str
    tested: float
    first_page: float | None
    verdict: str


def main() -> int:
    """Run the cells that can be run here; 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cell", choices=CELLS, help="un seul cas")
    parser.add_argument("--keep", action="store_true", help="garder les copies pour les regarder")
    options = parser.parse_args()
    results = [live(cell, keep=options.keep) for cell in CELLS if options.cell in (None, cell)]
    write_page(results)
    return 0 if all(result.verdict == "réussi" for result in results) else 1


def live(cell: str, *, keep: bool) -> Result:
    """One cell from clone to first page."""
    who, base = cell.split("-")
    if why_not := impossible(who, base):
        print(f"– {cell} : {why_not}")
        return Result(cell, 0, None, f"non exécuté : {why_not}")
    folder = Path(tempfile.mkdtemp(prefix=f"setup-{cell}-"))
    folder.chmod(0o711)
    uid = STRANGER_UID if who == "user" and os.geteuid() == 0 else os.geteuid()
    account = Account(uid, folder / "home")
    print(f"  {cell} dans {folder}…", flush=True)
    with database(base, folder) as address:
        if address:
            account.extra["DATABASE_URL"] = address
        result = try_it(cell, folder, account)
    print(f"{'✓' if result.verdict == 'réussi' else '✗'} {cell} : {result.verdict}, {result.tested:.0f} s", flush=True)
    if result.verdict == "réussi" and not keep:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"    dialogue : {folder / 'log'}")
    return result


def impossible(who: str, base: str) -> str:
    """Why a cell cannot be lived here, or an empty string."""
    if who == "root" and os.geteuid() != 0:
        return "il faut être root"
    if base == "postgresql15" and not SYSTEM_POSTGRES.exists():
        return "PostgreSQL 15 n’est pas installé sur cette machine"
    if base == "postgresql15" and os.geteuid() != 0:
        return "il faut être root pour confier PostgreSQL à un autre compte"
    return ""


def try_it(cell: str, folder: Path, account: Account) -> Result:
    """Clone, test, and time the first page."""
    copy, log = folder / "egards", folder / "log"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, copy], check=True)
    account.home.mkdir()
    for path in (copy, account.home):
        subprocess.run(["chown", "-R", f"{account.uid}:{account.uid}", path], check=True)
    began = time.monotonic()
    code = account.run("make", "test", cwd=copy, log=log)
    tested = time.monotonic() - began
    if code:
        return Result(cell, tested, None, "échec de make test")
    first_page = time_first_page(copy, log, account)
    if first_page is None:
        return Result(cell, tested, None, "échec de make run")
    slow = first_page > FIRST_PAGE_SECONDS
    return Result(cell, tested, first_page, f"première page après {FIRST_PAGE_SECONDS} s" if slow else "réussi")


def time_first_page(copy: Path, log: Path, account: Account) -> float | None:
    """Seconds from `make run`, once installed, to a first page with status 200; None when none came in 3 minutes.

    Of an empty house (``--empty``): the demo fills itself first, for a minute or so.
    """
    start = log.stat().st_size
    began = time.monotonic()
    with log.open("ab") as file:
        house = account.begin("make", "run", "ARGS=--empty", cwd=copy, log=file.fileno())
    try:
        while time.monotonic() - began < 180 and house.poll() is None:
            said = log.read_bytes()[start:].decode(errors="replace")
            address = re.search(r"http://(?:localhost|127\.0\.0\.1):\d+", said)
            if address and answers(address.group(0)):
                return time.monotonic() - began
            time.sleep(0.1)
        return None
    finally:
        stop(house)


def answers(address: str) -> bool:
    """Whether the house shows a page, without going through the network's proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(house: subprocess.Popen[bytes]) -> None:
    """Ctrl-C, as at a terminal: to the whole group; then wait, and insist after a minute."""
    for number, seconds in ((signal.SIGINT, 60), (signal.SIGKILL, 10)):
        if house.poll() is None:
            os.killpg(house.pid, number)
            try:
                house.wait(seconds)
            except subprocess.TimeoutExpired:
                continue


@contextmanager
def database(base: str, folder: Path) -> Iterator[str]:
    """The address of a private PostgreSQL 15 of the system, or an empty string for the embedded one."""
    if base == "embedded":
        yield ""
        return
    account = pwd.getpwnam("postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody")
    data = folder / "postgresql15"
    data.mkdir(mode=0o700)
    os.chown(data, account.pw_uid, account.pw_gid)
    options = f"-c listen_addresses=127.0.0.1 -p {free_port()} -k {data} -c fsync=off"
    port = options.split(" -p ")[1].split()[0]

    def run(*words: str | Path) -> None:
        subprocess.run(words, cwd="/", check=True, stdout=subprocess.DEVNULL, user=account.pw_uid, group=account.pw_gid)

    run(SYSTEM_POSTGRES / "initdb", "-D", data / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
    run(SYSTEM_POSTGRES / "pg_ctl", "-D", data / "data", "-l", data / "log", "-w", "-o", options, "start")
    try:
        psql = (SYSTEM_POSTGRES / "psql", "-h", data, "-p", port, "-U", "postgres", "-q", "-c")
        run(*psql, "CREATE ROLE egards LOGIN CREATEDB PASSWORD 'essai'")
        run(*psql, "CREATE DATABASE egards OWNER egards")
        yield f"postgresql://egards:essai@127.0.0.1:{port}/egards"
    finally:
        run(SYSTEM_POSTGRES / "pg_ctl", "-D", data / "data", "-m", "immediate", "stop")


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_page(results: list[Result]) -> None:
    """Write the page; a cell not run this time keeps its former line."""
    former = dict(re.findall(r"^\| (\S+) (\|.*)$", PAGE.read_text(), re.MULTILINE)) if PAGE.exists() else {}
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    machine = f"{os_name()}, {os.cpu_count()} cœurs, {python_of(Account(0, ROOT))}"
    today = datetime.now(UTC).date().isoformat()
    for result in results:
        page = f"{result.first_page:.1f}" if result.first_page is not None else "–"
        tested = f"{result.tested:.0f}" if result.tested else "–"
        line = f"| {commit.stdout.strip()} | {machine} | {today} | {tested} | {page} | {result.verdict} |"
        former[result.cell] = line
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(HEAD + "".join(f"| {cell} {former[cell]}\n" for cell in CELLS if cell in former))


def python_of(account: Account) -> str:
    """The Python that a plain login finds, which made the copies' environments."""
    path = account.environment()["PATH"]
    python = shutil.which("python3", path=path) or "python3"
    return subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def os_name() -> str:
    """The system and processor, without the machine's own name."""
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        name = "Linux"
    return f"{name} {platform.machine()}"


if __name__ == "__main__":
    sys.exit(main())
