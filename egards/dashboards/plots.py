"""Small plots drawn by the server: where things stand, as text (a template would write numbers with a comma)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

#: Waits are drawn on a scale of ratios, from one minute to ten days.
_SHORTEST, _LONGEST = 60.0, 10 * 86_400.0


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval with its tick, in a view box of 200 × 14."""

    from_x: str
    width: str
    tick_x: str


@dataclass(frozen=True, slots=True)
class Spark:
    """A few weeks as a line over the usual range, in a view box of 120 × 26."""

    path: str
    last_x: str
    last_y: str
    band_y: str
    band_height: str
    has_band: bool


@dataclass(frozen=True, slots=True)
class WaitPlot:
    """Median, reach to the ninth decile and promise of one medium, on a row of a view box of 420."""

    y: int
    text_y: int
    median_x: str
    width: str
    promised_x: str


def share_bar(value: float, low: float, high: float) -> Bar:
    """Place a share 0…1."""
    return _bar(value, low, high)


def wait_bar(value: float, low: float, high: float | None) -> Bar:
    """Place a wait in seconds; without a known end it runs to the edge."""
    return _bar(_ratio(value), _ratio(low), 1.0 if high is None else _ratio(high))


def _bar(value: float, low: float, high: float) -> Bar:
    start, end = 4 + 192 * low, 4 + 192 * high
    return Bar(f"{start:.1f}", f"{max(end - start, 1):.1f}", f"{4 + 192 * value - 2:.1f}")


def spark(weeks: Sequence[int], usual: tuple[int, int] | None) -> Spark:
    """Draw weeks from the oldest to this one."""
    top = max(*weeks, usual[1] if usual else 0, 1)
    points = [(116 - 16 * (len(weeks) - 1 - i), 22 - 18 * n / top) for i, n in enumerate(weeks)]
    path = "M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in points)
    low, high = usual or (0, 0)
    band_y, band_end = 22 - 18 * high / top, 22 - 18 * low / top
    last_x, last_y = points[-1]
    return Spark(path, f"{last_x:.0f}", f"{last_y:.1f}", f"{band_y:.1f}", f"{band_end - band_y:.1f}", usual is not None)


def wait_plot(row: int, *, median: float, ninth: float | None, promised: int | None) -> WaitPlot:
    """Place the ``row``-th medium (from 0)."""
    end = 336.0 if ninth is None else _wait_x(ninth)
    start = _wait_x(median)
    tick = "" if promised is None else f"{_wait_x(promised):.1f}"
    y = 22 + 36 * row
    return WaitPlot(y, y + 4, f"{start:.1f}", f"{max(end - start, 1):.1f}", tick)


def _wait_x(seconds: float) -> float:
    return 96 + 240 * _ratio(seconds)


def _ratio(seconds: float) -> float:
    return min(max(log(max(seconds, 1) / _SHORTEST) / log(_LONGEST / _SHORTEST), 0.0), 1.0)
