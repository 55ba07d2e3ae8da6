"""COPY: how batches are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into the model's table with COPY, in the caller's transaction. ``fields`` are attribute names.

    JSON values are given as ``psycopg.types.json.Jsonb``; database defaults do not apply to the columns named.
    Raises Django's ``IntegrityError`` and the like.
    """
    columns = ", ".join(f'"{getattr(model._meta.get_field(name), "column")}"' for name in fields)  # noqa: B009
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    # psycopg's own cursor is used: without the wrapper its errors would not be Django's, and nobody would catch them.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
