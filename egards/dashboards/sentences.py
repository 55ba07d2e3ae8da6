"""The first line of the pulse: a sentence that answers, and what to make of it."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egards.core import french
from egards.dashboards.periods import Period
from egards.dashboards.pulse import Pulse, day_at
from egards.dashboards.shares import Change


def answer(pulse: Pulse) -> SafeString:
    """Return what the page answers, in one breath: how many are happy, what changed, what rises."""
    if not pulse.words:
        return format_html("{}", _("Nobody wrote in these days."))
    sentences = (*_happy(pulse), _rises(pulse))
    return format_html_join(" ", "{}", ((sentence,) for sentence in sentences if sentence))


def caution(pulse: Pulse) -> str:
    """Return how the sentence above is to be taken: what was counted, and how sure the change is."""
    said = ngettext(
        "%(read)s word read of %(words)s: what customers wrote of themselves. This is not a survey.",
        "%(read)s words read of %(words)s: what customers wrote of themselves. This is not a survey.",
        pulse.read,
    ) % {
        "read": french.number(pulse.read),
        "words": french.number(pulse.words),
    }
    change = pulse.happy.change
    if change is None or not change.is_real or not change.points:
        return said
    chances = min(int(100 * change.chance), 99)
    more = (
        _("%(n)s chances in 100 that the rise is not luck.")
        if change.is_more
        else _("%(n)s chances in 100 that the fall is not luck.")
    )
    return f"{said} {more % {'n': chances}}"


def alarm_sentences(pulse: Pulse) -> list[str]:
    """Return what the control chart signals in the last seven days."""
    said = {
        ("beyond", True): _("%(day)s stands out: happier than the other days explain."),
        ("beyond", False): _("%(day)s stands out: less happy than the other days explain."),
        ("run", True): _("Until %(day)s, eight days in a row above the usual."),
        ("run", False): _("Until %(day)s, eight days in a row below the usual."),
    }
    today = pulse.period.today
    return [
        said[alarm.why, alarm.is_above] % {"day": french.day(day_at(pulse.points, alarm), today=today)}
        for alarm in pulse.alarms
    ]


def late_media(labels: list[str]) -> str:
    """Return which media pass what was promised for one customer in ten."""
    if not labels:
        return ""
    named = _(" and ").join(filter(None, [", ".join(labels[:-1]), labels[-1]]))
    return _("Beyond what we promised for one customer in ten: %(media)s.") % {"media": named}


def _happy(pulse: Pulse) -> tuple[str, ...]:
    happy, known = pulse.happy, pulse.happy.known
    if not happy.is_enough:
        few = ngettext("%(n)s word", "%(n)s words", happy.n) % {"n": french.number(happy.n)}
        return (_("%(few)s read, no figure yet. Read what they wrote instead.") % {"few": few},)
    first = format_html(
        _("Of 100 words from customers, <strong>{} are happy</strong>, between {} and {}."),
        *(french.number(100 * share) for share in (known.median, known.low95, known.high95)),
    )
    return first, _moved(happy.change, pulse.period)


def _moved(change: Change | None, period: Period) -> str:
    if change is None:
        return ""
    before = {
        "jour": _("yesterday"), "7": _("the seven days before"), "28": _("the four weeks before"),
    }[period.code]  # fmt: skip
    if not change.is_real or not change.points:
        return _("The change since %(before)s is not significant.") % {"before": before}
    points = {"n": abs(change.points), "before": before}
    if change.is_more:
        return _("That is %(n)s more than %(before)s, and the change is real.") % points
    return _("That is %(n)s fewer than %(before)s, and the change is real.") % points


def _rises(pulse: Pulse) -> str:
    if not pulse.rising:
        return ""
    return format_html(_("<strong>{}</strong> is rising."), pulse.rising[0].label)
