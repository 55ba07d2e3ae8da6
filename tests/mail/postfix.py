"""A Postfix of our own: one port of 127.0.0.1, every file in one folder; it delivers our domain, relays the rest.

Only root may run one: its parts are several accounts that must not trust each other.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.houses import wait_until
from tests.mail.dovecot import free_ports

PROGRAM = shutil.which("postfix") or "/usr/sbin/postfix"
DAEMONS = Path("/usr/lib/postfix/sbin")
DOMAIN = "lindelle.example"

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.{domain}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps =
virtual_transport = lmtp:inet:127.0.0.1:{deliver_to}
recipient_delimiter = +
relayhost = [127.0.0.1]:{relay_to}
smtp_dns_support_level = disabled
lmtp_host_lookup = native
smtp_host_lookup = native
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 3s
transport_retry_time = 1s
message_size_limit = 60000000
"""

_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """A mail server that keeps what it cannot hand over, and comes back to it within seconds."""

    folder: Path
    port: int

    def start(self) -> None:
        """Start it, and wait until it takes letters."""
        self._say("start")
        wait_until(lambda: self._say("status", check=False) == 0, seconds=20, what="Postfix est ouvert")

    def stop(self) -> None:
        """End it; what waits stays in its queue."""
        self._say("stop", check=False)
        wait_until(lambda: self._say("status", check=False) != 0, seconds=20, what="Postfix est fermé")

    def waiting(self) -> int:
        """How many letters are in its queue."""
        folders = ("incoming", "active", "deferred", "maildrop")
        return sum(1 for name in folders for one in (self.folder / "queue" / name).rglob("*") if one.is_file())

    def log(self) -> str:
        """What it wrote of its work."""
        with suppress(FileNotFoundError):
            return (self.folder / "log").read_text(errors="replace")
        return ""

    def count(self, words: str) -> int:
        """How many of its lines hold some words, such as « status=deferred »."""
        return sum(1 for line in self.log().splitlines() if words in line)

    def _say(self, word: str, *, check: bool = True) -> int:
        command = [PROGRAM, "-c", str(self.folder / "etc"), word]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, start_new_session=True)
        if check and done.returncode:
            raise AssertionError(f"Postfix, {word} : {done.stderr}\n{self.log()[-2000:]}")
        return done.returncode


def why_not() -> str:
    """Why Postfix cannot run here, or nothing."""
    if not Path(PROGRAM).exists():
        return "Postfix n’est pas installé"
    return "" if os.geteuid() == 0 else "seul root peut faire tourner un Postfix"


@contextmanager
def postfix(*, deliver_to: int, relay_to: int) -> Iterator[Postfix]:
    """Run one: letters to ``DOMAIN`` are handed to a port by LMTP, all others to a port by SMTP."""
    with tempfile.TemporaryDirectory(prefix="egards-tests-postfix-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (port,) = free_ports(1)
        for part in ("etc", "queue", "data"):
            (folder / part).mkdir(mode=0o755)
        os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid)
        said = {"folder": folder, "domain": DOMAIN, "daemons": DAEMONS, "port": port}
        main = _MAIN.format(**said, deliver_to=deliver_to, relay_to=relay_to)
        (folder / "etc" / "main.cf").write_text(main)
        (folder / "etc" / "master.cf").write_text(_MASTER.format(**said))
        server = Postfix(folder, port)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            time.sleep(0.1)  # its last parts leave their folder
