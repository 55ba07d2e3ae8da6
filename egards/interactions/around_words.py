"""What stands around a word, in sentences: which machine wrote it, absences, appointments, bounces, forwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.core.french import hour, long_day

_AUTOMATIC: Final[dict[str, tuple[str, Promise]]] = {
    "out_of_office": ("calendar-time", gettext_lazy("Automatic answer of somebody who is away.")),
    "bounce": ("alert-triangle", gettext_lazy("A mail server says what became of a letter.")),
    "list": ("users", gettext_lazy("Sent to a whole list: nobody waits for an answer.")),
    "notification": ("settings", gettext_lazy("Written by a machine: nobody waits for an answer.")),
    "own_loop": ("repeat", gettext_lazy("Our own message, come back to us.")),
}
_METHODS: Final[dict[str, Promise]] = {
    "REQUEST": gettext_lazy("Appointment proposed: %(what)s"),
    "REPLY": gettext_lazy("Answer to an appointment: %(what)s"),
    "CANCEL": gettext_lazy("Appointment cancelled: %(what)s"),
}
_REASONS: Final[dict[str, Promise]] = {
    "unknown_user": gettext_lazy("this address does not exist"),
    "unknown_host": gettext_lazy("the domain of this address does not exist"),
    "moved": gettext_lazy("this person has changed their address"),
    "no_mail_service": gettext_lazy("this domain takes no mail"),
    "mailbox_full": gettext_lazy("the mailbox is full"),
    "suspended": gettext_lazy("the mailbox is suspended"),
    "expired": gettext_lazy("their server did not answer for days"),
    "network": gettext_lazy("their server cannot be reached"),
    "too_big": gettext_lazy("the message was too big"),
    "too_many": gettext_lazy("too many messages at once"),
    "delivered": gettext_lazy("the message was delivered"),
    "on_hold": gettext_lazy("their server keeps it for now"),
    "complaint": gettext_lazy("the person marked it as unwanted"),
}
_REFUSED: Final = gettext_lazy("their server refused the message")
_REFUSALS: Final = frozenset(
    "filtered sender_refused blocked bad_reputation no_reverse_dns not_authenticated policy security spam virus "
    "content relaying".split()
)
_UNKNOWN: Final = gettext_lazy("without a clear reason")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence beside a word, and its icon."""

    icon: str
    text: str


def around_lines(around: Mapping[str, Any], *, forwarder: str = "", today: date) -> list[Line]:
    """Return what stands around a word, as people read it. ``forwarder`` is the colleague who handed it on."""
    lines = [*_machine(around, today), *_returned(around), *_appointments(around, today)]
    if forward := around.get("forward"):
        lines.append(_forward(forward, forwarder))
    return lines


def when_words(said: str, *, today: date) -> str:
    """Return a moment of a calendar (ISO 8601: a day, a moment, or one without zone) in words; as it is if unread."""
    try:
        if len(said) == 10:
            return long_day(date.fromisoformat(said), today=today)
        moment = datetime.fromisoformat(said)
        moment = localtime(moment) if moment.tzinfo else moment
    except (ValueError, OverflowError):  # the last evening of the year 9999 has no hour here
        return said
    return f"{long_day(moment.date(), today=today)}, {hour(moment)}"


def reason_words(reason: str) -> str:
    """Return why a letter came back."""
    return str(_REFUSED if reason in _REFUSALS else _REASONS.get(reason, _UNKNOWN))


def _machine(around: Mapping[str, Any], today: date) -> Iterator[Line]:
    icon, words = _AUTOMATIC.get(str(around.get("automatic", "")), ("", ""))
    back = around.get("returns_on")
    if icon and back:
        told = _("%(what)s Back on %(day)s.")
        yield Line(icon, told % {"what": words, "day": long_day(date.fromisoformat(back), today=today)})
    elif icon:
        yield Line(icon, str(words))


def _returned(around: Mapping[str, Any]) -> Iterator[Line]:
    for row in around.get("came_back", ()):
        said = {"address": row["address"], "why": reason_words(row["reason"]), "code": row["status"]}
        icon = "x" if row["is_gone"] else "mail"
        yield Line(
            icon, (_("%(address)s: %(why)s (%(code)s).") if row["status"] else _("%(address)s: %(why)s.")) % said
        )


def _appointments(around: Mapping[str, Any], today: date) -> Iterator[Line]:
    for row in around.get("appointments", ()):
        starts, ends = when_words(row["starts"], today=today), _end(row, today)
        when = _("%(from)s to %(to)s") % {"from": starts, "to": ends} if ends else starts
        said = " · ".join(part for part in (row["title"] or _("without title"), when, row["where"]) if part)
        words = _METHODS.get(row["method"].upper(), gettext_lazy("Appointment: %(what)s"))
        yield Line("calendar-time", str(words) % {"what": said})


def _end(row: Mapping[str, str], today: date) -> str:
    """The hour alone when it ends the same day. A whole day says its first day only (its end is the day after)."""
    starts, ends = row["starts"], row["ends"]
    if not ends or len(ends) == 10:
        return ""
    first, last = when_words(starts, today=today), when_words(ends, today=today)
    day = first.rpartition(", ")[0]
    return last.removeprefix(f"{day}, ") if day and last.startswith(f"{day}, ") else last


def _forward(forward: Mapping[str, str], forwarder: str) -> Line:
    names = {"name": forwarder or _("a colleague"), "when": forward["when"], "said": " ".join(forward["said"].split())}
    if forward["said"]:
        return Line("send", _("Handed on by %(name)s, who adds: « %(said)s »") % names)
    return Line("send", _("Handed on by %(name)s.") % names)
