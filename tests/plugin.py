"""What every test run needs: a throw-away PostgreSQL, a state folder of its own, and no network but loopback.

Loaded by `-p tests.plugin` (pyproject.toml), because DATABASE_URL must be set before pytest-django reads the settings,
which is before any conftest.py. With DATABASE_URL set (another PostgreSQL to try), no cluster is started.
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
not_run = pytest.StashKey[int]()
house = pytest.StashKey[tuple[Path, Cluster | None]]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Start the cluster; a wrapper runs before pytest-django's own hook, which loads the settings."""
    sweep_dead_runs()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # ours: the server's account crosses it when root runs the tests
    (folder / "var").mkdir()
    os.environ.setdefault("EGARDS_HOME", str(folder / "var"))
    os.environ["EGARDS_TESTING"] = "1"  # static files are served from the sources, without a manifest
    Path(os.environ["EGARDS_HOME"], "static").mkdir(parents=True, exist_ok=True)
    cluster = None
    if not os.environ.get("DATABASE_URL"):
        cluster = Cluster(folder, fsync=False, may_create_databases=True, say=lambda sentence: None)
        os.environ["DATABASE_URL"] = cluster.start()
    early_config.stash[house] = (folder, cluster)
    yield


def pytest_configure(config: pytest.Config) -> None:
    """Declare our marks."""
    config.addinivalue_line("markers", "browser: drives a real Chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests without a browser: refused when EGARDS_REQUIRE_BROWSER=1, else skipped and counted."""
    wanting = [item for item in items if item.get_closest_marker("browser")]
    config.stash[not_run] = 0
    if not wanting or find_chromium():
        return
    if os.environ.get("EGARDS_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"Chromium introuvable : {len(wanting)} tests de navigateur ne peuvent pas tourner.")
    config.stash[not_run] = len(wanting)
    for item in wanting:
        item.add_marker(pytest.mark.skip(reason="Chromium introuvable"))


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
    if count := config.stash.get(not_run, 0):
        config.get_terminal_writer().line(f"{count} tests de navigateur non exécutés (Chromium introuvable).")


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
