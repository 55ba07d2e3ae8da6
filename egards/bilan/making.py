"""From a path to a report: the whole way, on one screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from egards.bilan.counting import count
from egards.bilan.ours import Ours
from egards.bilan.quotes import quotes
from egards.bilan.report import Report
from egards.bilan.taking import take_in
from egards.bilan.telling import MOST_CAUSES_ALONE, tell
from egards.bilan.words import Haul
from egards.understanding.engines.plan import load_plan


def report_on(
    path: Path, ours: Ours, *, made_at: datetime, told: Callable[[int], object] = lambda n: None
) -> tuple[Report, Haul]:
    """Read a path and tell it. ``made_at`` is aware, in the reader's zone. Raises ``OSError`` as ``take_in`` does."""
    haul = take_in(path, ours, now=made_at, told=told)
    return report_of(haul, ours, made_at=made_at), haul


def report_of(haul: Haul, ours: Ours, *, made_at: datetime) -> Report:
    """Tell what was read."""
    counts = count(haul)
    customers = [word for word in haul.words if word.side == "customer"]
    shown = quotes(customers, _codes(counts.causes)[:MOST_CAUSES_ALONE])
    labels = {theme.code: theme.label for theme in load_plan().all_themes}
    return tell(counts, haul, ours, quotes=shown, labels=labels, made_at=made_at)


def _codes(causes: Sequence[tuple[str, object]]) -> list[str]:
    return [code for code, _share in causes]
