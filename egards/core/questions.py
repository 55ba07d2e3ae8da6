"""A question to the base that is put together once and asked often.

Putting a long question together from the models takes longer than the base needs to answer it. Where a page asks the
same one at every visit, its SQL is kept, with stand-ins where each visit has a value of its own. The server keeps its
plan as well (a prepared statement): planning takes longer than answering. Other queries are planned each time, for a
word that is rare and one that is everywhere want different plans.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class Question:
    """The SQL of a query and its values, some of which stand for those of whoever asks."""

    sql: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Question:
        """Put ``rows`` (a ``values_list``) together. What can hold nothing is never asked."""
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:
            return cls("", ())
        return cls(sql, tuple(values))

    def ask(self, given: Mapping[Hashable, Any]) -> list[tuple[Any, ...]]:
        """Return the rows as plain tuples, each stand-in replaced by what is ``given`` for it. JSON comes as text."""
        if not self.sql:
            return []
        values = [given.get(value, value) if isinstance(value, Hashable) else value for value in self.values]
        with connection.cursor() as cursor:
            cursor.cursor = _Prepared(connection.connection)
            cursor.execute(self.sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


class _Prepared(psycopg.Cursor[Any]):
    """Binds on the server and has the statement prepared at once, on a connection that prepares nothing else."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Prepared:
        usual, self.connection.prepare_threshold = self.connection.prepare_threshold, 1
        try:
            return super().execute(query, params, **(options | {"prepare": True}))
        finally:
            self.connection.prepare_threshold = usual
