"""Moving the base to another PostgreSQL, older if need be: every row, or nothing."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from egards.cli.move import MoveRefused, move_database
from egards.cli.tests.test_backup import fingerprint, interrupt_at, lived, new_base, rows_of, url_of

pytestmark = pytest.mark.django_db(transaction=True)

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    """A state folder of this test's own."""
    settings.EGARDS_HOME = tmp_path


def _has_a_name(uid: int) -> bool:
    """Say whether an account has a name: the system's initdb refuses one that has none."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """An empty base elsewhere: on a private PostgreSQL 15 when the system has one, else on the tests' own server."""
    if not (DEBIAN_15 / "postgres").exists() or not _has_a_name(os.geteuid()):
        with new_base("egards_moved") as name:
            yield url_of(name)
        return
    folder = Path(tempfile.mkdtemp(prefix="egards-pg15-", dir="/tmp"))
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")  # initdb wants an account with a name
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_owner = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    run: dict[str, Any] = {"check": True, "capture_output": True, "cwd": "/", "env": {"LC_ALL": "C"}, **as_owner}
    data, options = folder / "data", f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([DEBIAN_15 / "initdb", "-D", data, "-U", "egards", "-A", "trust", "-E", "UTF8", "-N"], **run)
    subprocess.run([DEBIAN_15 / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"], **run)
    yield f"postgresql://egards@/postgres?host={folder}"
    subprocess.run([DEBIAN_15 / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)
    shutil.rmtree(folder)


def test_the_base_moves_to_an_older_postgresql(elsewhere: str) -> None:
    lived()
    before = fingerprint()
    moved = move_database(elsewhere)
    with psycopg.connect(elsewhere) as there:
        assert rows_of(there) == before
        assert sum(moved.rows.values()) > 100
        assert moved.arrived_meanwhile == 0
        next_id = there.execute("SELECT nextval(pg_get_serial_sequence('interactions_tally', 'id'))").fetchone()
        last_id = there.execute("SELECT max(id) FROM interactions_tally").fetchone()
        assert next_id
        assert last_id
        assert next_id[0] > last_id[0]
    with pytest.raises(MoveRefused, match="vide"):
        move_database(elsewhere)


def test_another_programs_base_is_refused() -> None:
    lived()
    with new_base("egards_moved") as name:
        with psycopg.connect(url_of(name)) as there:
            there.execute("CREATE TABLE theirs (id int)")
        with pytest.raises(MoveRefused, match="vide"):
            move_database(url_of(name))


def test_a_base_that_does_not_answer_is_refused() -> None:
    with pytest.raises(MoveRefused, match="ne répond pas"):
        move_database("postgresql://nobody@/nothing?host=/nonexistent")
    with pytest.raises(MoveRefused, match="ne répond pas"):
        move_database("mysql://here/there")


def test_a_move_that_is_cut_can_be_done_again() -> None:
    tests_own = str(connection.settings_dict["NAME"])
    connection.close()
    with new_base("egards_cut", like=tests_own) as name:
        lived()
        with pytest.raises(KeyboardInterrupt):
            move_database(url_of(name), progress=interrupt_at("interactions_content"))
        with psycopg.connect(url_of(name)) as there:
            assert there.execute("SELECT count(*) FROM interactions_arrival").fetchone() == (0,)
        assert move_database(url_of(name)).rows["interactions_content"] == 22
