"""A promise in one chip: an icon, a tone and words; how late, how soon, by when, or why nothing counts down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from egards.conversations.queries.views import DANGER, ZONE
from egards.core.french import deadline, duration, hour

CALL: Final = "call"
_WEEK_DAYS: Final = 6


@dataclass(frozen=True, slots=True)
class Chip:
    """A promise chip. ``due`` is set when its words count down (ISO, for ``due.js``)."""

    icon: str
    tone: str
    words: str
    due: str = ""


def running_chip(kind: str, due_at: datetime, at: datetime) -> Chip:
    """Return the chip of a promise still to be kept."""
    icon = "phone-call" if kind == CALL else "clock"
    left = (due_at - at).total_seconds()
    due = due_at.isoformat()
    if left < 0:
        return Chip(icon, "late", _("late by %(time)s") % {"time": duration(left)}, due)
    if left < DANGER.total_seconds():
        return Chip(icon, "soon", _("%(time)s left") % {"time": duration(left)}, due)
    return Chip(icon, "", _("before %(when)s") % {"when": short_deadline(due_at, at)}, due)


def kept_chip(settled_at: datetime, *, is_late: bool) -> Chip:
    """Return the chip of a promise kept today."""
    when = hour(settled_at.astimezone(ZONE))
    if is_late:
        return Chip("check", "late", _("kept too late, %(when)s") % {"when": when})
    return Chip("check", "kept", _("kept at %(when)s") % {"when": when})


def written_chip(due_at: datetime | None, at: datetime) -> Chip:
    """Return the chip of an answer that stands ready and has not left; the promise it answers counts on."""
    if due_at is not None and due_at < at:
        return Chip("send", "late", _("written, not left in time"))
    return Chip("send", "", _("written, not left yet"))


def idle_chip(state: str, snoozed_until: datetime | None, at: datetime) -> Chip:
    """Return the chip of a conversation in which nothing counts down."""
    if state == "waiting":
        return Chip("hourglass", "", _("waits for the customer"))
    if state == "snoozed" and snoozed_until:
        return Chip("calendar-time", "", _("back %(when)s") % {"when": short_deadline(snoozed_until, at)})
    if state == "resolved":
        return Chip("check", "kept", _("resolved"))
    return Chip("circle-dashed", "", _("nothing promised"))


def short_deadline(value: datetime, at: datetime, zone: ZoneInfo = ZONE) -> str:
    """Return a deadline as a chip says it: « 18 h », « demain, 12 h », « jeu. 26 nov. »."""
    local, today = value.astimezone(zone), at.astimezone(zone)
    ahead = (local.date() - today.date()).days
    said = deadline(local, now=today)
    if 1 < ahead <= _WEEK_DAYS:
        day, _comma, clock = said.partition(", ")
        return f"{day.partition(' ')[0]}, {clock}"
    return said
