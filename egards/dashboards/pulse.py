"""The pulse: what customers write, what rises, how long they wait, what we promised; composed from counted reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from egards.dashboards.charts import Point, sliding
from egards.dashboards.periods import Period
from egards.dashboards.queries import Contacts, Where, at_touchpoints
from egards.dashboards.shares import Share, share
from egards.dashboards.waits import Medium, Waits, all_waits
from egards.interactions.queries import Law
from egards.measures.queries import DayTones, figures
from egards.measures.themes import ThemeLine, known_weeks, rising, season_of_days, theme_lines
from egards.statistics.control import Alarm, alarms, ewma, p_chart
from egards.touchpoints.models import Touchpoint


@dataclass(frozen=True)
class Pulse:
    """Everything the page says, before it is put in words."""

    look: Where
    period: Period
    tones: list[DayTones]
    points: list[Point]
    smoothed: list[float]
    alarms: list[Alarm]
    happy: Share
    unhappy: Share
    weeks: int
    themes: list[ThemeLine]
    rising: list[ThemeLine]
    waits: Waits
    waits_before: Waits
    media: list[Medium]
    promises: Share
    law: list[tuple[Touchpoint, Law]]

    @property
    def whole_law(self) -> Law:
        """The law over all touchpoints shown."""
        return sum((law for _touchpoint, law in self.law), Law())

    @property
    def words(self) -> int:
        """Words received in the period."""
        return sum(day.words for day in self.period_tones)

    @property
    def read(self) -> int:
        """Those that were read."""
        return sum(day.read for day in self.period_tones)

    @property
    def period_tones(self) -> list[DayTones]:
        """The days of the period."""
        return self.tones[-self.period.days :]


def pulse(look: Where, period: Period, *, now: datetime) -> Pulse:
    """Read and compose the pulse of what somebody looks at (two queries)."""
    ids = [touchpoint.pk for touchpoint in look.touchpoints]
    counted = figures(ids, place_id=look.place_id, today=period.today)
    there = at_touchpoints(look, period, now=now)
    points = sliding(counted.days, shown=period.chart_days)
    centre, found = _alarms(points)
    weeks = known_weeks(counted.days, period.today)
    lines = theme_lines(counted.themes, weeks=weeks, season=season_of_days(counted.days, weeks=weeks))
    waits, media = all_waits(look.touchpoints, there.contacts, since=period.begins_at, until=now)
    earlier, _media = all_waits(look.touchpoints, there.before, since=period.before_begins_at, until=now)
    return Pulse(
        look=look,
        period=period,
        tones=counted.days,
        points=points,
        smoothed=ewma([p.tones.happy / p.tones.read if p.is_dotted else None for p in points], start=centre),
        alarms=found,
        happy=_tone_share(counted.days, period, "happy"),
        unhappy=_tone_share(counted.days, period, "unhappy"),
        weeks=weeks,
        themes=lines,
        rising=rising(lines),
        waits=waits,
        waits_before=earlier,
        media=media,
        promises=_promises(there.contacts, there.before),
        law=[(touchpoint, there.law[touchpoint.pk]) for touchpoint in look.touchpoints],
    )


def _tone_share(days: Sequence[DayTones], period: Period, tone: str) -> Share:
    def counted(some: Sequence[DayTones]) -> tuple[int, int]:
        return sum(getattr(day, tone) for day in some), sum(day.read for day in some)

    length = period.days
    return share(*counted(days[-length:]), before=counted(days[-2 * length : -length]))


def _promises(here: Mapping[UUID, Contacts], before: Mapping[UUID, Contacts]) -> Share:
    def counted(some: Mapping[UUID, Contacts]) -> tuple[int, int]:
        kept, broken = sum(c.kept for c in some.values()), sum(c.broken for c in some.values())
        return kept, kept + broken

    return share(*counted(here), before=counted(before))


def _alarms(points: Sequence[Point]) -> tuple[float, list[Alarm]]:
    """The centre of the control chart, and its alarms of the last seven days."""
    if not any(p.tones.read for p in points):
        return 0.5, []
    centre, days = p_chart([p.tones.happy for p in points], [p.tones.read for p in points])
    return centre, [alarm for alarm in alarms(centre, days) if alarm.index >= len(points) - 7]


def day_at(points: Sequence[Point], alarm: Alarm) -> date:
    """Return the day an alarm speaks of."""
    return points[alarm.index].day
