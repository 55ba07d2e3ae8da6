"""A whole base as a stream: tables in foreign-key order, COPY text in pieces, sequences, counts.

COPY's text format is the same for every PostgreSQL version we know, so a base may go from 18 to 15 and back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

#: Pieces are cut at the first row's end beyond this: memory stays constant, whatever the size of a table.
PIECE_BYTES = 4 << 20
#: Written by migrations on the other side, not by us.
NOT_COPIED = frozenset({"django_migrations"})
#: Something in one of these means that the house has been lived in.
LIVED_IN = ("accounts_member", "accounts_brand", "interactions_arrival", "customers_customer")

Base = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a copy is: tables done of all, rows so far, the table at work."""

    tables_done: int
    tables: int
    rows: int
    table: str


Progress = Callable[[Step], None]

_TABLES = """
SELECT c.oid, c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT EXISTS
  (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
ORDER BY c.relname
"""
_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attname
"""
_REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text, conname, condeferrable FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
_TALLY = "SELECT status, sum(n) FROM interactions_tally GROUP BY status"
_OUTCOMES = "SELECT status, count(*) FROM interactions_outcome GROUP BY status"
_SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the columns that are copied (generated ones make themselves)."""

    name: str
    columns: tuple[str, ...]


def all_tables(base: Base) -> list[Table]:
    """Return the base's tables, those referred to before those that refer."""
    rows = base.execute(_TABLES).fetchall()
    found = {name: Table(name, tuple(c[0] for c in base.execute(_COLUMNS, [oid]).fetchall())) for oid, name in rows}
    needs: dict[str, set[str]] = {name: set() for name in found}
    for child, parent, _name, _deferrable in base.execute(_REFERENCES).fetchall():
        if child != parent and child in needs:
            needs[child].add(parent)
    return [found[name] for name in _in_order(needs)]


def copied_tables(base: Base) -> list[Table]:
    """Return the tables whose rows travel."""
    return [table for table in all_tables(base) if table.name not in NOT_COPIED]


def read_pieces(base: Base, table: Table) -> Iterator[tuple[bytes, int]]:
    """Give a table's rows as pieces of COPY text, each with its number of rows."""
    with base.cursor() as cursor, cursor.copy(_copy(table, "TO STDOUT")) as copy:
        held: list[bytes] = []
        size = rows = 0
        for data in copy:
            held.append(bytes(data))
            size += len(data)
            rows += bytes(data).count(b"\n")
            if size >= PIECE_BYTES and held[-1].endswith(b"\n"):
                yield b"".join(held), rows
                held, size, rows = [], 0, 0
        if held:
            yield b"".join(held), rows


def write_piece(base: Base, table: Table, piece: bytes) -> None:
    """Write one piece. Foreign keys are checked at its end: the base's memory stays constant too."""
    with base.cursor() as cursor, cursor.copy(_copy(table, "FROM STDIN")) as copy:
        copy.write(piece)


@contextmanager
def loading(base: Base) -> Iterator[None]:
    """Empty all tables, and let rows in without our own triggers (facts, queues), in the caller's transaction.

    Foreign keys stay checked, at once; those of a table to itself at the end. The role must own the tables.
    """
    tables = copied_tables(base)
    names = sql.SQL(", ").join(sql.Identifier(t.name) for t in tables)
    base.execute(sql.SQL("TRUNCATE {}").format(names))
    for table in tables:
        base.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table.name)))
    base.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for child, parent, name, deferrable in base.execute(_REFERENCES).fetchall():
        if child == parent and deferrable:
            base.execute(sql.SQL("SET CONSTRAINTS {} DEFERRED").format(sql.Identifier(name)))
    yield
    base.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        base.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table.name)))


def read_sequences(base: Base) -> dict[str, tuple[int, bool]]:
    """Return each sequence's last value, and whether it was given out. Sequences see through snapshots."""
    found = {}
    for (name,) in base.execute(_SEQUENCES).fetchall():
        query = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        row = base.execute(query).fetchone()
        if row:
            found[name] = (int(row[0]), bool(row[1]))
    return found


def write_sequences(base: Base, values: Mapping[str, Sequence[Any]]) -> None:
    """Set the sequences that exist here."""
    known = {name for (name,) in base.execute(_SEQUENCES).fetchall()}
    for name, (last, called) in values.items():
        if name in known:
            literal = sql.Identifier(name).as_string(base)
            base.execute("SELECT setval(%s::regclass, %s, %s)", [literal, last, called])


def count_rows(base: Base, names: Iterable[str]) -> dict[str, int]:
    """Count every row, exactly."""
    counts = {}
    for name in names:
        row = base.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def law_figures(base: Base) -> dict[str, int]:
    """Return the law's figures, appended counts and rows counted, under names that compare."""
    figures = {f"tally {status}": int(n) for status, n in base.execute(_TALLY).fetchall()}
    figures |= {f"outcome {status}": int(n) for status, n in base.execute(_OUTCOMES).fetchall()}
    return figures


def applied_migrations(base: Base) -> list[tuple[str, str]]:
    """Return the migrations that the base has seen, sorted; none when it was never migrated."""
    if "django_migrations" not in {t.name for t in all_tables(base)}:
        return []
    return sorted(base.execute("SELECT app, name FROM django_migrations").fetchall())


def lived_in(base: Base) -> list[str]:
    """Return the tables that show that somebody has already lived in this base; none when it may be written over."""
    present = {t.name for t in all_tables(base)}
    counts = count_rows(base, [name for name in LIVED_IN if name in present])
    return [name for name, n in counts.items() if n]


def is_strange(base: Base) -> bool:
    """Say whether the base holds tables of another program."""
    names = {t.name for t in all_tables(base)}
    return bool(names) and "django_migrations" not in names


def _copy(table: Table, direction: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    way = sql.SQL("TO STDOUT") if direction == "TO STDOUT" else sql.SQL("FROM STDIN")
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(table.name), columns, way)


def _in_order(needs: Mapping[str, set[str]]) -> list[str]:
    done: list[str] = []
    waiting = {name: set(parents) for name, parents in needs.items()}
    while waiting:
        ready = sorted(name for name, parents in waiting.items() if parents <= set(done)) or sorted(waiting)[:1]
        for name in ready:
            done.append(name)
            del waiting[name]
    return done
