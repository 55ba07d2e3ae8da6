"""Reads of the figures of days: one statement for all that the pulse says of words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

#: Eight weeks to compare with, and the one that runs.
WEEKS = 9
DAYS = 7 * WEEKS
#: Days in which a jump shows first.
RECENT = 3


@dataclass(frozen=True, slots=True)
class DayTones:
    """What was said on one day, over the touchpoints asked for. ``read`` = the five tones + ``ambiguous``."""

    day: date
    words: int = 0
    read: int = 0
    n2: int = 0
    n1: int = 0
    n0: int = 0
    p1: int = 0
    p2: int = 0
    ambiguous: int = 0

    @property
    def happy(self) -> int:
        """Words whose tone is rather or very happy."""
        return self.p1 + self.p2

    @property
    def unhappy(self) -> int:
        """Words whose tone is rather or very unhappy."""
        return self.n1 + self.n2

    @property
    def between(self) -> int:
        """Words neutral or ambiguous."""
        return self.n0 + self.ambiguous


@dataclass(slots=True)
class ThemeWeeks:
    """How often a theme was said: ``weeks[0]`` is the seven days that end today, ``weeks[8]`` eight weeks before.

    ``days`` are the same ``DAYS``, one by one, the oldest first. The rest speaks of ``weeks[0]``: ``polarity`` is the
    sum of −2…+2, ``people`` how many different people, ``recent_people`` how many in the last ``RECENT`` days.
    """

    theme: str
    weeks: list[int] = field(default_factory=lambda: [0] * WEEKS)
    days: list[int] = field(default_factory=lambda: [0] * DAYS)
    unhappy: int = 0
    happy: int = 0
    polarity: int = 0
    people: int = 0
    recent_people: int = 0


@dataclass(frozen=True)
class Figures:
    """Days from the oldest to today, without a hole; themes in the order of their codes."""

    days: list[DayTones]
    themes: list[ThemeWeeks]


def figures(touchpoint_ids: Collection[UUID], *, place_id: UUID | None, today: date) -> Figures:
    """Return what was said over the ``DAYS`` days that end with ``today``, of one place or of all (one query)."""
    days = {today - timedelta(days=age): DayTones(today - timedelta(days=age)) for age in reversed(range(DAYS))}
    themes: dict[str, ThemeWeeks] = {}
    with connection.cursor() as cursor:
        place = "place_id IS NULL" if place_id is None else "place_id = %(place)s"
        told = {"ids": list(touchpoint_ids), "place": place_id, "today": today, "since": min(days), "recent": RECENT}
        cursor.execute(_FIGURES.format(place=place), told)
        for kind, theme, age, *numbers in cursor.fetchall():
            if kind == "day":
                day = today - timedelta(days=age)
                days[day] = DayTones(day, *numbers)
                continue
            weeks = themes.setdefault(theme, ThemeWeeks(theme))
            if kind == "people":
                weeks.people, weeks.recent_people = numbers[:2]
                continue
            weeks.days[DAYS - 1 - age] = numbers[0]
            weeks.weeks[age // 7] += numbers[0]
            if age < 7:
                weeks.unhappy += numbers[1]
                weeks.happy += numbers[2]
                weeks.polarity += numbers[3]
    return Figures(list(days.values()), [themes[code] for code in sorted(themes)])


_FIGURES = """
WITH said AS MATERIALIZED (
    SELECT theme, %(today)s - day AS age, words, unhappy, happy, polarity, people
    FROM measures_themefigure
    WHERE touchpoint_id = ANY(%(ids)s) AND day BETWEEN %(since)s AND %(today)s AND {place}
)
SELECT 'day', '', %(today)s - day, sum(words), sum(read), sum(n2), sum(n1), sum(n0), sum(p1), sum(p2), sum(ambiguous)
FROM measures_dayfigure
WHERE touchpoint_id = ANY(%(ids)s) AND day BETWEEN %(since)s AND %(today)s AND {place}
GROUP BY day
UNION ALL
SELECT 'theme', theme, age, sum(words), sum(unhappy), sum(happy), sum(polarity), 0, 0, 0, 0
FROM said GROUP BY theme, age
UNION ALL
SELECT 'people', theme, 0, count(DISTINCT person), count(DISTINCT person) FILTER (WHERE age < %(recent)s),
    0, 0, 0, 0, 0, 0
FROM said CROSS JOIN LATERAL unnest(people) AS person WHERE age < 7 GROUP BY theme
"""
