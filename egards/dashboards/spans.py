"""Waits in words: a quantile, and the ends of its interval."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.core import french
from egards.statistics.waits import WaitQuantile

_HOUR, _DAY = 3600, 86400


def span(quantile: WaitQuantile) -> str:
    """Return a quantile of waits as text, ``—`` when it cannot be said."""
    return "—" if quantile.value is None else waited(quantile.value)


def waited(seconds: float) -> str:
    """Return a wait with its hours beside its days: « 2 jours » alone would hide up to another day."""
    days, rest = divmod(int(seconds), _DAY)
    hours = f"{french.TIE}{french.duration(rest // _HOUR * _HOUR)}" if days and rest >= _HOUR else ""
    return french.duration(seconds) + hours


def open_span(quantile: WaitQuantile) -> str:
    """Return a quantile of open time as text, ``—`` when it cannot be said."""
    return "—" if quantile.value is None else worked(quantile.value)


def worked(seconds: float) -> str:
    """Return open time in hours, however many: 24 of them are three days of somebody's work, not « 1 jour »."""
    hours, rest = divmod(int(seconds), _HOUR)
    if seconds < _DAY:
        return french.duration(seconds)
    return f"{french.number(hours)}{french.TIE}h" + (f"{french.TIE}{rest // 60:02}" if rest >= 60 else "")


def ends(quantile: WaitQuantile) -> str:
    """Return the interval of a quantile of open time."""
    low = worked(quantile.low)
    if quantile.high is None:
        return _("%(low)s or more") % {"low": low}
    return _("%(low)s to %(high)s") % {"low": low, "high": worked(quantile.high)}
