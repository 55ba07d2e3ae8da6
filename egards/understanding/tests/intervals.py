"""How sure a measured proportion is, and how a French page writes it."""

from __future__ import annotations

from math import sqrt


def wilson(successes: int, total: int) -> tuple[float, float]:
    """95 % interval of a proportion (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    z, p = 1.959964, successes / total
    centre = p + z * z / (2 * total)
    spread = z * sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return (centre - spread) / (1 + z * z / total), (centre + spread) / (1 + z * z / total)


def share(successes: int, total: int) -> str:
    """« 0,951 [0,942 ; 0,959] (n = 2 000) », with a French comma."""
    low, high = wilson(successes, total)
    value = successes / total if total else 0.0
    return f"{value:.3f} [{low:.3f} ; {high:.3f}] (n = {total})".replace(".", ",")
