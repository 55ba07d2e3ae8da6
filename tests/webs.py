"""The real web process (pages and live stream on one port) for tests, beside a base that the test chooses.

It can be killed and started again on the same port, as the supervisor does.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from egards.cli.supervisor import free_port
from tests.houses import ROOT, Server, wait_until

HOST = "127.0.0.1"
FIRST_PORT = 28100
START_SECONDS = 60.0


@dataclass
class Web:
    """One web process; ``address`` stays the same whatever befalls it."""

    port: int
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where browsers go."""
        return f"http://{HOST}:{self.port}"

    @property
    def session(self) -> int:
        """The process group: the server and its worker."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            *(sys.executable, "-m", "granian", "--interface", "asgi", "--host", HOST, "--port", str(self.port)),
            *("--workers", "1", "--no-ws", "--log-level", "warning", "egards.config.asgi:application"),
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=dict(self.environment), stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self._answers, seconds=START_SECONDS, what="la page web")

    def kill(self) -> None:
        """Kill it and its worker at once, as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.session, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as asking:
                asking.sendall(b"GET /sante HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return asking.recv(12).startswith(b"HTTP/1.1 ")
        except OSError:
            return False


@contextmanager
def web(folder: Path, environment: Mapping[str, str]) -> Iterator[Web]:
    """A web process with this environment, gone at the end."""
    running = Web(free_port(FIRST_PORT + os.getpid() % 1000, HOST), environment, folder / "web.log")
    try:
        running.start()
        yield running
    finally:
        running.kill()


def environment_of_this_test() -> dict[str, str]:
    """Return an environment that leads to the base of the running test; it sees what the test has committed."""
    url = Server(os.environ["DATABASE_URL"]).url_of(str(connection.settings_dict["NAME"]))
    return {**os.environ, "DATABASE_URL": url}
