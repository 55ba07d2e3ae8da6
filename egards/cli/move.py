"""``egards move-database``: the whole base to another PostgreSQL (15 or later, older or newer than ours), row by row.

The house must be closed meanwhile: what arrives after the snapshot would stay behind, and the report says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings

import egards
from egards.cli.backup import snapshot
from egards.cli.rewriting import house_connection
from egards.cli.tables import (
    Base,
    Progress,
    Step,
    Table,
    applied_migrations,
    copied_tables,
    count_rows,
    is_strange,
    law_figures,
    lived_in,
    loading,
    read_pieces,
    read_sequences,
    write_piece,
    write_sequences,
)
from egards.core.database import database_from_url

OLDEST_SERVER = 150000


class MoveRefused(Exception):
    """The base was not moved, and why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved."""

    rows: dict[str, int]
    law: dict[str, int]
    arrived_meanwhile: int
    seconds: float

    def sentences(self) -> list[str]:
        """Say in French what to do next."""
        said = [f"{sum(self.rows.values())} lignes dans {len(self.rows)} tables, comptes comparés : pareils."]
        if self.arrived_meanwhile:
            return [
                *said,
                f"{self.arrived_meanwhile} mots sont arrivés pendant la copie et n’y sont pas : fermez la maison, "
                "videz la nouvelle base et recommencez.",
            ]
        return [
            *said,
            "Écrivez la nouvelle adresse dans DATABASE_URL, relancez « egards run », puis « egards doctor ». "
            "L’ancienne base n’a pas changé : effacez-la quand la nouvelle aura fait ses preuves, "
            "car les oublis ne l’atteignent plus.",
        ]


def move_database(target_url: str, *, progress: Progress = lambda step: None) -> Moved:
    """Copy the whole base to ``target_url`` (an empty base), in one transaction there, and compare every count.

    Raises ``MoveRefused``. The URL of DATABASE_URL does not change by itself.
    """
    started = time.monotonic()
    try:
        database_from_url(target_url)
        with psycopg.connect(target_url) as target:
            there = _check_target(target)
    except (ValueError, psycopg.OperationalError) as fault:
        raise MoveRefused("La nouvelle base ne répond pas, ou son adresse n’est pas bonne.") from fault
    with snapshot() as source:
        if not there:
            _make_schema(target_url)
        _check_schema(source, target_url)
        rows, law = _copy(source, target_url, progress)
        arrived = count_rows(source, ["interactions_arrival"])["interactions_arrival"]
    with house_connection() as now_there:
        later = count_rows(now_there, ["interactions_arrival"])["interactions_arrival"]
    return Moved(rows, law, later - arrived, time.monotonic() - started)


def _check_target(target: Base) -> list[tuple[str, str]]:
    """Return the migrations already there: a copy that was cut leaves our tables, empty."""
    if target.info.server_version < OLDEST_SERVER:
        raise MoveRefused(f"Ce serveur est en version {target.info.server_version // 10000} ; il en faut 15 ou plus.")
    if is_strange(target) or lived_in(target):
        raise MoveRefused("La nouvelle base n’est pas vide : donnez-en une entièrement vide.")
    return applied_migrations(target)


def _check_schema(source: Base, target_url: str) -> None:
    with psycopg.connect(target_url) as target:
        if applied_migrations(target) != applied_migrations(source):
            raise MoveRefused("Les deux bases ne sont pas de la même version : faites « egards upgrade » d’abord.")


def _make_schema(target_url: str) -> None:
    """Make our tables there, in a process of its own: this one's settings speak of the base we leave."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"],
        env={
            **os.environ,
            "DATABASE_URL": target_url,
            "EGARDS_HOME": str(settings.EGARDS_HOME),
            "DJANGO_SETTINGS_MODULE": "egards.config.settings",
            "PYTHONPATH": str(Path(egards.__file__).parent.parent),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise MoveRefused(f"Les tables n’ont pas pu être créées dans la nouvelle base : {last}")


def _copy(source: Base, target_url: str, progress: Progress) -> tuple[dict[str, int], dict[str, int]]:
    tables = copied_tables(source)
    rows: dict[str, int] = {}
    with psycopg.connect(target_url) as target:
        with loading(target):
            for done, table in enumerate(tables):
                rows[table.name] = 0
                for piece, n in read_pieces(source, table):
                    write_piece(target, table, piece)
                    rows[table.name] += n
                    progress(Step(done, len(tables), sum(rows.values()), table.name))
            write_sequences(target, read_sequences(source))
        _compare(source, target, tables, rows)
        progress(Step(len(tables), len(tables), sum(rows.values()), ""))
    return rows, law_figures(source)


def _compare(source: Base, target: Base, tables: list[Table], rows: dict[str, int]) -> None:
    there = count_rows(target, [t.name for t in tables])
    different = [name for name, n in rows.items() if there[name] != n]
    if different or law_figures(source) != law_figures(target):
        raise MoveRefused(f"Les comptes diffèrent ({', '.join(different) or 'la loi'}) : rien n’a été gardé là-bas.")
