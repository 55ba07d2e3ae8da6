"""``egards run``: web and stream on one port, a worker, the notifier, what takes mail; what dies is started again."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from django.core.management import call_command

log = logging.getLogger("egards.run")

#: A part that died this soon after its start waits longer before the next one, up to the last figure.
BACKOFF_SECONDS = (0.5, 1, 2, 5, 10, 30)
STEADY_AFTER_SECONDS = 60
STOP_SECONDS = 15

#: Pages are made in many short threads. Left to itself, glibc opens a heap for each of them, up to eight a core, and
#: memory freed in one is of no use to the others: the process swells for hours.
_ALLOCATING = {"MALLOC_ARENA_MAX": "2"}

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass
class Part:
    """One process of the house."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0
    next_start: float = field(default=0.0)

    def start(self) -> None:
        """Start it, apart from the terminal's Ctrl-C: the supervisor alone says when to stop."""
        self.started_at = time.monotonic()
        environment = {**_ALLOCATING, **os.environ}
        self.process = subprocess.Popen(
            self.command, start_new_session=True, preexec_fn=_end_with_parent, env=environment
        )

    def is_dead(self) -> bool:
        """Say whether it ran and ended."""
        return self.process is not None and self.process.poll() is not None

    def clear_away(self) -> None:
        """Kill what a dead part left of its own session, such as the web server's worker: it would hold the port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def free_port(wanted: int, host: str) -> int:
    """Return ``wanted``, or the next port that nobody holds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, min(wanted + 100, 65536)):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"Aucun port libre entre {wanted} et {wanted + 99}.")


def prepare_pages() -> None:
    """Collect the static files where the web process serves them from."""
    call_command("collectstatic", interactive=False, verbosity=0)


def parts(host: str, port: int, *, with_town: bool = False, with_mail_door: bool = False) -> list[Part]:
    """Return what must run; ``with_town``: a demo's town goes on living beside, and reads no mailbox.

    ``with_mail_door``: another mail server may hand letters over (EGARDS_LMTP).
    """
    python = [sys.executable, "-m"]
    web = [
        *(*python, "granian", "--interface", "asgi", "--host", host, "--port", str(port), "--workers", "1"),
        *("--no-ws", "--log-level", "warning", "--workers-kill-timeout", "5"),
        "egards.config.asgi:application",
    ]
    return [
        Part("web", web),
        Part("worker", [*python, "egards.cli.child", "worker"]),
        Part("notifier", [*python, "egards.cli.child", "notifier"]),
        *([] if with_town else [Part("mailboxes", [*python, "egards.cli.child", "mailboxes"])]),
        *([Part("mail-door", [*python, "egards.cli.child", "mail-door"])] if with_mail_door else []),
        *([Part("town", [*python, "egards.cli.child", "town"])] if with_town else []),
    ]


def wait_for_pages(host: str, port: int, *, stop: threading.Event) -> bool:
    """Wait until the web process answers anything at all; False when ``stop`` came first."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    while not stop.wait(0.2):
        asked = HTTPConnection(here, port, timeout=2)
        try:
            asked.request("GET", "/sante")
            asked.getresponse()
        except (OSError, HTTPException):
            continue
        finally:
            asked.close()
        return True
    return False


def supervise(running: list[Part], *, stop: threading.Event, daily: Callable[[], object] = lambda: None) -> None:
    """Keep the parts alive until ``stop`` is set (Ctrl-C and SIGTERM set it), then end them cleanly.

    ``daily`` is called at the start and then once a day.
    """
    day = ""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        for part in running:
            part.start()
        while not stop.wait(0.2):
            for part in running:
                _keep_alive(part)
            if day != (day := time.strftime("%F")):
                daily()
    finally:
        _end(running)


def _keep_alive(part: Part) -> None:
    if part.is_dead() and part.process is not None:
        lived = time.monotonic() - part.started_at
        part.deaths = 0 if lived > STEADY_AFTER_SECONDS else part.deaths + 1
        wait = BACKOFF_SECONDS[min(part.deaths, len(BACKOFF_SECONDS) - 1)]
        log.warning("%s s’est arrêté (code %s), nouveau départ dans %s s", part.name, part.process.returncode, wait)
        part.clear_away()
        part.process, part.next_start = None, time.monotonic() + wait
    elif part.process is None and time.monotonic() >= part.next_start:
        part.start()


def _end(running: list[Part]) -> None:
    alive = [part.process for part in running if part.process and part.process.poll() is None]
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in alive:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
    for part in running:
        part.clear_away()


def _end_with_parent() -> None:
    """In a new part: ask the kernel for a SIGTERM when the supervisor dies, so that kill -9 leaves nobody behind."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def address(host: str, port: int) -> str:
    """Return the address to open in a browser: EGARDS_URL when the person gave one, else this machine's."""
    if given := os.environ.get("EGARDS_URL"):
        return given
    if host in ("127.0.0.1", "::1", "0.0.0.0", "::"):
        host = "localhost"
    return f"http://{host}:{port}"
