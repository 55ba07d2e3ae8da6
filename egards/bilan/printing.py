"""The printed pages: A4, two of them whatever the data, tagged for screen readers (PDF/UA-1), by typst."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Literal

import typst

from egards.bilan.report import Report
from egards.bilan.style import FONTS, TEMPLATES, colours

PAGES = 2
#: What is given up, step by step, should the words not fit: (themes, causes, lines of method).
_ROOM = (
    *((13, 9, 9), (13, 7, 9), (13, 6, 9), (13, 5, 9), (13, 4, 9)),
    *((11, 4, 9), (9, 3, 9), (7, 3, 9), (6, 2, 3), (4, 1, 1)),
)


class DoesNotFit(Exception):
    """The report cannot be set on two pages, whatever is left out."""


def printed(report: Report, *, made_at: datetime) -> bytes:
    """Return the PDF. Raises ``DoesNotFit`` when no room is enough, which no data should bring about."""
    return _compiled(fitted(report), "pdf", made_at)[0]


def pictures(report: Report, *, made_at: datetime) -> list[bytes]:
    """Return each page as a PNG, to look at."""
    return _compiled(fitted(report), "png", made_at)


def fitted(report: Report) -> Report:
    """Return the report with as many lines as two pages hold."""
    for themes, causes, method in _ROOM:
        shorter = replace(
            report,
            themes=replace(report.themes, rows=report.themes.rows[:themes]),
            causes=report.causes[:causes],
            method=replace(report.method, sentences=report.method.sentences[:method]),
        )
        if page_count(shorter) == PAGES:
            return shorter
    raise DoesNotFit("le bilan ne tient pas sur deux pages")


def page_count(report: Report) -> int:
    """Return how many pages a report takes, as it is."""
    found = typst.query(
        TEMPLATES / "report.typ",
        "<pages>",
        field="value",
        one=True,
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs=_inputs(report),
    )
    return int(json.loads(found))


def _compiled(report: Report, form: Literal["pdf", "png"], made_at: datetime) -> list[bytes]:
    setter = typst.Compiler(
        TEMPLATES / "report.typ",
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs=_inputs(report),
    )
    standards: list[Literal["ua-1"]] = ["ua-1"] if form == "pdf" else []
    made = setter.compile(format=form, pdf_standards=[*standards], timestamp=int(made_at.timestamp()), ppi=110.0)
    return made if isinstance(made, list) else [made] if made else []


def _inputs(report: Report) -> dict[str, str]:
    return {"report": json.dumps(asdict(report), ensure_ascii=False), "colours": json.dumps(colours())}
