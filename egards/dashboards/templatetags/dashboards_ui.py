"""What the dashboards' templates write beside ``egards_ui``. A page has hundreds of cells: each tag writes a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from egards.dashboards.page import DayRow
from egards.dashboards.plots import Spark

register = template.Library()


@register.simple_tag
def as_json(data: Mapping[str, object]) -> SafeString:
    """Data for a script, escaped for an attribute between double quotes."""
    return escape(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


@register.simple_tag
def cells_of(cells: Sequence[str]) -> SafeString:
    """Cells of figures, escaped in one go: a page has six hundred of them."""
    inside = escape("\x1f".join(cells)).replace("\x1f", '</td><td class="n">')
    return SafeString(f'<td class="n">{inside}</td>')


@register.simple_tag
def day_row(row: DayRow) -> SafeString:
    """A row of a day, its name a link to its words when there are any."""
    day = f'<a href="{escape(row.link)}">{escape(row.day)}</a>' if row.link else escape(row.day)
    return SafeString(f'<tr><th scope="row">{day}</th>{cells_of(row.cells)}</tr>')


@register.simple_tag
def weeks_plot(plot: Spark) -> SafeString:
    """A few weeks as a line over the usual range; the cells beside it say the same."""
    band = SafeString("")
    if plot.has_band:
        shape = '<rect class="c-band" x="0" y="{}" width="120" height="{}"/>'
        band = format_html(shape, plot.band_y, plot.band_height)
    shape = (
        '<svg class="plot spark" viewBox="0 0 120 26" aria-hidden="true">{}<path class="c-line" d="{}"/>'
        '<circle class="c-dot" cx="{}" cy="{}" r="4"/></svg>'
    )
    return format_html(shape, band, plot.path, plot.last_x, plot.last_y)


@register.simple_tag
def row_y(row: int) -> int:
    """Where the text of a row of the waits' plot stands."""
    return 26 + 36 * row
