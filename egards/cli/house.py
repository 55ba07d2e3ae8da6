"""Opening the house for a command: its database (started if it is ours), Django, and the schema."""

from __future__ import annotations

import fcntl
import importlib
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from egards.cli.postgres import Cluster

#: Two processes never migrate at once.
_MIGRATION_LOCK = 0x45474D49  # "EGMI"
#: What stands in the folder of a house, and in no other.
SIGNS = ("keys", "postgres")


class HouseError(Exception):
    """The house cannot open, in a sentence."""


@dataclass
class House:
    """An open house: its folder, and its embedded cluster when the database is ours to start."""

    home: Path
    cluster: Cluster | None


def home_folder() -> Path:
    """Return the house's state folder (``EGARDS_HOME``, default ``./var``)."""
    return Path(os.environ.get("EGARDS_HOME", "var")).resolve()


def choose_new_home(folder: Path | None) -> Path:
    """Make a folder (by default the usual one) the house's own. Raises ``HouseError`` when a house stands there."""
    home = folder.resolve() if folder else home_folder()
    if any((home / sign).exists() for sign in SIGNS):
        raise HouseError(
            f"une maison existe déjà dans {home}. Ouvrez-la avec « {start_command(home)} », "
            "ou donnez un autre dossier : egards new DOSSIER."
        )
    if home.exists() and not home.is_dir():
        raise HouseError(f"{home} est un fichier : donnez un dossier.")
    os.environ["EGARDS_HOME"] = str(home)
    return home


def start_command(home: Path) -> str:
    """Return the command that opens a house, as short as it can be typed from here."""
    before = "" if home == Path("var").resolve() else f"EGARDS_HOME={shlex.quote(str(home))} "
    return f"{before}./egards.py run" if Path("egards.py").exists() else f"{before}egards run"


@contextmanager
def open_house(*, migrate: bool = True) -> Iterator[House]:
    """Start what must be started, make Django ready, bring the schema up to date; stop what was started at the end."""
    home = home_folder()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["EGARDS_HOME"] = str(home)
    with nullcontext() if os.environ.get("DATABASE_URL") else _own_cluster(home) as cluster:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egards.config.settings")
        django.setup()
        _check_server()
        if migrate:
            bring_up_to_date()
        yield House(home, cluster)


@contextmanager
def _own_cluster(home: Path) -> Iterator[Cluster]:
    """Start our own database unless it runs; the last command that uses it stops it, also after a kill -9 of another.

    Each command holds a shared lock, which the kernel takes back whatever way it ends.
    """
    cluster = Cluster(home)
    with (home / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        os.environ["DATABASE_URL"] = cluster.start()
        try:
            yield cluster
        finally:
            if apps.ready:
                connection.close()
            os.environ.pop("DATABASE_URL", None)
            if is_last(users):
                cluster.stop()


def is_last(users: TextIO) -> bool:
    """Whether nobody else is in the house; from then on a newcomer waits at the door until the file is closed."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def bring_up_to_date() -> list[str]:
    """Apply the migrations that are missing, one process at a time; return their names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
        try:
            missing = missing_migrations()
            if missing:
                print("Mise à jour de la base…", file=sys.stderr, flush=True)
                call_command("migrate", interactive=False, verbosity=0)
                importlib.import_module("egards.consent.loading").load_pack()
            return missing
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def missing_migrations() -> list[str]:
    """Return the names of the migrations that this base does not have yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _check_server() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (number,) = cursor.fetchone() or ("0",)
    if int(number) < 150000:
        raise HouseError(
            f"Égards demande PostgreSQL 15 ou plus ; ce serveur est en version {int(number) // 10000}. "
            "Donnez une autre adresse dans DATABASE_URL."
        )
