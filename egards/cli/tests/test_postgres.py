"""The private PostgreSQL: started by anybody, found again, stopped, killed, and never opened to others."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from egards.cli.postgres import Cluster, processes_in
from egards.cli.postgres_place import ClusterError, Place

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="seul root change de compte")


def quiet(home: Path) -> Cluster:
    """A throw-away cluster that says nothing."""
    return Cluster(home, fsync=False, say=lambda sentence: None)


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder that the server's account can cross (pytest's own tmp_path is closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="egards-pg-"))
    folder.chmod(0o711)
    yield folder
    quiet(folder).remove()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shared_cluster() -> Iterator[Cluster]:
    """One running cluster for the tests that only look at it."""
    folder = Path(tempfile.mkdtemp(prefix="egards-pg-"))
    folder.chmod(0o711)
    cluster = quiet(folder)
    cluster.start()
    yield cluster
    cluster.remove()
    shutil.rmtree(folder)


def ask(cluster: Cluster, query: str, *, superuser: bool = False) -> object:
    """The single value a query returns."""
    with psycopg.connect(cluster.uri(superuser=superuser), autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def write_seven(cluster: Cluster) -> None:
    """Something to find again."""
    with psycopg.connect(cluster.uri(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")


def test_the_application_owns_its_base_and_is_no_superuser(shared_cluster: Cluster) -> None:
    assert ask(shared_cluster, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(shared_cluster, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'egards'") == "egards"


def test_the_application_may_create_the_extensions_it_needs(shared_cluster: Cluster) -> None:
    with psycopg.connect(shared_cluster.uri()) as connection:
        connection.execute("CREATE EXTENSION unaccent")
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT unaccent('égards')").fetchone() == ("egards",)
        connection.rollback()


def test_the_base_is_in_utf8_sorts_by_code_point_and_checks_its_pages(shared_cluster: Cluster) -> None:
    locale = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'egards'"
    assert ask(shared_cluster, "SHOW server_encoding") == "UTF8"
    assert ask(shared_cluster, locale) == "b C.UTF-8"
    assert ask(shared_cluster, "SHOW data_checksums") == "on"


def test_nothing_listens_on_tcp(shared_cluster: Cluster) -> None:
    assert ask(shared_cluster, "SHOW listen_addresses") == ""


def test_a_wrong_password_is_refused(shared_cluster: Cluster) -> None:
    password = shared_cluster.uri().split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(shared_cluster.uri().replace(password, "wrong"))


def test_secrets_data_and_socket_are_closed_to_others(shared_cluster: Cluster) -> None:
    socket_folder = Path((shared_cluster.folder / "socket").read_text().strip())
    assert (shared_cluster.folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert shared_cluster.data.stat().st_mode & 0o777 == 0o700
    assert socket_folder.stat().st_mode & 0o777 == 0o700


def test_the_log_never_shows_the_values_of_a_refused_row(shared_cluster: Cluster) -> None:
    with psycopg.connect(shared_cluster.uri(), autocommit=True) as connection:
        connection.execute("CREATE TABLE words (word text UNIQUE)")
        connection.execute("INSERT INTO words VALUES ('confidence-de-madame-dupont')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO words VALUES ('confidence-de-madame-dupont')")
    log = shared_cluster.log.read_text()
    assert "duplicate key value" in log
    assert "confidence" not in log


def test_a_second_starter_only_gets_the_address(shared_cluster: Cluster) -> None:
    other = quiet(shared_cluster.folder.parent)
    assert other.start() == shared_cluster.uri()
    assert not other.started_here


@as_root
def test_root_runs_the_server_under_a_number_nobody_else_has(shared_cluster: Cluster) -> None:
    postmaster = int((shared_cluster.data / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{postmaster}").stat().st_uid == 26843


@as_root
def test_a_closed_parent_folder_stays_closed_and_the_data_goes_elsewhere(home: Path) -> None:
    closed = home / "root"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    cluster = Cluster(closed / "var", fsync=False, say=said.append)
    with cluster:
        assert ask(cluster, "SELECT 1") == 1
        elsewhere = cluster.data.parent
    assert elsewhere.parent == Path("/var/lib")
    assert any(str(elsewhere) in sentence for sentence in said)
    assert closed.stat().st_mode & 0o777 == 0o700
    cluster.remove()
    assert not elsewhere.exists()


def test_data_survives_a_stop_and_a_start(home: Path) -> None:
    with quiet(home) as cluster:
        write_seven(cluster)
    assert not cluster.is_running()
    with quiet(home) as again:
        assert ask(again, "SELECT n FROM kept") == 7


def test_two_starters_at_once_make_one_server(home: Path) -> None:
    clusters = [quiet(home), quiet(home), quiet(home)]
    with ThreadPoolExecutor(3) as pool:
        uris = list(pool.map(Cluster.start, clusters))
    assert len(set(uris)) == 1
    assert sum(cluster.started_here for cluster in clusters) == 1


def test_it_recovers_after_a_crash(home: Path) -> None:
    cluster = Cluster(home, say=lambda sentence: None)
    cluster.start()
    write_seven(cluster)
    cluster.stop("immediate")
    cluster.start()
    assert ask(cluster, "SELECT n FROM kept") == 7


def test_it_starts_right_after_kill_9_while_children_still_live(home: Path) -> None:
    cluster = quiet(home)
    cluster.start()
    os.kill(int((cluster.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    after = quiet(home)
    after.start()
    assert ask(after, "SELECT 1") == 1


def test_a_pid_file_naming_a_living_stranger_does_not_block_the_start(home: Path) -> None:
    cluster = quiet(home)
    cluster.start()
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.stop("immediate")
    account = {"user": 26843, "group": 26843} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], **account) as stranger:  # type: ignore[call-overload]
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        os.chown(pid_file, cluster.data.stat().st_uid, cluster.data.stat().st_gid)
        after = quiet(home)
        after.start()
        assert ask(after, "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_creation_is_taken_up_again(home: Path) -> None:
    cluster = quiet(home)
    cluster.start()
    cluster.stop()
    cluster.data.rename(cluster.data.with_name("data.new"))
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1
    assert not cluster.data.with_name("data.new").exists()


def test_a_very_deep_state_folder_still_gets_a_short_socket(home: Path) -> None:
    deep = home / ("d" * 60) / ("e" * 60) / "var"
    with quiet(deep) as cluster:
        assert ask(cluster, "SELECT 1") == 1
    assert not (cluster.folder / "socket").exists()


def test_ctrl_c_at_the_terminal_does_not_reach_the_server(home: Path) -> None:
    script = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "  # ignored in the background
        "from pathlib import Path; from egards.cli.postgres import Cluster; "
        f"c = Cluster(Path({str(home)!r}), fsync=False, say=lambda s: None); c.start(); "
        "print(flush=True); sys.stdin.read()"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as terminal:
        assert terminal.stdout
        terminal.stdout.readline()
        os.killpg(terminal.pid, signal.SIGINT)
        terminal.wait(10)
        time.sleep(0.3)
        assert quiet(home).is_running()


def test_a_base_of_another_major_version_is_refused_with_a_sentence(home: Path) -> None:
    cluster = quiet(home)
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(ClusterError, match="PostgreSQL 12"):
        cluster.start()


def test_the_reason_of_a_failed_start_is_shown(home: Path) -> None:
    cluster = quiet(home)
    cluster.start()
    cluster.stop()
    (cluster.data / "postgresql.conf").write_text("port = nothing\n")
    with pytest.raises(ClusterError, match=r"ne démarre pas[\s\S]*port"):
        cluster.start()


def test_an_address_is_refused_while_stopped(home: Path) -> None:
    with pytest.raises(ClusterError, match="n’est pas démarrée"):
        quiet(home).uri()


def test_removing_leaves_nothing(home: Path) -> None:
    cluster = quiet(home)
    cluster.start()
    data, socket_folder = cluster.data, Path((cluster.folder / "socket").read_text().strip())
    cluster.remove()
    assert not socket_folder.exists()
    assert not list(home.iterdir())
    assert not processes_in(data)


def test_the_programs_are_those_of_the_wheel(shared_cluster: Cluster) -> None:
    dump = subprocess.run([shared_cluster.program("pg_dump"), "--version"], capture_output=True, text=True, check=True)
    assert dump.stdout.startswith("pg_dump (PostgreSQL) 18")
    assert Place(shared_cluster.folder, print).program("psql").exists()
