"""Reading again what was said, with the version in force. What a member corrected is theirs: it is not read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from egards.interactions.models import Content
from egards.understanding.actions import ReadWord, text_of, write_readings
from egards.understanding.in_force import engine_of, teaching_in_force
from egards.understanding.models import Reading
from egards.understanding.reading import Engine
from egards.understanding.rules import MEMBER

BATCH = 1000


def unread_count(*, everything: bool = False) -> int:
    """Return how many verbatims the engine in force has to read."""
    engine = None if everything else engine_of(teaching_in_force())
    return _to_read(engine).count()


def reread_all(*, everything: bool = False, told: Callable[[int], object] = lambda n: None) -> int:
    """Read with the engine in force what it has not read yet (or, with ``everything``, drop its own readings first).

    What it had read before another version came is taken up again as it stands. Each batch commits: an interruption
    loses nothing, the next run goes on. Returns how many now stand otherwise.
    """
    engine = engine_of(teaching_in_force())
    if everything:
        Reading.objects.filter(engine=engine.name, version=engine.version).delete()
    done = _take_up(engine, told)
    last = UUID(int=0)
    while batch := list(_to_read(engine).filter(pk__gt=last).order_by("pk")[:BATCH]):
        with transaction.atomic():
            Reading.objects.filter(content__in=batch, is_current=True).update(is_current=False)
            readings = engine.read([text_of(content) for content in batch])
            write_readings(
                readings=[
                    ReadWord(content.pk, content.touchpoint_id, reading)
                    for content, reading in zip(batch, readings, strict=True)
                ]
            )
        done, last = done + len(batch), batch[-1].pk
        told(len(batch))
    return done


def _take_up(engine: Engine, told: Callable[[int], object]) -> int:
    """Make the engine's earlier readings current again, where no member said otherwise."""
    done = 0
    earlier = Reading.objects.filter(engine=engine.name, version=engine.version, is_current=False)
    earlier = earlier.exclude(Exists(_said(OuterRef("content_id"))))
    while batch := list(earlier.order_by("pk").values_list("pk", "content_id")[:BATCH]):
        _make_current(batch)
        done += len(batch)
        told(len(batch))
    return done


@transaction.atomic
def _make_current(batch: Sequence[tuple[UUID, UUID]]) -> None:
    Reading.objects.filter(content_id__in=[content for _pk, content in batch], is_current=True).update(is_current=False)
    Reading.objects.filter(pk__in=[pk for pk, _content in batch]).update(is_current=True)


def _to_read(engine: Engine | None) -> QuerySet[Content]:
    """Verbatims without a reading of this engine; all that may be read without one."""
    contents = Content.objects.exclude(text="", subject="", interaction__score=None)
    contents = contents.exclude(Exists(_said(OuterRef("pk"))))
    if engine is None:
        return contents
    read = Reading.objects.filter(content=OuterRef("pk"), engine=engine.name, version=engine.version)
    return contents.exclude(Exists(read)).select_related("interaction")


def _said(content: OuterRef) -> QuerySet[Reading]:
    return Reading.objects.filter(content=content, engine=MEMBER, is_current=True)
