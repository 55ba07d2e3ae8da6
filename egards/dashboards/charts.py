"""What ECharts draws, as plain data: colours are names of our tokens, which the page's script looks up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from egards.core import french
from egards.dashboards.shares import MINIMUM
from egards.measures.queries import DayTones
from egards.statistics.control import MINIMUM_A_DAY
from egards.statistics.intervals import Posterior, share_posteriors

WINDOW = 7
_TEXT = {"fontFamily": "--eg-sans", "fontSize": 12, "color": "--eg-ink-3"}
_SILENT = {"type": "line", "symbol": "none", "silent": True, "animation": False}


@dataclass(frozen=True, slots=True)
class Point:
    """One day of the curve: its own words, and the seven days that end with it (None under the minimum)."""

    tones: DayTones
    some: int
    n: int
    known: Posterior | None

    @property
    def day(self) -> date:
        """The day."""
        return self.tones.day

    @property
    def is_dotted(self) -> bool:
        """Whether the day alone says something."""
        return self.tones.read >= MINIMUM_A_DAY


@dataclass(frozen=True)
class Chart:
    """An ECharts option, what is said of each place on its axis, and where a click there leads."""

    option: dict[str, Any]
    said: list[str]
    links: list[str]

    def as_data(self) -> dict[str, Any]:
        """Return what the page's script reads."""
        return {"option": self.option, "said": self.said, "links": self.links}


def sliding(days: Sequence[DayTones], *, shown: int) -> list[Point]:
    """Return the last ``shown`` days with the share of happy words over the seven days that end with each."""
    ends = range(len(days) - shown, len(days))
    windows = [days[max(0, end - WINDOW + 1) : end + 1] for end in ends]
    sums = [(sum(d.happy for d in window), sum(d.read for d in window)) for window in windows]
    known = share_posteriors([some for some, _n in sums], [n for _some, n in sums])
    return [
        Point(days[end], some, n, posterior if n >= MINIMUM else None)
        for end, (some, n), posterior in zip(ends, sums, known, strict=True)
    ]


