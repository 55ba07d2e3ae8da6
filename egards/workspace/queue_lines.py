"""The queue as its pane shows it: lines in groups by when something was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.conversations.queries.opened import moment
from egards.conversations.queries.queue import Row
from egards.conversations.queries.views import ZONE, end_of_day
from egards.customers.models import shown_name
from egards.workspace.chips import Chip, idle_chip, kept_chip, running_chip, written_chip
from egards.workspace.queries import icon_of_kind
from egards.workspace.wordtext import excerpt

_NOON: Final = 12
_EXCERPT: Final = 160
#: Groups in their order: code → title.
GROUPS: Final[dict[str, LazyText]] = {
    "late": gettext_lazy("Already past"),
    "noon": gettext_lazy("Before noon"),
    "tonight": gettext_lazy("Before tonight"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "later": gettext_lazy("Later"),
    "written": gettext_lazy("Written, not left yet"),
    "none": gettext_lazy("Nothing promised"),
    "kept": gettext_lazy("Promises kept"),
    "done": gettext_lazy("Those resolved"),
}
#: What a line calls out, when the last word was read so.
_FLAGS: Final[dict[str, LazyText]] = {
    "complaint": gettext_lazy("Complaint"),
    "urgent": gettext_lazy("Urgent"),
    "leaving": gettext_lazy("May leave"),
    "sensitive": gettext_lazy("Sensitive"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in the queue."""

    id: UUID
    icon: str
    name: str
    chip: Chip
    need: str
    said: str
    polarity: int | None
    is_ambiguous: bool
    flag: str
    brand: str
    place: str
    owner: str
    group: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines promised for the same part of the day."""

    code: str
    title: str
    lines: Sequence[Line]


def groups(rows: Sequence[Row], *, at: datetime, view: str = "all", tells_brand: bool = False) -> list[Group]:
    """Put the rows of a queue into groups, in the order in which they came; what was kept comes last.

    Lines say their brand when ``tells_brand``, and whenever those of several stand together.
    """
    tells_brand = tells_brand or len({row.brand for row in rows}) > 1
    lines = [_line(row, at, view, row.brand if tells_brand else "") for row in rows]
    of_row = dict(zip((line.id for line in lines), rows, strict=True))
    ordered = sorted(lines, key=lambda line: (list(GROUPS).index(line.group), _since_kept(line, of_row[line.id], at)))
    return [
        Group(code, str(GROUPS[code]), list(found)) for code, found in groupby(ordered, key=lambda line: line.group)
    ]


def customer_name(name: str | None, *, may_name: bool) -> str:
    """Return who a conversation is with, as far as the reader may know; ``name`` is None when nobody is recognised."""
    if not may_name:
        return _("Customer")
    return _("Not recognised yet") if name is None else name


def first_name(name: str) -> str:
    """Return how colleagues call each other."""
    return name.partition(" ")[0]


def group_of(due_at: datetime | None, at: datetime) -> str:
    """Return the part of the days to come that a promise falls in, on members' clocks."""
    if due_at is None:
        return "none"
    local = due_at.astimezone(ZONE)
    if due_at < at:
        return "late"
    tonight = end_of_day(at)
    if due_at < tonight:
        return "noon" if local.hour < _NOON else "tonight"
    return "tomorrow" if due_at < end_of_day(tonight + timedelta(hours=1)) else "later"


def _line(row: Row, at: datetime, view: str, brand: str) -> Line:
    reading = row.readings[0] if row.readings else None
    group = _group(row, at, view)
    return Line(
        id=row.id,
        icon=icon_of_kind(row.kind or row.began_kind),
        name=customer_name(_known_as(row), may_name=row.may_name),
        chip=_chip(row, group, at),
        need=row.need or _("Need not named yet"),
        said=excerpt(row.said or "", _EXCERPT),
        polarity=reading["polarity"] if reading else None,
        is_ambiguous=bool(reading and reading["is_ambiguous"]),
        flag=_flag(reading),
        brand=brand,
        place=row.place or "",
        owner=first_name(row.owner or ""),
        group=group,
    )


def _known_as(row: Row) -> str | None:
    return None if row.customer_name is None else shown_name(row.customer_name, is_forgotten=row.is_forgotten)


def _group(row: Row, at: datetime, view: str) -> str:
    """« Today » also lists what was kept today: it has nothing left to do before midnight."""
    if view == "done":
        return "done"
    if row.is_written and row.due_at is None:
        return "written"
    if view == "today" and (row.due_at is None or row.due_at >= end_of_day(at)):
        return "kept"
    return group_of(row.due_at, at)


def _chip(row: Row, group: str, at: datetime) -> Chip:
    if group == "kept" and row.kept:
        kept = row.kept[0]
        settled = moment(kept["settled_at"])
        if settled:
            return kept_chip(settled, is_late=kept["status"] == "late")
    if group == "written":
        return written_chip(moment(row.running[0]["due_at"]) if row.running else None, at)
    if row.due_at is not None and row.running:
        leading = next((one for one in row.running if moment(one["due_at"]) == row.due_at), row.running[0])
        return running_chip(leading["kind"], row.due_at, at)
    return idle_chip(row.state, row.snoozed_until, at)


def _since_kept(line: Line, row: Row, at: datetime) -> timedelta:
    """What was kept last is shown first; elsewhere the queue's own order stands."""
    settled = moment(row.kept[0]["settled_at"]) if line.group == "kept" and row.kept else None
    return at - settled if settled else timedelta()


def _flag(reading: Any) -> str:
    if not reading:
        return ""
    found = [*reading["intents"], *(["urgent"] if reading["urgency"] == "now" else [])]
    return next((str(label) for code, label in _FLAGS.items() if code in found), "")
