"""What every test run needs: a throw-away PostgreSQL, a state folder of its own, and no network but loopback.

Loaded by `-p tests.plugin` (pyproject.toml), because DATABASE_URL must be set before pytest-django reads the settings,
which is before any conftest.py. With DATABASE_URL set (another PostgreSQL to try), no cluster is started.

`make test` runs the files on several processes (pytest-xdist): each has a cluster and a state folder of its own, so
that two of them never meet; the one that hands out the work has neither.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.test import TransactionTestCase

from egards.cli.postgres import Cluster
from tests.browser import find_chromium

PREFIX = "egards-tests-"
#: How often emptying the base is tried again, half a second apart, while a closed page is still being answered.
FLUSH_TURNS = 10
NO_BROWSER = "Chromium introuvable"
#: Set by the process that hands out the work, for those that do it.
SHARED_OUT = "EGARDS_TESTS_SHARED_OUT"
not_run = pytest.StashKey["NotRun"]()
house = pytest.StashKey[tuple[Path, Cluster | None]]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Start the cluster; a wrapper runs before pytest-django's own hook, which loads the settings."""
    sweep_dead_runs()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # ours: the server's account crosses it when root runs the tests
    (folder / "var").mkdir()
    if os.environ.pop(SHARED_OUT, ""):
        del os.environ["DATABASE_URL"]
    if is_worker():
        os.environ["EGARDS_HOME"] = str(folder / "var")
    os.environ.setdefault("EGARDS_HOME", str(folder / "var"))
    os.environ["EGARDS_TESTING"] = "1"  # static files are served from the sources, without a manifest
    Path(os.environ["EGARDS_HOME"], "static").mkdir(parents=True, exist_ok=True)
    cluster = None
    if not os.environ.get("DATABASE_URL"):
        if not is_worker() and getattr(early_config.known_args_namespace, "numprocesses", None):
            os.environ |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", SHARED_OUT: "1"}
        else:
            cluster = Cluster(folder, fsync=False, may_create_databases=True, say=lambda sentence: None)
            os.environ["DATABASE_URL"] = cluster.start()
    early_config.stash[house] = (folder, cluster)
    yield


def pytest_configure(config: pytest.Config) -> None:
    """Declare our marks."""
    config.addinivalue_line("markers", "browser: drives a real Chromium")
    config.stash[not_run] = NotRun()
    config.pluginmanager.register(config.stash[not_run])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests without a browser: refused when EGARDS_REQUIRE_BROWSER=1, else skipped and counted."""
    wanting = [item for item in items if item.get_closest_marker("browser")]
    if not wanting or find_chromium():
        return
    if os.environ.get("EGARDS_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"{NO_BROWSER} : {len(wanting)} tests de navigateur ne peuvent pas tourner.")
    for item in wanting:
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def is_worker() -> bool:
    """Whether this process runs tests that another one hands out."""
    return "PYTEST_XDIST_WORKER" in os.environ


class NotRun:
    """Counts what was skipped for want of a browser, in whatever process."""

    count = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at one outcome."""
        self.count += report.skipped and NO_BROWSER in str(report.longrepr)


@pytest.fixture(autouse=True, scope="session")
def _patient_flush() -> Iterator[None]:
    """A page that is closed may still be answered: emptying the base then waits for it, instead of for each other."""
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def patient(case: TransactionTestCase) -> None:
        for _turn in range(FLUSH_TURNS):
            try:
                teardown(case)
                return
            except CommandError:
                time.sleep(0.5)
        teardown(case)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", patient)
        yield


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and remove the cluster, and say in the very last line what was not run."""
    folder, cluster = config.stash.get(house, (None, None))
    if cluster:
        cluster.remove()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    skipped = config.stash.get(not_run, None)
    if skipped and skipped.count and not is_worker():
        config.get_terminal_writer().line(f"{skipped.count} tests de navigateur non exécutés ({NO_BROWSER}).")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data, outside the project; tests that need it say that they did not run without it."""
    folder = os.environ.get("EGARDS_SHARED", "")
    if not folder:
        pytest.skip("EGARDS_SHARED n’est pas donné : les données de référence ne sont pas lues")
    return Path(folder)


def sweep_dead_runs() -> None:
    """Remove what a killed run left behind; the folder's name says which process it belonged to."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        ours = pid.isdigit() and folder.stat().st_uid == os.geteuid()
        if ours and not (Path("/proc") / pid).exists():
            with suppress(OSError):
                Cluster(folder).remove()
                shutil.rmtree(folder)
