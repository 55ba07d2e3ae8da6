"""The pulse as its template shows it: texts, plots, tables, and where each figure leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from egards.core import french
from egards.dashboards.charts import Point, polarity_chart, tones_chart
from egards.dashboards.figures import Figure, promises_figure, share_figure, wait_figure
from egards.dashboards.links import WordLinks
from egards.dashboards.periods import PERIODS, USUAL
from egards.dashboards.plots import Spark, WaitPlot, spark, wait_plot
from egards.dashboards.pulse import Pulse
from egards.dashboards.sentences import alarm_sentences, answer, caution, late_media
from egards.dashboards.spans import ends, open_span, span
from egards.dashboards.waits import Medium
from egards.interactions.queries import Law
from egards.measures.queries import DayTones
from egards.measures.themes import ThemeLine
from egards.statistics.intervals import Posterior
from egards.statistics.jumps import Jump
from egards.statistics.rising import MINIMUM_WEEKS
from egards.touchpoints.registry import all_kinds


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of a table: its name, its words if there are any, its cells as text."""

    day: str
    link: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme, its weeks drawn, its words, its cells as text."""

    label: str
    tone: int
    plot: Spark
    link: str
    cells: list[str]
    sudden: str = ""


@dataclass(frozen=True, slots=True)
class MediumRow:
    """A medium: its plot, its quantiles as text, its words."""

    label: str
    icon: str
    medium: Medium
    plot: WaitPlot | None
    clock: tuple[str, str]
    open_hours: tuple[str, str]
    interval: str
    is_late: bool
    link: str


def page(pulse: Pulse, *, now: datetime, can_read: bool) -> dict[str, Any]:
    """Return the template's context. Who may not read words gets figures without the way to them."""
    pages = _Links(pulse, can_read)
    media = [_medium(row, medium, pages) for row, medium in enumerate(pulse.media)]
    days, today = pulse.tones[-pulse.period.bars :], pulse.period.today
    return {
        "pulse": pulse,
        "now": now,
        "periods": list(pages.periods()),
        "export": pages.here("pulse_export"),
        "answer": answer(pulse),
        "caution": caution(pulse),
        "unhappy_link": pages.words(tone="n"),
        "figures": _figures(pulse, pages),
        "alarms": alarm_sentences(pulse),
        "polarity": polarity_chart(pulse.points, [pages.day(p.day) for p in pulse.points], today=today).as_data(),
        "curve": [_curve_row(p, s, pages, today) for p, s in _newest_first(pulse)],
        "rising": [_theme(line, pages) for line in pulse.rising],
        "themes": [_theme(line, pages) for line in pulse.themes],
        "weeks_missing": max(0, MINIMUM_WEEKS - pulse.weeks),
        "media": media,
        "media_height": 36 * len(media) + 10,
        "late": late_media([row.label for row in media if row.is_late]),
        "tones": tones_chart(days, [pages.day(d.day) for d in days], today=today).as_data(),
        "volumes": [_tone_row(d, pages, today) for d in reversed(days)],
        "law_rows": [(touchpoint, _law_cells(law)) for touchpoint, law in pulse.law],
        "read_share": pulse.read / pulse.words if pulse.words else None,
        "can_read": can_read,
        "has_spoken": any(point.tones.words for point in pulse.points),
    }


def _figures(pulse: Pulse, pages: _Links) -> list[Figure]:
    read = _("Read them")
    return [
        share_figure(_("Happy"), pulse.happy, link=pages.words(tone="p"), link_text=read, more_is_better=True),
        share_figure(_("Unhappy"), pulse.unhappy, link=pages.words(tone="n"), link_text=read, more_is_better=False),
        promises_figure(pulse.promises, link=pages.words(answer="manquee"), link_text=_("Read those not kept")),
        wait_figure(pulse.waits, pulse.waits_before, link=pages.words(answer="demande"), link_text=_("Read who asked")),
    ]


def _newest_first(pulse: Pulse) -> list[tuple[Point, float]]:
    return list(zip(pulse.points, pulse.smoothed, strict=True))[::-1]