def polarity_chart(points: Sequence[Point], links: list[str], *, today: date) -> Chart:
    """Draw the sliding share: 95 % band, 50 % band inside, median, and one ring per day of ten words or more."""
    known = [p.known for p in points]
    lows = [k.low95 for k in known if k] + [p.tones.happy / p.tones.read for p in points if p.is_dotted]
    highs = [k.high95 for k in known if k] + [p.tones.happy / p.tones.read for p in points if p.is_dotted]
    floor = max(0, int(min(lows, default=0) * 10) * 10)
    ceiling = min(100, -int(-max(highs, default=1) * 10 // 1) * 10)
    dots = [_percent(p.tones.happy / p.tones.read) if p.is_dotted else None for p in points]
    last = known[-1] if known else None
    series = [
        *_band(
            [k.low95 if k else None for k in known], [k.high95 if k else None for k in known], "--eg-chart-band", "95"
        ),
        *_band(
            [k.low50 if k else None for k in known], [k.high50 if k else None for k in known], "--eg-chart-band-2", "50"
        ),
        _SILENT
        | {
            "data": [k and _percent(k.median) for k in known],
            "lineStyle": {"color": "--eg-chart-line", "width": 2},
            "z": 4,
        },
        _rings(dots),
        *_ends(last, at=len(points) - 1),
    ]
    option = _frame([french.day(p.day, today=today) for p in points])
    option["grid"]["right"] = 40
    option["yAxis"] |= {"min": floor, "max": max(ceiling, floor + 10), "interval": 10 if ceiling - floor <= 60 else 20}
    option["series"] = series
    return Chart(option, [said_of(p, today=today) for p in points], links)


def tones_chart(days: Sequence[DayTones], links: list[str], *, today: date) -> Chart:
    """Draw one stacked bar a day: unhappy on top, happy at the foot, what nobody has read yet above all."""
    layers = (
        ("--eg-pol-pos2", [d.p2 for d in days]),
        ("--eg-pol-pos1", [d.p1 for d in days]),
        ("--eg-pol-0", [d.between for d in days]),
        ("--eg-pol-neg1", [d.n1 for d in days]),
        ("--eg-pol-neg2", [d.n2 for d in days]),
        ("--eg-line", [d.words - d.read for d in days]),
    )
    option = _frame([french.day(d.day, today=today) for d in days])
    option["yAxis"] |= {"minInterval": 1, "splitNumber": 3}
    option["series"] = [
        {
            "type": "bar", "stack": "tones", "data": counts, "animation": False, "barMaxWidth": 30, "cursor": "pointer",
            "itemStyle": {"color": colour, "borderColor": "--eg-surface", "borderWidth": 0.5},
        }
        for colour, counts in layers
    ]  # fmt: skip
    said = [
        _("%(day)s: %(n)s words, %(happy)s happy, %(unhappy)s unhappy")
        % {"day": french.day(d.day, today=today), "n": french.number(d.words), "happy": french.number(d.happy),
           "unhappy": french.number(d.unhappy)}
        for d in days
    ]  # fmt: skip
    return Chart(option, said, links)


def said_of(point: Point, *, today: date) -> str:
    """Return a point of the curve as a sentence."""
    day = french.day(point.day, today=today)
    if point.known is None:
        return _("%(day)s: %(n)s words read in seven days, too few for a figure") % {"day": day, "n": point.n}
    known = point.known
    return _("%(day)s: %(share)s happy over seven days, between %(low)s and %(high)s, n = %(n)s") % {
        "day": day,
        "share": french.percent(known.median),
        "low": french.number(100 * known.low95),
        "high": french.percent(known.high95),
        "n": french.number(point.n),
    }


def _frame(names: list[str]) -> dict[str, Any]:
    """Axes as quiet as paper: days below, numbers at the left, hairlines across."""
    axis = {"axisLine": {"show": False}, "axisTick": {"show": False}, "axisLabel": _TEXT | {"hideOverlap": True}}
    return {
        "aria": {"enabled": False},  # the figure's own words say it better, and the table says it all
        "animation": False,
        "grid": {"left": 36, "right": 16, "top": 12, "bottom": 28},
        "xAxis": {"type": "category", "data": names, "boundaryGap": True, **axis},
        "yAxis": {"type": "value", "splitLine": {"lineStyle": {"color": "--eg-chart-grid"}}, **axis},
    }


def _band(
    lows: Sequence[float | None], highs: Sequence[float | None], colour: str, stack: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two stacked lines without a stroke, the space between them filled."""
    hidden = {"lineStyle": {"opacity": 0}, "stack": stack, "stackStrategy": "all"}
    thick = [
        None if low is None or high is None else _percent(high - low) for low, high in zip(lows, highs, strict=True)
    ]
    foot = _SILENT | hidden | {"data": [None if low is None else _percent(low) for low in lows]}
    return foot, _SILENT | hidden | {"data": thick, "areaStyle": {"color": colour, "opacity": 1}}


def _ends(known: Posterior | None, *, at: int) -> list[dict[str, Any]]:
    """The newest figure, and its interval's ends in words, at the right."""
    if known is None:
        return []
    text = {"show": True, "position": "right", "distance": 8, "fontFamily": "--eg-sans", "fontSize": 12}
    strong, quiet = {"color": "--eg-ink", "fontWeight": 600}, {"color": "--eg-ink-3"}
    label, hidden = text | strong | {"formatter": french.number(100 * known.median)}, {"color": "transparent"}
    dot = {"color": "--eg-chart-line", "borderColor": "--eg-surface", "borderWidth": 2}
    marks = [{"value": [at, _percent(known.median)], "symbolSize": 11, "itemStyle": dot, "label": label}]
    for share in (known.low95, known.high95):
        if abs(share - known.median) > 0.02:  # nearer, the three would stand on each other
            said = text | quiet | {"formatter": french.number(100 * share)}
            marks.append({"value": [at, _percent(share)], "symbolSize": 11, "itemStyle": hidden, "label": said})
    return [{"type": "line", "symbol": "circle", "data": [mark], "z": 6, "animation": False} for mark in marks]


def _rings(shares: Sequence[float | None]) -> dict[str, Any]:
    """One hollow ring a day, no line between them."""
    return {
        "type": "line",
        "data": list(shares),
        "symbol": "circle",
        "symbolSize": 6,
        "showSymbol": True,
        "showAllSymbol": True,
        "lineStyle": {"width": 0, "opacity": 0},
        "itemStyle": {"color": "--eg-surface", "borderColor": "--eg-ink-3", "borderWidth": 1.25},
        "animation": False,
        "z": 5,
    }


def _percent(share: float) -> float:
    return round(100 * share, 1)
