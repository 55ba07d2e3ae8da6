"""A small town with a pulse: words with readings written straight, conversations with waits, promises; all by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from egards.accounts.models import Place
from egards.conversations.models import Conversation, Promise
from egards.core.ids import new_id
from egards.customers.models import Customer, TimelineEntry
from egards.interactions.models import Content, Interaction
from egards.measures.actions import touch_days
from egards.measures.days import day_of
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading

#: Monday evening, the 23rd of November 2026.
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def words(
    n: int, *, at: Touchpoint, days_ago: int = 0, polarity: int | None = 0, theme: str = "", said: str = "Bonjour",
    place: Place | None = None, by: Customer | None = None,
) -> list[Interaction]:  # fmt: skip
    """``n`` words said at noon some days ago, read as ``polarity`` (None: ambiguous), each by somebody new."""
    when = NOW - timedelta(days=days_ago, hours=6)
    rows = [
        Interaction(id=new_id(), touchpoint=at, mode="archive", happened_at=when, received_at=when, place=place)
        for _ in range(n)
    ]
    Interaction.objects.bulk_create(rows)
    Content.objects.bulk_create([Content(interaction=row, touchpoint_id=at.pk, at=when, text=said) for row in rows])
    _read(rows, at.pk, polarity, theme)
    people = [by] * n if by else Customer.objects.bulk_create([Customer(name=f"Client {row.pk}") for row in rows])
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(customer=who, happened_at=when, kind="word", ref=row.pk, touchpoint_id=at.pk)
            for row, who in zip(rows, people, strict=True)
        ]
    )
    touch_days([(at.pk, day_of(when))])
    return rows


def _read(rows: list[Interaction], touchpoint_id: UUID, polarity: int | None, theme: str) -> None:
    said = {"theme": theme, "polarity": polarity or 0, "ambiguous": polarity is None, "spans": []}
    Reading.objects.bulk_create(
        [
            Reading(
                content_id=row.pk, touchpoint_id=touchpoint_id, engine="main", version="1", language="fr",
                polarity=polarity or 0, is_ambiguous=polarity is None, margin=1, urgency="none",
                theme_slugs=[theme] if theme else [], themes=[said] if theme else [],
            )
            for row in rows
        ]
    )  # fmt: skip


def conversation(
    *, at: Touchpoint, hours_ago: float, answered_after: float | None = None, worked: float | None = None,
    place: Place | None = None, word: Interaction | None = None,
) -> Conversation:  # fmt: skip
    """A customer who asked some hours ago, and was answered after so many minutes (``worked``: in open hours)."""
    asked_at = NOW - timedelta(hours=hours_ago)
    answered_at = None if answered_after is None else asked_at + timedelta(minutes=answered_after)
    worked = answered_after if worked is None else worked
    made = Conversation.objects.create(
        brand=at.brand, touchpoint=at, place=place, opened_at=asked_at, asked_at=asked_at, answered_at=answered_at,
        answer_worked_seconds=None if worked is None else round(60 * worked),
    )  # fmt: skip
    if word:
        made.turns.create(interaction=word, at=asked_at, why="first")
    return made


def promise(about: Conversation, status: str, *, due_hours_ago: float) -> Promise:
    """A promise of an answer that fell due some hours ago."""
    due_at = NOW - timedelta(hours=due_hours_ago)
    made_at = due_at - timedelta(hours=9)
    return about.promises.create(kind="answer", made_at=made_at, due_at=due_at, first_due_at=due_at, status=status)
