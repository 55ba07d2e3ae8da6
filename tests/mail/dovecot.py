"""A Dovecot of our own: IMAP, POP3 and LMTP on free ports of 127.0.0.1, every file in one folder, one account.

Started by root it serves as Debian's own accounts (it refuses to be root); started by anybody else, as they are.
"""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "bonjour", "un secret d’essai"
PROGRAM = shutil.which("dovecot") or "/usr/sbin/dovecot"

_CONF = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login{bearer}
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail
mail_max_userip_connections = 50
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{tokens}
passdb {{
  driver = passwd-file
  args = {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
auth_username_format = {names}
recipient_delimiter = +
lmtp_hdr_delivery_address = original
postmaster_address = postmaster@localhost
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Lus {{
    auto = create
  }}
}}
"""


#: Tokens are asked about, each time, of the provider that gave them (RFC 7662).
_TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens
}}
"""
_ASKED = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass
class Dovecot:
    """A server that may be stopped, killed and started again; its mail is a Maildir."""

    folder: Path
    imap: int = 0
    imaps: int = 0
    pop3: int = 0
    lmtp: int = 0
    uid: int = 0
    gid: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _delivered: int = 0
    _validity: int = 4_000_000_000

    def start(self) -> None:
        """Start it, on the same ports as before, and wait until it answers."""
        self._process = subprocess.Popen([PROGRAM, "-F", "-c", str(self.folder / "conf")], start_new_session=True)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.imap), timeout=1) as line:
                if line.recv(2):
                    return
            time.sleep(0.05)
        self.stop(kill=True)
        raise AssertionError(f"Dovecot ne s’ouvre pas : {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, *, kill: bool = False) -> None:
        """End it, or kill it with all that it started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL if kill else signal.SIGTERM)
            self._process.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process = None

    def deliver(self, messages: Sequence[bytes]) -> None:
        """Put messages into the inbox as a local delivery does: written apart, then moved where they are seen."""
        maildir = self.folder / "mail"
        for name in ("tmp", "new", "cur"):
            (maildir / name).mkdir(parents=True, exist_ok=True)
            os.chown(maildir / name, self.uid, self.gid)
        os.chown(maildir, self.uid, self.gid)
        for raw in messages:
            self._delivered += 1
            name = f"{int(time.time())}.M{self._delivered:07}P{os.getpid()}.essai"
            (maildir / "tmp" / name).write_bytes(raw)
            os.chown(maildir / "tmp" / name, self.uid, self.gid)
            (maildir / "tmp" / name).rename(maildir / "new" / name)

    def renumber(self) -> None:
        """Forget every number: another UIDVALIDITY, and all messages anew (the server must be stopped)."""
        for name in ("dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (self.folder / "mail" / name).unlink(missing_ok=True)
        self._validity += 1
        (self.folder / "mail" / "dovecot-uidlist").write_text(f"3 V{self._validity} N1\n")
        os.chown(self.folder / "mail" / "dovecot-uidlist", self.uid, self.gid)


def why_not() -> str:
    """Why Dovecot cannot run here, or nothing."""
    return "" if Path(PROGRAM).exists() else "Dovecot n’est pas installé"


@contextmanager
def dovecot(*, ssl: str = "no", introspection: str = "") -> Iterator[Dovecot]:
    """Run a Dovecot in a folder of its own; ``ssl="yes"`` gives it a certificate that nobody vouches for.

    ``introspection`` is where a provider says whose a token is: XOAUTH2 and OAUTHBEARER are taken then.
    """
    with tempfile.TemporaryDirectory(prefix="egards-tests-dovecot-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        is_root = os.geteuid() == 0
        me = pwd.getpwnam("dovecot" if is_root else getpass.getuser())
        imap, imaps, pop3, lmtp = free_ports(4)
        server = Dovecot(folder, imap=imap, imaps=imaps, pop3=pop3, lmtp=lmtp, uid=me.pw_uid, gid=me.pw_gid)
        certificate = _certificate(folder) if ssl != "no" else ""
        conf = _CONF.format(
            folder=folder, ssl=ssl, certificate=certificate, internal=me.pw_name, group=grp.getgrgid(me.pw_gid).gr_name,
            login="dovenull" if is_root else me.pw_name, imap=server.imap, imaps=server.imaps if ssl != "no" else 0,
            pop3=server.pop3, lmtp=lmtp, uid=me.pw_uid, gid=me.pw_gid,
            bearer=" xoauth2 oauthbearer" if introspection else "", names="%u" if introspection else "%n",
            tokens=_TOKENS.format(folder=folder) if introspection else "",
        )  # fmt: skip
        (folder / "conf").write_text(conf)
        (folder / "tokens").write_text(_ASKED.format(url=introspection))
        (folder / "passwd").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        server.deliver([])
        server.start()
        try:
            yield server
        finally:
            server.stop()


def free_ports(n: int) -> list[int]:
    """Return ports that nobody holds just now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _n in range(n)]
    try:
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _certificate(folder: Path) -> str:
    asked = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost")
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    subprocess.run(["openssl", *asked, *files], check=True, capture_output=True)
    return f"ssl_cert = <{folder}/cert.pem\nssl_key = <{folder}/key.pem"
