"""`make test-promises`: 100,000 random promises, by the engine and minute by minute; writes docs/promise-figures.md.

EGARDS_SEED repeats a run; EGARDS_FULL_PROMISES=2000 tries it on less, and writes var/bench/promise-figures.md instead.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egards.conversations.rules.promises import Kind, State, Status, state_of
from egards.conversations.tests.promise_simulation import (
    DAY,
    WINDOW_DAYS,
    Step,
    World,
    random_history,
    random_world,
    simulated,
)
from tests.full.seeds import seed_of
from tests.houses import ROOT
from tools.benchmarks.report import commit, machine

ALL = 100_000
WANTED = int(os.environ.get("EGARDS_FULL_PROMISES", str(ALL)))
#: How many histories share the same hours and the same twelve weeks.
PER_WORLD = 250
STATUSES = {
    Status.OPEN: "à tenir",
    Status.PAUSED: "attend le client",
    Status.KEPT: "tenue",
    Status.LATE: "tenue en retard",
    Status.BROKEN: "non tenue",
    Status.WITHDRAWN: "retirée",
}
#: What a run must have met, each a thousand times at least, to prove anything.
LEAST_MET = 1_000


@dataclass
class Figures:
    """What the page will say."""

    seed: int
    histories: int = 0
    facts: int = 0
    minutes: int = 0
    engine_seconds: float = 0.0
    simulation_seconds: float = 0.0
    ends: Counter[Status] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Figures:
    """Return what all the histories told; the page is written whatever they did."""
    found = Figures(seed_of(request))
    terminal = request.config.get_terminal_writer()
    chance = random.Random(found.seed)
    while found.histories < WANTED:
        world = random_world(chance)
        for _ in range(min(PER_WORLD, WANTED - found.histories)):
            compare(world, *random_history(chance, world), found)
    terminal.line(f"\nÉcrit dans {write_page(found)}.")
    return found


def test_the_engine_says_what_the_minutes_say(figures: Figures) -> None:
    assert figures.different == []
    assert figures.histories == WANTED


@pytest.mark.skipif(WANTED < ALL, reason="EGARDS_FULL_PROMISES: too few histories to have met everything")
def test_everything_was_met_often(figures: Figures) -> None:
    assert min(figures.ends[status] for status in Status) >= LEAST_MET
    assert min(figures.met.values()) >= LEAST_MET


def compare(world: World, steps: Sequence[Step], asked: int, figures: Figures) -> None:
    """Tell one history both ways."""
    facts = [step.fact(world) for step in steps]
    began = time.perf_counter()
    told = state_of(facts, world.calendar, world.at(asked))
    between = time.perf_counter()
    lived = simulated(world, steps, asked)
    figures.engine_seconds += between - began
    figures.simulation_seconds += time.perf_counter() - between
    figures.histories += 1
    figures.facts += len(steps)
    ended = told.settled_at or world.at(asked)
    figures.minutes += int((ended - world.start).total_seconds() // 60) - min(step.minute for step in steps)
    figures.ends[told.status] += 1
    figures.met.update(features(world, steps, asked, told))
    if told != lived:
        figures.different.append(f"{world.calendar} {world.start} {steps} {asked}: {told} / {lived}")


def features(world: World, steps: Sequence[Step], asked: int, told: State) -> dict[str, int]:
    """Return what one history met, each 0 or 1."""
    first = min(step.minute for step in steps if step.kind is Kind.MADE)
    last = asked if told.due_at is None else max(asked, int((told.due_at - world.start).total_seconds() // 60))
    zone = world.calendar.local_zone
    offsets = [world.at(minute).astimezone(zone).utcoffset() for minute in (first, last)]
    shut = sum(world.is_open[day * DAY : (day + 1) * DAY] == bytes(DAY) for day in range(first // DAY, last // DAY))
    kinds = {step.kind for step in steps if first < step.minute <= asked}
    events = {world.at(step.minute) for step in steps if step.minute > first}
    return {
        "passage à l’heure d’été pendant la promesse": int(offsets[0] < offsets[1]),  # type: ignore[operator]
        "passage à l’heure d’hiver pendant la promesse": int(offsets[0] > offsets[1]),  # type: ignore[operator]
        "un jour entier fermé pendant la promesse": int(shut > 0),
        "attente du client": int(Kind.PAUSED in kinds),
        "date convenue de nouveau": int(Kind.RENEGOTIATED in kinds),
        "date dite, sans heures": int(told.left_seconds is None),
        "un événement à la minute même de la première échéance": int(told.first_due_at in events),
        "faits donnés dans le désordre": int([s.minute for s in steps] != sorted(s.minute for s in steps)),
    }


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_page(figures: Figures) -> Path:
    """Write docs/promise-figures.md, or a trial's elsewhere; return where."""
    page = ROOT / ("docs" if figures.histories == ALL else "var/bench") / "promise-figures.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(figures), encoding="utf-8")
    return page.relative_to(ROOT)


def page_of(f: Figures) -> str:
    """Return the page, in French."""
    ends = "\n".join(f"| {said} | {_n(f.ends[status])} |" for status, said in STATUSES.items())
    met = "\n".join(f"| {what} | {_n(n)} |" for what, n in f.met.items())
    engine, each, simulation = (
        _n(round(n)) for n in (f.engine_seconds, 1e6 * f.engine_seconds / f.histories, f.simulation_seconds)
    )
    return f"""# Chiffres des promesses

Page écrite par `make test-promises`, qui la refait.

- {machine()}, commit {commit()}, le {datetime.now(UTC).date().isoformat()}, un seul cœur, graine {f.seed}.
- {_n(f.histories)} histoires tirées au hasard ({_n(f.facts)} faits), racontées deux fois : par le moteur
  (`egards/conversations/rules/promises.py`), et minute par minute ({_n(f.minutes)} minutes vécues) par une simulation
  qui n’en partage rien (`egards/conversations/tests/promise_simulation.py`) : ni les heures d’ouverture, ni les jours
  fériés, ni le calcul de Pâques.
- Comparés : ce qu’elle est devenue, les deux échéances, le moment du manquement, celui de la fin, le temps ouvert
  passé, celui qui reste.
- **Histoires racontées différemment : {_n(len(f.different))}.**
- Moteur : {engine} s en tout, {each} µs par histoire ; simulation : {simulation} s.

| ce qu’est devenue la promesse | histoires |
|---|---:|
{ends}

| rencontré | histoires |
|---|---:|
{met}

Fuseaux et jours fériés : Paris (France, Moselle, Alsace), La Réunion, la Martinique ; fenêtres de {WINDOW_DAYS} jours
autour des changements d’heure, de Pâques, de mai, de juillet, de novembre et du Nouvel An, de 2025 à 2028 ; semaines
de bureau, avec déjeuner, de magasin (créneaux qui se chevauchent), de nuit, sans fermeture, et de deux demi-journées.
"""


def _n(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
