"""What waits, and who is reading it: readers share the work, and a word that kills its reader is found out.

A reader marks what it takes with the number of its database session, and holds an advisory lock under that number for
as long as it works. A mark without its lock was left by a reader that died: those words are read again in smaller and
smaller company, so that the one that kills ends alone, and is then set aside unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import Error, connection

from egards.interactions.models import Arrival

#: How many words are taken together, by how many readers have already died on them; after the last, none will read it.
COMPANY = (1000, 30, 1, 1, 1)
#: What is read together stops growing at this many bytes, so that memory stays small whatever came in.
SLICE_BYTES = 32 * 1024 * 1024

_AT_WORK = 0x45475244  # "EGRD"
# Materialized: a plan may otherwise ask the inner list again for every row, and so take more than its limit.
_TAKE = """
WITH free AS MATERIALIZED (SELECT arrival_id FROM interactions_waiting WHERE {which}
                           ORDER BY arrival_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE interactions_waiting w SET reader = %(reader)s, begun = w.begun + 1
FROM free WHERE w.arrival_id = free.arrival_id RETURNING w.arrival_id
"""
_LEFT = """reader IS NULL OR reader NOT IN
(SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %(at_work)s AND objsubid = 2
 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""
#: Live words first: they never wait behind a history.
_FRESH = ("begun = 0 AND mode = 'live'", "begun = 0")
_BEGUN = f"begun = %(begun)s AND ({_LEFT})"
_DEADLY = f"begun >= %(begun)s AND ({_LEFT})"


@contextmanager
def at_work() -> Iterator[int]:
    """Be a reader for the time of the block; gives its number. A fault, unlike a death, is not held against words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_advisory_lock(%s, pg_backend_pid())", [_AT_WORK])
        (reader, _locked) = cursor.fetchone() or (0, None)
        # an earlier reader of this number is no more: it could not have left its marks and its lock otherwise
        cursor.execute("UPDATE interactions_waiting SET reader = NULL WHERE reader = %s", [reader])
    try:
        yield reader
    except Exception:
        with suppress(Error):  # the base may be what is at fault
            _execute("UPDATE interactions_waiting SET reader = NULL, begun = begun - 1 WHERE reader = %s", reader)
        raise
    finally:
        with suppress(Error):
            _execute("SELECT pg_advisory_unlock(%s, %s)", _AT_WORK, reader)


def take(reader: int, *, limit: int = COMPANY[0]) -> list[UUID]:
    """Take words that nobody reads, oldest first: those that nobody began, then those whose reader died on them."""
    for which in _FRESH:
        if taken := _take(reader, which, limit):
            return taken
    for begun in range(1, len(COMPANY)):
        if taken := _take(reader, _BEGUN, min(limit, COMPANY[begun]), begun):
            return taken
    return []


def take_deadly(reader: int) -> list[UUID]:
    """Take the words that readers died on too often to be read once more."""
    return _take(reader, _DEADLY, COMPANY[0], len(COMPANY))


def slices(arrival_ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    """Cut arrivals, in order, into lists whose bytes fit in memory together."""
    for start in range(0, len(arrival_ids), COMPANY[0]):
        some = Arrival.objects.filter(pk__in=arrival_ids[start : start + COMPANY[0]]).order_by("pk")
        together: list[UUID] = []
        size = 0
        for arrival_id, n in some.values_list("pk", "blob__size"):
            if together and size + n > SLICE_BYTES:
                yield together
                together, size = [], 0
            together.append(arrival_id)
            size += n
        if together:
            yield together


def _take(reader: int, which: str, limit: int, begun: int = 0) -> list[UUID]:
    said = {"reader": reader, "limit": limit, "begun": begun, "at_work": _AT_WORK}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(which=which), said)
        return sorted(row[0] for row in cursor.fetchall())


def _execute(statement: str, *values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
