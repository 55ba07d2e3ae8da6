"""A question to the base that is put together once and asked often.

Putting a long question together from the models takes longer than the base needs to answer it. Where a page asks the
same one at every visit, its SQL is kept, with stand-ins where each visit has a value of its own. The server keeps its
plan as well (a prepared statement): planning takes longer than answering. Other queries are planned each time, for a
word that is rare and one that is everywhere want different plans.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, Model, QuerySet

M = TypeVar("M", bound=Model)


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
        if (
            connection.queries_logged
        ):  # whoever listens to the queries reads this one too: prepared, it has no text left
            connection.queries_log[-1]["sql"] = self.sql
        return found


@dataclass(frozen=True)
class _Part:
    """The columns of one model in a row of ``Records``: where it hangs, and how its values are read."""

    path: str
    model: type[Model]
    names: tuple[str, ...]
    readers: tuple[tuple[int, Callable[..., Any]], ...]

    @classmethod
    def of(cls, path: str, model: type[Model]) -> _Part:
        columns = model._meta.concrete_fields
        readers = tuple(
            (i, reader) for i, column in enumerate(columns) for reader in column.get_db_converters(connection)
        )
        return cls(path, model, tuple(column.attname for column in columns), readers)

    @property
    def columns(self) -> list[str]:
        return [f"{self.path}__{name}" if self.path else name for name in self.names]

    def read(self, values: Iterator[Any]) -> Model | None:
        """Return the object in the next columns, or None when nothing hangs there."""
        own = list(islice(values, len(self.names)))
        if own[self.names.index(self.model._meta.pk.attname)] is None:
            return None
        for i, reader in self.readers:
            own[i] = reader(own[i], None, connection)
        return self.model.from_db(connection.alias, self.names, own)


@dataclass(frozen=True)
class Records(Generic[M]):
    """A question whose rows are a model's objects, each with the objects that hang on it."""

    question: Question
    parts: tuple[_Part, ...]

    @classmethod
    def of(cls, rows: QuerySet[M], *beside: str) -> Records[M]:
        """Put ``rows`` together, with what hangs on them at ``beside`` (what is on the way named first)."""
        parts = [_Part.of("", rows.model), *(_Part.of(path, _at_the_end_of(rows.model, path)) for path in beside)]
        return cls(Question.of(rows.values_list(*(name for part in parts for name in part.columns))), tuple(parts))

    def ask(self, given: Mapping[Hashable, Any]) -> list[M]:
        """Return the objects, each stand-in replaced by what is ``given`` for it (one query)."""
        return [self._read(row) for row in self.question.ask(given)]

    def _read(self, row: tuple[Any, ...]) -> M:
        values, found = iter(row), dict[str, Any]()
        for part in self.parts:
            found[part.path] = part.read(values)
            holder, _, name = part.path.rpartition("__")
            if part.path and found[part.path] is not None:
                setattr(found[holder], name, found[part.path])
        whole: M = found[""]
        return whole


def _at_the_end_of(model: type[Model], path: str) -> type[Model]:
    for name in path.split("__"):
        column: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
        model = column.related_model  # type: ignore[assignment]
    return model


class _Prepared(psycopg.Cursor[Any]):
    """Binds on the server and has the statement prepared at once, on a connection that prepares nothing else."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Prepared:
        usual, self.connection.prepare_threshold = self.connection.prepare_threshold, 1
        try:
            return super().execute(query, params, **(options | {"prepare": True}))
        finally:
            self.connection.prepare_threshold = usual
