"""``egards move-database``: the whole base to another PostgreSQL (15 or later, older or newer than ours), row by row.

The house must be closed meanwhile: what arrives after the snapshot would stay behind, and the report says so.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connections

from egards.cli.backup import snapshot
from egards.cli.restoring import make_schema
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

TARGET = "move_target"
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
        entry = database_from_url(target_url)
        with psycopg.connect(target_url) as target:
            there = _check_target(target)
    except (ValueError, psycopg.OperationalError) as fault:
        raise MoveRefused("La nouvelle base ne répond pas, ou son adresse n’est pas bonne.") from fault
    with snapshot() as source:
        wanted = applied_migrations(source)
        if there and there != wanted:
            raise MoveRefused("La nouvelle base a déjà les tables d’une autre version : donnez-en une vide.")
        if not there:
            _migrate(entry, wanted)
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


def _migrate(entry: Mapping[str, Any], migrations: list[tuple[str, str]]) -> None:
    """Make the same schema there, through Django, under an alias of its own."""
    connections.settings[TARGET] = {**connections.settings["default"], **entry}
    try:
        make_schema(TARGET, migrations)
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.settings[TARGET]


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
