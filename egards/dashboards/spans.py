"""Waits in words: a quantile, and the ends of its interval."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.core import french
from egards.statistics.waits import WaitQuantile


def span(quantile: WaitQuantile) -> str:
    """Return a quantile of waits as text, ``—`` when it cannot be said."""
    return "—" if quantile.value is None else french.duration(quantile.value)


def ends(quantile: WaitQuantile) -> str:
    """Return the interval of a quantile of waits."""
    low = french.duration(quantile.low)
    if quantile.high is None:
        return _("%(low)s or more") % {"low": low}
    return _("%(low)s to %(high)s") % {"low": low, "high": french.duration(quantile.high)}
