"""The house under load: a base of its own on disk, its processes as `egards run` starts them, its post office."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session

from egards.cli.postgres import Cluster
from egards.cli.supervisor import free_port
from tests.houses import House, wait_until
from tests.smtp_server import SmtpServer, smtp_server
from tools.benchmarks.pages import answers
from tools.town.stage import prove, signed_in
from tools.town.visits import Unexpected

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT, FIRST_MAIL_PORT = 28700, 28900
#: The processes of the product; « run » watches the others. PostgreSQL and the load itself are told apart.
OURS = ("web", "worker", "notifier", "mailboxes", "mail-door", "run")
OPEN_SECONDS = 120.0
#: A key may ask twenty times a second; each is given half of that.
WORDS_OF_A_KEY = 10.0


@dataclass
class PostOffice(SmtpServer):
    """Takes every letter of the house, counts it, and lets it go once the address is proved."""

    letters: int = 0
    keeps: bool = True

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        """A letter."""
        self.letters += 1
        return await super().handle_DATA(server, session, envelope) if self.keeps else "250 2.0.0 OK"


@dataclass
class Opened:
    """An open house: how to come in, and what to weigh."""

    house: House
    url: str
    mail_port: int
    doors: dict[str, Any]
    post: PostOffice
    log: Path
    first: psutil.Process
    postmaster: psutil.Process
    is_new: bool
    _groups: dict[int, str] = field(default_factory=dict)

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return the house's processes by name: ours (``OURS``), and postgresql."""
        found: dict[str, list[psutil.Process]] = {name: [] for name in OURS} | {"run": [self.first]}
        for child in self.first.children():
            name = _name(child)
            found.setdefault(name, []).extend([child, *child.children(recursive=True)])
        found["postgresql"] = [self.postmaster, *self.postmaster.children()]
        return found


@contextmanager
def opened(work: Path, options: Any) -> Iterator[Opened]:
    """Build a house or open the last one again (``options.again``), settle who is asked for, open it; close it all.

    ``options.keep`` and ``options.again`` leave it on disk, in ``work``/maison.
    """
    kept = work / "maison"
    if options.again or options.keep:
        if not options.again:
            remove(kept)
        kept.mkdir(parents=True, exist_ok=True)
        folder = kept
    else:
        work.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=work))
    folder.chmod(0o711)  # ours: the server's account crosses it when root runs the load
    try:
        with _open(folder, options) as found:
            yield found
    finally:
        if folder != kept:
            remove(folder)


def remove(folder: Path) -> None:
    """Remove a house and its base."""
    if (folder / "postgres").exists():
        Cluster(folder, say=lambda sentence: None).remove()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _open(folder: Path, options: Any) -> Iterator[Opened]:
    with ExitStack() as held:
        cluster = held.enter_context(Cluster(folder, say=lambda sentence: None))
        house = House(folder / "house", cluster.uri())
        is_new = not house.home.exists()
        house.home.mkdir(mode=0o700, exist_ok=True)
        done = house.egards("member", **_here())  # any command brings the schema up to date
        if done.returncode:
            raise Unexpected(done.stderr)
        doors = _settled(house, options)
        post = PostOffice()
        held.enter_context(smtp_server(handler=post))
        log = folder / "run.log"
        mail_port = free_port(FIRST_MAIL_PORT, "127.0.0.1")
        url, process = held.enter_context(_running(house, mail_port, log))
        prove(signed_in(url, **doors["keeper"]), doors, post)
        post.keeps = False
        post.messages.clear()
        pid = int((cluster.data / "postmaster.pid").read_text().split()[0])
        first, postmaster = psutil.Process(process.pid), psutil.Process(pid)
        yield Opened(house, url, mail_port, doors, post, log, first, postmaster, is_new)


def _settled(house: House, options: Any) -> dict[str, Any]:
    keys = max(1, round(options.words / WORDS_OF_A_KEY))
    numbers = map(str, (options.advisers, options.streams, keys))
    done = subprocess.run(
        [sys.executable, "-m", "tools.load.settle", *numbers], cwd=ROOT, capture_output=True, text=True, check=False,
        env=house.environment() | _here() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings"},
    )  # fmt: skip
    if done.returncode:
        raise Unexpected(done.stderr[-3000:])
    doors: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return doors


@contextmanager
def _running(house: House, mail_port: int, log: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port(FIRST_PORT, "127.0.0.1")
    said: dict[str, Any] = _here() | {"EGARDS_LMTP": f"127.0.0.1:{mail_port}"}
    process = house.begin("run", "--port", str(port), log=log, **said)
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}"), seconds=OPEN_SECONDS, what="la maison")
        yield f"http://localhost:{port}", process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _here() -> dict[str, Any]:
    """The house runs this very copy, wherever its Python finds another."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))}


def _name(process: psutil.Process) -> str:
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return "gone"
    if "granian" in words:
        return "web"
    return next((name for name in OURS if words.endswith(f"egards.cli.child {name}")), "other")
