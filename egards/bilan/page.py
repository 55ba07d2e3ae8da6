"""The page for the screen: one file that asks nothing of anybody, readable without colours, by ear, and in the dark."""

from __future__ import annotations

from html import escape

from egards.bilan.report import Cause, Figure, Report, Row, Section, Segment, Table
from egards.bilan.style import TEMPLATES, tokens_inside

#: Even the browser is told to ask nobody.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
_FINE = "\u202f"


def page(report: Report) -> str:
    """Return the whole page as HTML."""
    style = tokens_inside() + (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(report.title)}</title>
<style>{style}</style>
</head>
<body>
<header><div>
<p class="brand">Égards</p>
<h1>{escape(report.title)}</h1>
<p class="quiet">{escape(report.about)}</p>
<p class="lead">{escape(report.lead)}</p>
</div></header>
<main>
<dl class="figures">{"".join(map(_figure, report.figures))}</dl>
{_tones(report.tones)}
{_table(report.themes)}
{_causes(report)}
{_table(report.waits)}
{_effort(report.effort)}
<div class="two">{_section(report.unread)}{_section(report.method)}</div>
</main>
<footer><p>{escape(report.made)}</p></footer>
</body>
</html>
"""


def _figure(one: Figure) -> str:
    return (
        f'<div><dt>{escape(one.name)}</dt><dd class="value {one.tone}">{escape(one.value)}</dd>'
        f"<dd>{escape(one.doubt)}</dd>"
        f'<dd class="small">{escape(one.meaning)}</dd></div>'
    )


def _tones(table: Table) -> str:
    drawn = "".join(_tone_bar(row) + f'<ul class="key">{"".join(map(_key, row.bar))}</ul>' for row in table.rows)
    return f'<section><h2>{escape(table.title)}</h2><p class="quiet">{escape(table.sentence)}</p>{drawn}</section>'


def _tone_bar(row: Row) -> str:
    return _bar(row, tall=True) if any(part.share for part in row.bar) else ""


def _key(part: Segment) -> str:
    mark = f'<svg aria-hidden="true"><rect width="100%" height="100%" rx="2" class="f-{part.role}"/></svg>'
    return f'<li>{mark}<span>{escape(part.name)}</span><br><span class="small">{escape(part.words)}</span></li>'


def _table(table: Table) -> str:
    top = f'<section><h2>{escape(table.title)}</h2><p class="quiet">{escape(table.sentence)}</p>'
    if not table.rows:
        return f"{top}</section>"
    name, n, drawn = map(escape, table.columns)
    columns = f'<th scope="col">{name}</th><th scope="col" class="n">{n}</th><th scope="col" colspan="2">{drawn}</th>'
    rows = "".join(map(_row, table.rows))
    return f"{top}<table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></section>"


def _row(row: Row) -> str:
    top = f'<tr><th scope="row">{escape(row.name)}</th><td class="n">{escape(row.n)}</td>'
    if not row.bar:
        return f'{top}<td class="small" colspan="2">{escape(row.told)}</td></tr>'
    return f'{top}<td class="drawn">{_bar(row)}</td><td class="told">{escape(row.told)}</td></tr>'


def _bar(row: Row, *, tall: bool = False) -> str:
    """Draw segments, and the interval as a stroke below; the words beside say the same, so that it may stay silent."""
    high = "100%" if tall else "70%"
    drawn, at = [f'<rect width="100%" height="{high}" rx="2" class="f-none"/>'], 0.0
    for part in row.bar:
        place = f'x="{100 * at:.2f}%" width="{100 * part.share:.2f}%"'
        drawn.append(f'<rect {place} height="{high}" class="f-{part.role}"/>')
        at += part.share
    if row.high:
        place = f'x="{100 * row.low:.2f}%" width="{100 * (row.high - row.low):.2f}%"'
        drawn.append(f'<rect {place} y="86%" height="2" class="f-doubt"/>')
    return f'<svg class="bar{" tall" if tall else ""}" aria-hidden="true" focusable="false">{"".join(drawn)}</svg>'


def _causes(report: Report) -> str:
    some = "".join(_cause(cause, report.no_quote) for cause in report.causes)
    top = f'<h2>{escape(report.causes_title)}</h2><p class="quiet">{escape(report.causes_sentence)}</p>'
    return f'<section>{top}<ul class="causes">{some}</ul></section>' if some else f"<section>{top}</section>"


def _cause(cause: Cause, no_quote: str) -> str:
    bar = _bar(Row("", "", "", (Segment("late", cause.share, ""),), cause.low, cause.high)) if cause.high else ""
    said = f"<blockquote>«{_FINE}{escape(cause.quote)}{_FINE}»</blockquote>"
    quote = said if cause.quote else f'<p class="small">{escape(no_quote)}</p>'
    return f'<li><div><h3>{escape(cause.name)}</h3><p class="small">{escape(cause.told)}</p>{bar}</div>{quote}</li>'


def _effort(section: Section) -> str:
    first, *rest = section.sentences
    more = "".join(f'<p class="quiet">{escape(one)}</p>' for one in rest)
    return f'<section><h2>{escape(section.title)}</h2><p class="said-large">{escape(first)}</p>{more}</section>'


def _section(section: Section) -> str:
    some = "".join(f'<p class="small">{escape(one)}</p>' for one in section.sentences)
    return f"<section><h2>{escape(section.title)}</h2>{some}</section>"