def _curve_row(point: Point, smoothed: float, pages: _Links, today: date) -> DayRow:
    tones, known = point.tones, point.known
    alone = french.percent(tones.happy / tones.read) if point.is_dotted else _("fewer than 10")
    share = french.percent(known.median) if known else _("fewer than 30")
    ends = _("%(low)s to %(high)s") % _interval(known) if known else "—"
    cells = [_count(tones.read), alone, share, ends, _count(point.n), french.percent(smoothed)]
    return DayRow(french.day(point.day, today=today), pages.day(point.day) if tones.words else "", cells)


def _interval(known: Posterior) -> dict[str, str]:
    return {"low": french.number(100 * known.low95), "high": french.percent(known.high95)}


def _tone_row(tones: DayTones, pages: _Links, today: date) -> DayRow:
    counts = (tones.words, tones.n2, tones.n1, tones.n0, tones.ambiguous, tones.p1, tones.p2)
    link = pages.day(tones.day) if tones.words else ""
    return DayRow(french.day(tones.day, today=today), link, [_count(n) for n in counts])


def _count(n: int) -> str:
    """A count as text; the page writes hundreds, mostly small."""
    return str(n) if 0 <= n < 1000 else french.number(n)


def _law_cells(law: Law) -> list[str]:
    counts = (law.received, law.stored, law.duplicate, law.quarantined, law.refused, law.waiting)
    return [_count(n) for n in counts]


def _theme(line: ThemeLine, pages: _Links) -> ThemeRow:
    usual = "—"
    if line.usual:
        low, high = line.usual
        usual = _("%(low)s to %(high)s") % {"low": _count(low), "high": _count(high)}
    cells = [_count(line.n), usual, _count(line.people)]
    return ThemeRow(
        line.label, line.tone, spark(line.weeks, line.usual), pages.week(line.code), cells, _sudden(line.sudden)
    )


def _sudden(jump: Jump | None) -> str:
    """What the last three days show that the week does not show yet."""
    if jump is None:
        return ""
    said = {"n": _count(jump.count), "usual": french.number(jump.usual, decimals=1)}
    return _("%(n)s in three days, %(usual)s as a rule") % said


def _medium(row: int, medium: Medium, pages: _Links) -> MediumRow:
    kind = all_kinds().get(medium.kind)
    waits = medium.waits
    median, ninth = waits.open_hours(0.5), waits.open_hours(0.9)
    plot = None
    if waits.is_enough and median.value is not None:
        plot = wait_plot(row, median=median.value, ninth=ninth.value, promised=medium.promised)
    is_late = bool(plot and medium.promised and (ninth.value is None or ninth.value > medium.promised))
    point = medium.touchpoints[0].pk if len(medium.touchpoints) == 1 else None
    return MediumRow(
        label=str(kind.label) if kind else medium.kind,
        icon=kind.icon if kind else "message-circle",
        medium=medium,
        plot=plot,
        clock=(span(waits.on_the_clock(0.5)), span(waits.on_the_clock(0.9))),
        open_hours=(open_span(median), open_span(ninth)),
        interval=ends(median),
        is_late=is_late,
        link=pages.words(answer="demande", point=point),
    )


class _Links:
    """Addresses that keep what is looked at: the place, the days."""

    def __init__(self, pulse: Pulse, can_read: bool) -> None:
        self.period, self.where = pulse.period, pulse.look.code
        self._links = WordLinks(self.where) if can_read else None

    def words(self, **more: Any) -> str:
        """The words of the period."""
        return self._words(self.period.since, self.period.today, **more)

    def day(self, day: date) -> str:
        """The words of one day."""
        return self._words(day, day)

    def week(self, theme: str) -> str:
        """The words of a theme in the seven days that end today."""
        return self._words(self.period.today - timedelta(days=6), self.period.today, theme=theme)

    def here(self, route: str, period: str = "") -> str:
        """This page, or its file, with another period."""
        code = period or self.period.code
        asked = {"periode": "" if code == USUAL else code, "ou": self.where}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse(route)}?{query}" if query else reverse(route)

    def periods(self) -> Iterator[dict[str, Any]]:
        """The three periods."""
        names = {"jour": _("Today"), "7": _("7 days"), "28": _("28 days")}
        for code in PERIODS:
            yield {"label": names[code], "url": self.here("pulse", code), "current": code == self.period.code}

    def _words(self, since: date, until: date, **more: Any) -> str:
        return self._links.to(since, until, **more) if self._links else ""
