"""How a figure is written: never without its n, its interval, or « trop peu pour le dire »."""

from __future__ import annotations

from egards.bilan.shares import Middle, Share
from egards.core import french

TOO_FEW = "trop peu pour le dire"
NS, FINE = french.TIE, french.FINE


def n_of(n: int) -> str:
    """``n = 1 284``."""
    return f"n{NS}={NS}{french.number(n)}"


def value(share: Share) -> str:
    """``14 %``, or ``3 sur 12`` when there are too few for a share."""
    return french.percent(share.value) if share.is_told else f"{french.number(share.some)} sur {french.number(share.n)}"


def doubt(share: Share) -> str:
    """``de 11 à 18 %, n = 412``, or why no share is told."""
    return f"{between(share)}, {n_of(share.n)}" if share.is_told else f"{TOO_FEW}, {n_of(share.n)}"


def between(share: Share) -> str:
    """``de 11 à 18 %``; with a decimal, ``de 0,7 à 1,3 %``, when both ends would read the same."""
    low, high = share.interval
    decimals = int(french.number(low * 100) == french.number(high * 100))
    return f"de {french.number(low * 100, decimals=decimals)} à {french.percent(high, decimals=decimals)}"


def in_hundred(share: Share) -> str:
    """``De 16 à 22``, the interval in parts of a hundred, to open a sentence; ``Environ 19`` when both meet."""
    low, high = (round(100 * end) for end in share.interval)
    return f"De {low} à {high}" if low != high else f"Environ {low}"


def whole(share: Share) -> str:
    """``14 % (de 11 à 18 %, n = 412)``."""
    return f"{value(share)} ({doubt(share)})"


def span(seconds: float) -> str:
    """A wait: ``38 min``, ``2 h 10``, ``31 h``, ``4 jours``: in hours up to three days."""
    if 10 * 3600 <= seconds < 72 * 3600:
        return f"{int(seconds // 3600)}{NS}h"
    return french.duration(seconds)


def middle_value(wait: Middle) -> str:
    """The median, or a dash."""
    return span(wait.quantile.value) if wait.is_told and wait.quantile.value is not None else "–"


def middle_doubt(wait: Middle) -> str:
    """``de 9 h à 14 h, n = 300``; an open end says so."""
    if not wait.is_told:
        return f"{TOO_FEW}, {n_of(wait.n)}"
    high = wait.quantile.high
    low = span(wait.quantile.low)
    return f"de {low} à {span(high)}, {n_of(wait.n)}" if high is not None else f"au moins {low}, {n_of(wait.n)}"


def hours(value: float) -> str:
    """An estimate in hours, not more precise than it is: ``40 min``, ``3 h``, ``120 h``."""
    if value < 1:
        return f"{round(value * 60)}{NS}min"
    kept = round(value) if value < 100 else round(value / 10) * 10
    return f"{french.number(kept)}{NS}h"


def counted(n: int, one: str, many: str) -> str:
    """``1 message``, ``3 messages``."""
    return f"{french.number(n)}{NS}{one if n < 2 else many}"


def listed(some: list[str]) -> str:
    """``a, b et c``."""
    return some[0] if len(some) == 1 else f"{', '.join(some[:-1])} et {some[-1]}" if some else ""
