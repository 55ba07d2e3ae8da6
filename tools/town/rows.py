"""One line of the table: a figure, what is true, what was shown, how far apart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from tools.town import scoring
from tools.town.screens import ShareSeen


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: where it is shown, what is true, what was shown, how far apart. Texts, ready to be written."""

    screen: str
    figure: str
    true: str
    shown: str
    error: str
    is_right: bool
    note: str = ""


def counts(screen: str, figure: str, values: Sequence[tuple[float, float]]) -> Row:
    """Counts that must be exact."""
    found = scoring.errors(values)
    true, shown = (sum(side) for side in zip(*values, strict=True)) if values else (0, 0)
    error = (
        "juste" if found.exact == found.n else f"{found.n - found.exact} sur {found.n} faux, au pire {found.worst:.0f}"
    )
    return Row(screen, figure, f"{true:.0f}", f"{shown:.0f}", error, found.exact == found.n)


def total(screen: str, figure: str, values: Sequence[tuple[float, float]]) -> Row:
    """Counts that rest on reading: their sums are compared."""
    true, shown = (sum(side) for side in zip(*values, strict=True)) if values else (0, 0)
    gap = f"{100 * (shown - true) / true:+.0f} %" if true else "—"
    return Row(screen, figure, f"{true:.0f}", f"{shown:.0f}", gap, true == shown)


def numbers(screen: str, figure: str, values: Sequence[tuple[float, float]]) -> Row:
    """Figures that rounding alone may separate."""
    found = scoring.errors(values, exact_within=0.5)
    error = f"médiane {found.middle:.0f}, au pire {found.worst:.0f}"
    return Row(screen, figure, f"{found.n} figures", f"{found.exact} justes", error, found.exact == found.n)


def share(figure: str, seen: ShareSeen, some: int, n: int) -> Row:
    """A share with its interval."""
    true = f"{some} sur {n}" + (f" ({100 * some / n:.0f} %)" if n else "")
    if seen.value is None or seen.low is None or seen.high is None:
        return Row("pouls", figure, true, f"{seen.some} sur {seen.n}", "juste" if (seen.some, seen.n) == (some, n) else "faux", (seen.some, seen.n) == (some, n))  # fmt: skip  # noqa: E501
    within = bool(n) and seen.low - 0.5 <= 100 * some / n <= seen.high + 0.5
    points = seen.value - 100 * some / n if n else 0.0
    shown = f"{seen.value:.0f} % ({seen.low:.0f} à {seen.high:.0f}), n = {seen.n}"
    note = "" if seen.n == n else f"n vrai {n}"
    return Row("pouls", figure, true, shown, f"{points:+.0f} pt" + (", dans l’intervalle" if within else ", hors de l’intervalle"), within, note)  # fmt: skip  # noqa: E501


def covered(figure: str, intervals: Sequence[tuple[float, float, float]]) -> Row:
    """How often the truth lay within the interval shown; right when 95 % is not excluded."""
    found = scoring.coverage(intervals)
    low, high = scoring.wilson(found.inside, found.n)
    shown = f"{found.inside} sur {found.n}" + (f" ({100 * found.inside / found.n:.0f} %)" if found.n else "")
    return Row(
        "pouls", f"intervalle à 95 % : {figure}", "95 %", shown, f"{100 * low:.0f} à {100 * high:.0f} %", high >= 0.95
    )


def percent(text: str) -> float:
    """Read « 30 % »."""
    return float(text.rstrip(" %"))


def spoken(seconds: float) -> str:
    """Say a wait."""
    if not isfinite(seconds):
        return "jamais"
    whole = int(seconds)
    return f"{whole // 3600} h {whole % 3600 // 60:02}" if whole >= 3600 else f"{whole // 60} min"
