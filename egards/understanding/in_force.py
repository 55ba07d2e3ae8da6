"""Which version reads: the engine as shipped, or with what members taught it."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from egards import jobnames
from egards.accounts.models import Member
from egards.core.clock import now
from egards.core.jobs import ask_for
from egards.understanding.actions import mass_engine
from egards.understanding.engines.taught import Lessons, TaughtEngine, Teaching
from egards.understanding.models import InForce, Version
from egards.understanding.reading import Engine

#: Of pg_advisory_xact_lock: versions are made and put in force one at a time.
_LOCK: Final = 7_260_411


def version_in_force() -> Version | None:
    """Return the version that reads (one query); None is the engine as shipped."""
    last = InForce.objects.select_related("version").first()
    return last.version if last else None


def teaching_in_force() -> Teaching | None:
    """Return what the version in force was taught (one query), to be handed to another process."""
    pk = InForce.objects.values_list("version_id", flat=True).first()
    return _teaching(pk) if pk else None


def engine_of(teaching: Teaching | None) -> Engine:
    """Return the engine as shipped, or with what it was taught. Touches no database."""
    return TaughtEngine(mass_engine(), teaching) if teaching else mass_engine()


def put_in_force(*, version: Version | None, by: Member | None) -> None:
    """Have this version read from now on; None is the engine as shipped. What was said is then read again.

    ``by`` is the member who chose, None when it took over by itself. Saying the same again changes nothing.
    """
    with transaction.atomic():
        one_at_a_time()
        current = version_in_force()
        if (current and current.pk) == (version and version.pk):
            return
        InForce.objects.create(version=version, by=by, at=now())
        transaction.on_commit(partial(ask_for, jobnames.READ_AGAIN))


def one_at_a_time() -> None:
    """Wait for whoever makes a version or puts one in force, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@lru_cache(maxsize=4)
def _teaching(pk: UUID) -> Teaching:
    version = Version.objects.get(pk=pk)
    return Teaching(version.number, Lessons.of_json(version.lessons))
