"""Making erased bytes really go: PostgreSQL keeps old versions of rows, statistics and journal until told otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from egards.cli.postgres import Cluster
from egards.cli.postgres_place import ClusterError

#: How long others may have to wait behind us for a table, once.
LOCK_TIMEOUT = "3s"

_OLDER_SNAPSHOTS = """
SELECT count(*) FROM pg_stat_activity
WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
  AND age(backend_xmin) > age(%s::text::xid)
"""

_CLEAR_SAMPLES = """
SELECT pg_clear_attribute_stats(schemaname::text, tablename::text, attname::text, inherited)
FROM pg_stats WHERE schemaname = 'public' AND tablename = %s
"""


def house_connection(**options: Any) -> psycopg.Connection[Any]:
    """Open a connection of its own to the house's base (for COPY streams, VACUUM, snapshots)."""
    wanted = connection.get_connection_params()
    known = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "passfile", "service")
    return psycopg.connect(**{k: wanted[k] for k in known if wanted.get(k)}, **options)


def embedded_superuser_uri() -> str:
    """Return the superuser's URI when the house's base is the embedded one, else an empty string."""
    try:
        uri = Cluster(settings.EGARDS_HOME).uri(str(connection.settings_dict["NAME"]), superuser=True)
    except ClusterError:
        return ""
    host = str(connection.settings_dict["HOST"])
    return uri if host and uri.endswith(f"?host={host}") else ""


@dataclass(slots=True)
class Rewritten:
    """What could not be done, in French sentences, and whether trying again later would help."""

    warnings: list[str] = field(default_factory=list)
    is_worth_retrying: bool = False


def rewrite_tables(
    tables: Sequence[str],
    *,
    superuser_uri: str = "",
    patience_seconds: float = 60,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Rewritten:
    """Rewrite tables without their dead rows, then the planner's statistics, then let the journal go."""
    done = Rewritten()
    with house_connection(autocommit=True) as base:
        row = base.execute("SELECT pg_current_xact_id()::text").fetchone()
        if not _wait_for_older(base, str(row[0]) if row else "0", patience_seconds):
            done.is_worth_retrying = True
            done.warnings.append(
                "Une longue transaction est ouverte : d’anciennes versions de lignes restent. "
                "Le prochain « egards forget » terminera celui-ci."
            )
        base.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
        for table in tables:
            progress(f"Réécriture de {table}…")
            _vacuum(base, sql.Identifier(table), patience_seconds, done)
            _drop_samples(base, table, superuser_uri, done)
        if tables:
            # The planner keeps sample values of every column: addresses too.
            _vacuum(base, sql.SQL("pg_catalog.pg_statistic"), patience_seconds, done)
    progress("Fin du journal de la base…")
    _end_journal(superuser_uri, done)
    return done


def _wait_for_older(base: psycopg.Connection[Any], xid: str, patience_seconds: float) -> bool:
    """Wait until nobody can see rows as they were before: VACUUM would keep these."""
    until = time.monotonic() + patience_seconds
    while True:
        row = base.execute(_OLDER_SNAPSHOTS, [str(int(xid) % 2**32)]).fetchone()
        if row and row[0] == 0:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.1)


def _vacuum(base: psycopg.Connection[Any], table: sql.Composable, patience_seconds: float, done: Rewritten) -> None:
    """Rewrite one table. We ask for its lock a short while at a time: who comes after us waits no longer than that."""
    until = time.monotonic() + patience_seconds
    while True:
        try:
            base.execute(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(table))
            return
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() < until:
                continue
            done.is_worth_retrying = True
            why = "elle sert sans cesse"
        except psycopg.errors.InsufficientPrivilege:
            why = "notre rôle n’en a pas le droit"
        name = table.as_string(base)
        done.warnings.append(f"La table {name} n’a pas été réécrite ({why}) : faites « VACUUM FULL {name} ».")
        return


def _drop_samples(base: psycopg.Connection[Any], table: str, superuser_uri: str, done: Rewritten) -> None:
    """ANALYZE leaves the old samples of a table that is now empty: drop them by hand."""
    row = base.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table))).fetchone()
    if row and row[0]:
        return
    if base.info.server_version >= 180000:
        base.execute(_CLEAR_SAMPLES, [table])
    elif superuser_uri:
        with psycopg.connect(superuser_uri, autocommit=True) as boss:
            boss.execute("DELETE FROM pg_catalog.pg_statistic WHERE starelid = %s::regclass", [table])
    else:
        done.warnings.append(
            f"Le planificateur garde des exemples de la table vide {table} : un superutilisateur peut faire "
            f"« DELETE FROM pg_statistic WHERE starelid = '{table}'::regclass; VACUUM FULL pg_statistic; »."
        )


def _end_journal(superuser_uri: str, done: Rewritten) -> None:
    """Switch to a fresh journal file twice, each time with a checkpoint: older files are removed."""
    opened = psycopg.connect(superuser_uri, autocommit=True) if superuser_uri else house_connection(autocommit=True)
    with opened as base:
        try:
            for _time in range(2):
                base.execute("SELECT pg_switch_wal()")
                base.execute("CHECKPOINT")
        except psycopg.errors.InsufficientPrivilege:
            done.warnings.append(
                "Le rôle de l’application ne peut pas clore le journal de PostgreSQL : demandez à qui l’administre "
                "« SELECT pg_switch_wal(); CHECKPOINT; » deux fois, et que wal_recycle soit off. "
                "Les archives du journal, s’il y en a, gardent les mots jusqu’à leur fin."
            )
