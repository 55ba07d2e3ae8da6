"""The pulse's first row: each figure with its interval, its n, its change, and the words behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egards.core import french
from egards.dashboards.plots import Bar, share_bar, wait_bar
from egards.dashboards.shares import Change, Share
from egards.dashboards.spans import ends, open_span, worked
from egards.dashboards.waits import Waits
from egards.statistics.waits import WaitQuantile


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as text. Without ``bar`` there are too few answers: ``value`` says how many, ``meta`` why."""

    name: str
    value: str
    meta: str
    link: str
    link_text: str
    small: str = ""
    bar: Bar | None = None
    said: str = ""
    change: str = ""
    verdict: Literal["", "better", "worse"] = ""


def share_figure(name: str, share: Share, *, link: str, link_text: str, more_is_better: bool) -> Figure:
    """Return the figure of a share of words."""
    if not share.n:
        return Figure(name, _("nobody"), _("Nobody wrote in these days."), "", "")
    if not share.is_enough:
        return Figure(name, _some_of(share), _too_few(), link if share.some else "", link_text)
    known = share.known
    low, high = french.number(100 * known.low95), french.percent(known.high95)
    value = french.percent(known.median)
    return Figure(
        name=name,
        value=value,
        meta=_("%(low)s to %(high)s, n = %(n)s") % {"low": low, "high": high, "n": french.number(share.n)},
        link=link,
        link_text=link_text,
        bar=share_bar(known.median, known.low95, known.high95),
        said=_("%(value)s, interval from %(low)s to %(high)s") % {"value": value, "low": low, "high": high},
        change=change_words(share.change),
        verdict=_verdict(share.change, more_is_better),
    )


def promises_figure(share: Share, *, link: str, link_text: str) -> Figure:
    """Return the figure of promises kept; few promises are told one by one."""
    name = _("Promises kept")
    if share.is_enough:
        return share_figure(name, share, link=link, link_text=link_text, more_is_better=True)
    if not share.n:
        return Figure(name, _("none"), _("No promise fell due in these days."), "", "")
    return Figure(name, _some_of(share), _("Too few for a share: read each of them."), link, link_text)


def wait_figure(now: Waits, before: Waits, *, link: str, link_text: str) -> Figure:
    """Return the median wait before a person, in open hours."""
    name = _("Before speaking to a person")
    if not now.n:
        return Figure(name, _("nobody"), _("Nobody asked for a person in these days."), "", "")
    median = now.open_hours(0.5)
    if not now.is_enough or median.value is None:
        return Figure(name, _asked(now.n), _waiting(now) or _too_few(), link, link_text)
    value = open_span(median)
    return Figure(
        name=name,
        value=value,
        small=_("median"),
        meta=_("%(interval)s, n = %(n)s, open hours") % {"interval": ends(median), "n": french.number(now.n)},
        link=link,
        link_text=link_text,
        bar=wait_bar(median.value, median.low, median.high),
        said=f"{value}, {ends(median)}",
        change=_wait_change(median, before),
        verdict=_wait_verdict(median, before),
    )


def change_words(change: Change | None) -> str:
    """Return how a share moved, in points of a hundred; only a real change has a number."""
    if change is None:
        return ""
    if not change.is_real or not change.points:
        return _("No significant change")
    points = abs(change.points)
    if change.is_more:
        return ngettext("%(n)s point more", "%(n)s points more", points) % {"n": points}
    return ngettext("%(n)s point less", "%(n)s points less", points) % {"n": points}


def _verdict(change: Change | None, more_is_better: bool) -> Literal["", "better", "worse"]:
    if change is None or not change.is_real or not change.points:
        return ""
    return "better" if change.is_more == more_is_better else "worse"


def _is_apart(one: WaitQuantile, other: WaitQuantile) -> bool:
    """Two intervals that do not touch: a stricter test than 95 in 100."""
    return (one.high is not None and one.high < other.low) or (other.high is not None and other.high < one.low)


def _wait_change(median: WaitQuantile, before: Waits) -> str:
    earlier = before.open_hours(0.5)
    if not before.is_enough or earlier.value is None or median.value is None:
        return ""
    if not _is_apart(median, earlier):
        return _("No significant change")
    moved = worked(abs(median.value - earlier.value))
    return (_("%(moved)s less") if median.value < earlier.value else _("%(moved)s more")) % {"moved": moved}


def _wait_verdict(median: WaitQuantile, before: Waits) -> Literal["", "better", "worse"]:
    earlier = before.open_hours(0.5)
    if not before.is_enough or earlier.value is None or median.value is None or not _is_apart(median, earlier):
        return ""
    return "better" if median.value < earlier.value else "worse"


def _some_of(share: Share) -> str:
    return _("%(some)s of %(n)s") % {"some": french.number(share.some), "n": french.number(share.n)}


def _asked(n: int) -> str:
    return ngettext("%(n)s request", "%(n)s requests", n) % {"n": french.number(n)}


def _waiting(waits: Waits) -> str:
    n = waits.still
    return (ngettext("%(n)s still waits.", "%(n)s still wait.", n) % {"n": french.number(n)}) if n else ""


def _too_few() -> str:
    return _("Too few for a figure: read them instead.")
