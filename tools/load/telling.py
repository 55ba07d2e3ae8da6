"""The run told: on the terminal, and as the page docs/benchmarks-load.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.load.crowd import DOORS
from tools.load.record import PageTimes
from tools.load.verdicts import Line, Seen

_SIGNS = {True: "atteint", False: "**manqué**", None: ""}


def told(lines: Sequence[Line], seen: Seen, facts: Mapping[str, str]) -> str:
    """Return what the terminal shows."""
    rows = [f"  {name} : {value}" for name, value in facts.items()]
    for line in lines:
        goal = f" (but : {line.goal})" if line.goal else ""
        rows.append(f"  {_sign(line)} {line.figure} : {line.found}{goal}")
    for p in seen.pages:
        rows.append(f"    {p.name:<28} {p.n:>7}  p50 {p.p50:6.0f}  p95 {p.p95:6.0f}  max {p.longest:6.0f} ms  {_of(p)}")
    rows += [f"  ! {what} ×{n}" for what, n in [*seen.faults.items(), *seen.strange.items()][:20]]
    return "\n".join(rows)


def page(lines: Sequence[Line], seen: Seen, facts: Mapping[str, str]) -> str:
    """Return the page, in French."""
    mix = ", ".join(f"{share} % {door}" for door, share in DOORS.items())
    faults = [f"- {what} × {n}" for what, n in [*seen.faults.items(), *seen.strange.items()]]
    return "\n".join(
        [
            "# Mesures : la charge",
            "",
            "Page écrite par `make load`, qui la refait. Rien n’y est retouché : le manqué y est dit comme l’atteint.",
            "La ville de la démonstration, toute à la fois, contre une maison neuve et ses processus de tous les jours",
            "(`docs/town.md`). Client, maison et PostgreSQL se partagent la même machine.",
            "",
            *(f"- {name} : {value}" for name, value in facts.items()),
            f"- Portes : {mix}. Les délais sont comptés du moment prévu, retards du client compris.",
            "",
            "| chiffre | but | mesuré | verdict |",
            "|---|---|---|---|",
            *(f"| {line.figure} | {line.goal} | {line.found} | {_SIGNS[line.holds]} |" for line in lines),
            "",
            "## Les pages, en millisecondes",
            "",
            "| page | réponses | p50 | p95 | la plus longue | états |",
            "|---|---:|---:|---:|---:|---|",
            *(f"| {p.name} | {p.n} | {p.p50:.0f} | {p.p95:.0f} | {p.longest:.0f} | {_of(p)} |" for p in seen.pages),
            *(["", "## Ce qui n’allait pas", "", *faults] if faults else []),
            "",
        ]
    )


def _sign(line: Line) -> str:
    return {True: "✓", False: "✗", None: "·"}[line.holds]


def _of(one: PageTimes) -> str:
    return ", ".join(f"{status} × {n}" for status, n in sorted(one.statuses.items()))
