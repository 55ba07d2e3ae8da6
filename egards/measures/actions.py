"""Counting days: whoever changes a day says so; the counter takes the days told and counts each one from its rows.

A day is counted in one transaction: its marks are taken, its figures replaced. A counter that dies leaves the marks;
one that runs twice writes the same figures. One counter works at a time (an advisory lock), so that an older count
never lands over a newer one; what is written while it counts is marked after, and counted next.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from egards.core.copy import copy_rows
from egards.interactions.models import Interaction
from egards.measures.days import begins_at, ends_at
from egards.measures.models import DayFigure, TouchedDay

BATCH = 200
#: A turn of the counter ends after this long; the next minute goes on. An import does not wait for its figures.
TURN_SECONDS = 20.0
_LOCK = 0x6567_6D65  # any number of our own

#: Days to count, as a table: touchpoint, day, first moment, first moment after.
_DAYS = "unnest(%(touchpoints)s::uuid[], %(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])"

_TAKE = """
WITH wanted AS (
    SELECT DISTINCT touchpoint_id, day FROM measures_touchedday ORDER BY day DESC, touchpoint_id LIMIT %s
)
DELETE FROM measures_touchedday t USING wanted w
WHERE t.day = w.day AND t.touchpoint_id = w.touchpoint_id
RETURNING t.touchpoint_id, t.day
"""

# A row for the whole touchpoint, and one for each place; a word stands where it says, else where its touchpoint does.
_WORDS = f"""
WITH said AS MATERIALIZED (
    SELECT i.id, d.touchpoint_id, d.day, coalesce(i.place_id, t.place_id) AS place_id
    FROM {_DAYS} AS d(touchpoint_id, day, starts, ends)
    JOIN touchpoints_touchpoint t ON t.id = d.touchpoint_id
    JOIN interactions_interaction i ON i.touchpoint_id = d.touchpoint_id
        AND i.happened_at >= d.starts AND i.happened_at < d.ends
    WHERE i.direction = 'in' AND NOT i.is_automatic
)
"""

_COUNT_DAYS = f"""
{_WORDS}
INSERT INTO measures_dayfigure
    (touchpoint_id, day, place_id, words, read, n2, n1, n0, p1, p2, ambiguous)
SELECT s.touchpoint_id, s.day, s.place_id, count(*), count(r.id),
    count(*) FILTER (WHERE NOT r.is_ambiguous AND r.polarity = -2),
    count(*) FILTER (WHERE NOT r.is_ambiguous AND r.polarity = -1),
    count(*) FILTER (WHERE NOT r.is_ambiguous AND r.polarity = 0),
    count(*) FILTER (WHERE NOT r.is_ambiguous AND r.polarity = 1),
    count(*) FILTER (WHERE NOT r.is_ambiguous AND r.polarity = 2),
    count(*) FILTER (WHERE r.is_ambiguous)
FROM said s LEFT JOIN understanding_reading r ON r.content_id = s.id AND r.is_current
GROUP BY GROUPING SETS ((s.touchpoint_id, s.day), (s.touchpoint_id, s.day, s.place_id))
HAVING GROUPING(s.place_id) = 1 OR s.place_id IS NOT NULL
"""

_COUNT_THEMES = f"""
{_WORDS},
themed AS (
    SELECT s.touchpoint_id, s.day, s.place_id, x.theme,
        coalesce((y.said->>'polarity')::int, 0) AS polarity, coalesce((y.said->>'ambiguous')::bool, true) AS unsure,
        ('x' || right(coalesce(c.merged_into_id, c.id, s.id)::text, 8))::bit(32)::int AS who
    FROM said s
    JOIN understanding_reading r ON r.content_id = s.id AND r.is_current
    CROSS JOIN LATERAL unnest(r.theme_slugs) AS x(theme)
    LEFT JOIN LATERAL (
        SELECT said FROM jsonb_array_elements(r.themes) said WHERE said->>'theme' = x.theme LIMIT 1
    ) y ON true
    LEFT JOIN LATERAL (
        SELECT customer_id FROM customers_timelineentry WHERE ref = s.id AND kind = 'word' ORDER BY id LIMIT 1
    ) e ON true
    LEFT JOIN customers_customer c ON c.id = e.customer_id
)
INSERT INTO measures_themefigure (touchpoint_id, day, place_id, theme, words, unhappy, happy, polarity, people)
SELECT touchpoint_id, day, place_id, theme, count(*),
    count(*) FILTER (WHERE NOT unsure AND polarity < 0), count(*) FILTER (WHERE NOT unsure AND polarity > 0),
    coalesce(sum(polarity) FILTER (WHERE NOT unsure), 0), array_agg(DISTINCT who ORDER BY who)
FROM themed
GROUP BY GROUPING SETS ((touchpoint_id, day, theme), (touchpoint_id, day, place_id, theme))
HAVING GROUPING(place_id) = 1 OR place_id IS NOT NULL
"""

_TOUCH_EVERYTHING = """
INSERT INTO measures_touchedday (touchpoint_id, day)
SELECT DISTINCT touchpoint_id, (happened_at AT TIME ZONE %s)::date FROM interactions_interaction
UNION
SELECT DISTINCT touchpoint_id, day FROM measures_dayfigure
"""

Pair = tuple[UUID, date]


def touch_days(pairs: Iterable[Pair]) -> None:
    """Say, in the caller's transaction, that the rows of these (touchpoint, day) changed. Appends; waits for nobody."""
    copy_rows(TouchedDay, ("touchpoint_id", "day"), sorted(set(pairs)))


def touch_everything() -> None:
    """Say that every day there ever was is to be counted: after an upgrade, or a re-reading of all words."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCH_EVERYTHING, [timezone.get_default_timezone_name()])


def count_touched(*, for_seconds: float = TURN_SECONDS) -> int:
    """Count the days that were touched, the newest first; return how many. Ends when none is left, or after a while.

    A house that holds words and never counted a day counts them all.
    """
    if not DayFigure.objects.exists() and not TouchedDay.objects.exists() and Interaction.objects.exists():
        touch_everything()
    done, until = 0, time.monotonic() + for_seconds
    while counted := _count_some():
        done += counted
        if time.monotonic() > until:
            break
    return done


def recount_all() -> int:
    """Count every day again, to the last; return how many. May be stopped and begun again."""
    touch_everything()
    return count_touched(for_seconds=float("inf"))


@transaction.atomic
def _count_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(_TAKE, [BATCH])
        days = sorted(set(cursor.fetchall()))
    if days:
        count_days(days)
    return len(days)


def count_days(days: Sequence[Pair]) -> None:
    """Replace the figures of these (touchpoint, day), each once, with what their rows say now."""
    told: dict[str, Any] = {
        "touchpoints": [touchpoint for touchpoint, _day in days],
        "days": [day for _touchpoint, day in days],
        "starts": [begins_at(day) for _touchpoint, day in days],
        "ends": [ends_at(day) for _touchpoint, day in days],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("measures_dayfigure", "measures_themefigure"):
            cursor.execute(
                f"DELETE FROM {table} f USING {_DAYS} AS d(touchpoint_id, day, starts, ends)"
                " WHERE f.touchpoint_id = d.touchpoint_id AND f.day = d.day",
                told,
            )
        cursor.execute(_COUNT_DAYS, told)
        cursor.execute(_COUNT_THEMES, told)
