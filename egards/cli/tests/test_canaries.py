"""Forgotten means gone from the disk: PGDATA, the journal, the files, and a backup restored with its erasures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from egards.cli.postgres import Cluster

ROOT = Path(__file__).resolve().parents[3]
CANARIES_MODULE = "egards.cli.tests.canaries"
NAMES = {
    *("canari.courriel.zq1@client.example", "+33612349876", "CANARIFIDELITEZQ3", "Canarinomzq4", "canarinomzq4"),
    *("canariobjetzq5", "canaritextezq6", "canarihtmlzq7", "canaripiecezq8", "canaripetitzq9", "canarigrandzq10"),
    *("canarientetezq11", "canarifaitzq12", "canariquarantainezq13", "canarilotzq14", "canariraisonzq15"),
    *("canarifusionzq16",),
}
WITNESS = "temointextezq17"


class House:
    """A house of its own on the disk, with its own server (fsync on)."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="egards-canaries-"))
        self.folder.chmod(0o711)
        self.home = self.folder / "var"
        self.home.mkdir(mode=0o711)
        self.cluster = Cluster(self.home, say=lambda sentence: None)
        self.url = self.cluster.start()

    def do(self, *step: str) -> dict[str, Any]:
        """Run one step in a process of its own."""
        environment = {**os.environ, "EGARDS_HOME": str(self.home), "DATABASE_URL": self.url, "PYTHONPATH": str(ROOT)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        done = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "-m", CANARIES_MODULE, *step],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        (self.home / "logs").mkdir(exist_ok=True)
        (self.home / "logs" / f"{step[0]}.log").write_text(done.stderr)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    def checkpoint(self) -> None:
        """Let the disk have everything."""
        with psycopg.connect(self.cluster.uri(superuser=True), autocommit=True) as base:
            base.execute("CHECKPOINT")

    def found(self, words: set[str]) -> dict[str, list[str]]:
        """Return the words that stand in any file, with where."""
        hits: dict[str, list[str]] = {}
        for root in {self.home, self.cluster.data}:
            for path in (p for p in root.rglob("*") if p.is_file()):
                data = path.read_bytes()
                for word in words:
                    if word.encode() in data:
                        hits.setdefault(word, []).append(str(path.relative_to(root)))
        return hits

    def remove(self) -> None:
        """Leave nothing."""
        self.cluster.remove()
        shutil.rmtree(self.folder)


@pytest.fixture
def houses() -> Iterator[list[House]]:
    """Houses to be removed."""
    built: list[House] = []
    yield built
    for house in built:
        house.remove()


def test_a_forgotten_person_is_nowhere_on_the_disk_and_a_restored_backup_forgets_them_again(
    houses: list[House],
) -> None:
    houses.append(first := House())
    saved = first.folder / "avant.age"
    first.do("seed", str(saved))
    first.checkpoint()
    assert set(first.found(NAMES)) == NAMES  # every canary can be found before
    assert not first.found({"mot de passe"})

    told = first.do("forget")
    first.checkpoint()
    assert told["warnings"] == []
    assert told["quarantined"] == 2
    assert first.found(NAMES) == {}
    assert first.found({WITNESS})

    houses.append(second := House())
    again = second.do("restore", str(saved), str(first.home / "keys/backup"), str(first.home / "erasures.jsonl"))
    second.checkpoint()
    assert again["replayed"] == 1
    assert second.found(NAMES) == {}
    assert second.found({WITNESS})
    assert not (second.home / "restoring.json").exists()
