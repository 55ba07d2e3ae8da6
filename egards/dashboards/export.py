"""The figures as a file for a spreadsheet. A cell never begins a formula (OWASP, « CSV Injection »)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _

from egards.dashboards.charts import Point
from egards.dashboards.pulse import Pulse
from egards.dashboards.shares import Share
from egards.dashboards.waits import Waits
from egards.statistics.waits import WaitQuantile
from egards.touchpoints.registry import all_kinds

Row = tuple[object, ...]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(pulse: Pulse) -> bytes:
    """Return every figure of the page: what, of what, day, value, from, to, n. UTF-8 with its mark, semicolons."""
    written = StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow([_("figure"), _("of"), _("day"), _("value"), _("from"), _("to"), "n"])
    table.writerows([[_cell(value) for value in row] for row in _rows(pulse)])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _rows(pulse: Pulse) -> Iterator[Row]:
    yield _share(_("happy, %"), pulse.happy)
    yield _share(_("unhappy, %"), pulse.unhappy)
    yield _share(_("promises kept, %"), pulse.promises)
    yield from _waits(_("all"), pulse.waits)
    for medium in pulse.media:
        kind = all_kinds().get(medium.kind)
        yield from _waits(str(kind.label) if kind else medium.kind, medium.waits)
    for point in pulse.points:
        yield _curve(point)
    for day in pulse.period_tones:
        tones = ((_("words received"), day.words), (_("words read"), day.read), (_("unhappy"), day.unhappy))
        for what, n in (*tones, (_("neutral or ambiguous"), day.between), (_("happy"), day.happy)):
            yield what, "", day.day.isoformat(), n, "", "", ""
    for theme in pulse.themes:
        low, high = theme.usual or ("", "")
        yield _("words this week, usual from … to"), theme.label, "", theme.n, low, high, theme.people
    for touchpoint, law in pulse.law:
        names = (_("received"), _("kept"), _("duplicates"), _("quarantine"), _("refused"), _("waiting"))
        counts = (law.received, law.stored, law.duplicate, law.quarantined, law.refused, law.waiting)
        for name, n in zip(names, counts, strict=True):
            yield name, touchpoint.name, "", n, "", "", ""


def _share(name: str, share: Share) -> Row:
    if not share.is_enough:
        return name, "", "", "", "", "", share.n
    known = share.known
    return name, "", "", *(_hundredth(part) for part in (known.median, known.low95, known.high95)), share.n


def _curve(point: Point) -> Row:
    day, known = point.day.isoformat(), point.known
    if known is None:
        return _("happy over seven days, %"), "", day, "", "", "", point.n
    parts = (known.median, known.low95, known.high95)
    return _("happy over seven days, %"), "", day, *(_hundredth(part) for part in parts), point.n


def _waits(of: str, waits: Waits) -> Iterator[Row]:
    for name, quantile in (
        (_("median wait, minutes"), waits.on_the_clock(0.5)),
        (_("nine in ten wait at most, minutes"), waits.on_the_clock(0.9)),
        (_("median wait in open hours, minutes"), waits.open_hours(0.5)),
        (_("nine in ten wait at most in open hours, minutes"), waits.open_hours(0.9)),
    ):
        yield name, of, "", *(_minutes(quantile, waits.is_enough)), waits.n


def _minutes(quantile: WaitQuantile, is_enough: bool) -> tuple[str, str, str]:
    if not is_enough or quantile.value is None:
        return "", "", ""
    ends = (quantile.value, quantile.low, quantile.high)
    return tuple("" if end is None else f"{end / 60:.1f}".replace(".", ",") for end in ends)  # type: ignore[return-value]


def _hundredth(share: float) -> str:
    return f"{100 * share:.1f}".replace(".", ",")


def _cell(value: object) -> object:
    """Names are people's words: one that begins as a formula is tamed with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
