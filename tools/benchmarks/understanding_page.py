"""The page that `make bench-understanding` writes: hits and misses told alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from egards.understanding.tests.intervals import share
from tools.benchmarks.rivals import RIVALS, Rival
from tools.benchmarks.verbatims import VerbatimImport

GOAL_RATES = {"mass": 3_000, "fine": 150}
GOAL_RIGHT = {"fine": 0.90, "fine --adapt": 0.92}
GOAL_IMPORT_SECONDS, GOAL_LOAD_SECONDS, GOAL_MEGABYTES = 300, 3.0, 500
GOAL_IMPORTED = 100_000


@dataclass(frozen=True)
class Ours:
    """One way of ours: right signs of how many, texts per second of processor from the text to its line of JSON."""

    name: str
    right: int
    total: int
    rate: int


@dataclass(frozen=True)
class Costs:
    """Seconds on the clock of the whole command on one text; peaks of memory, in MB, as shipped and with `--adapt`."""

    load_seconds: float
    megabytes: int
    adapt_megabytes: int


@dataclass
class Found:
    """Everything one `make bench-understanding` found."""

    machine: str
    commit: str
    day: str
    load_at_start: float
    judged: int
    taught: int
    ours: list[Ours] = field(default_factory=list)
    rivals: dict[str, Rival] = field(default_factory=dict)
    why_no_rivals: str = ""
    costs: Costs | None = None
    imported: VerbatimImport | None = None


TEXT = """# Mesures : lire des verbatims

Page écrite par `make bench-understanding`, qui la refait. Rien n’y est retouché : le manqué y est dit comme l’atteint.

{machine} ; commit {commit}, le {day} ; charge au départ : {load}.

## Justesse et débit

Avis d’assurés, 1–2 contre 4–5 étoiles : {judged} des 3 000 derniers ; choix forcé par le signe ; étoiles cachées à nos
lectures. Débit : textes d’environ 350 caractères par seconde d’un cœur, un fil de calcul, la meilleure de trois passes
ou plus (cinq secondes au moins). Le nôtre va du texte à la ligne de JSON entière (langue, polarité, passages, thèmes,
intentions, urgence, entités, raisons) ; celui des autres s’arrête à la polarité. `--adapt` compte l’apprentissage et la
lecture des 3 000 avis, en une passe.

| lecture | étiquettes vues | justesse et intervalle à 95 % | textes/s | but |
|---|---:|---|---:|---|
{rows}
{why}
Les étiquettes sont les étoiles des 3 000 premiers avis : vader-fr et textblob-fr y règlent leur barre, les deux autres
y apprennent tout. Notre lexique a été réglé en lisant ces mêmes premiers avis. spaCy ne rend pas de polarité : ses
vecteurs sont moyennés, et une régression apprend. Les concurrents vivent dans un environnement jetable, que le produit
ne voit pas.

## Chargement, mémoire, import

| chiffre | but | mesuré | verdict |
|---|---|---:|---|
{costs}
"""


def written(found: Found) -> str:
    """Return the page, in French."""
    rows = [*map(_our_line, found.ours), *(_rival_line(name, one, found.taught) for name, one in found.rivals.items())]
    return TEXT.format(
        machine=found.machine,
        commit=found.commit,
        day=found.day,
        load=_decimal(found.load_at_start, 2),
        judged=_number(found.judged),
        rows="\n".join(rows),
        why=f"\nConcurrents non mesurés : {found.why_no_rivals}\n" if found.why_no_rivals else "",
        costs="\n".join(_cost_lines(found)),
    )


def _our_line(one: Ours) -> str:
    goals = []
    if one.name in GOAL_RIGHT:
        hit = one.right / one.total >= GOAL_RIGHT[one.name]
        goals.append(f"justesse ≥ {_decimal(GOAL_RIGHT[one.name], 2)} : {_verdict(hit=hit)}")
    if one.name in GOAL_RATES:
        goals.append(f"≥ {_number(GOAL_RATES[one.name])}/s : {_verdict(hit=one.rate >= GOAL_RATES[one.name])}")
    name = f"**Égards `--mode {one.name}`**"
    return f"| {name} | 0 | {share(one.right, one.total)} | {_number(one.rate)} | {' ; '.join(goals) or '—'} |"


def _rival_line(name: str, rival: Rival, taught: int) -> str:
    told = share(rival.right, rival.total)
    return f"| {RIVALS[name]} | {_number(taught)} | {told} | {_number(round(rival.rate))} | — |"


def _cost_lines(found: Found) -> list[str]:
    lines = []
    if found.costs is not None:
        load, peak, adapted = found.costs.load_seconds, found.costs.megabytes, found.costs.adapt_megabytes
        name = "`egards read`, mode fin, un seul texte, tout compris"
        lines.append(_cost(name, "≤ 3 s", f"{_decimal(load, 1)} s", hit=load <= GOAL_LOAD_SECONDS))
        for name, megabytes in (("mode fin", peak), ("mode fin, `--adapt` sur 3 000 avis", adapted)):
            hit = megabytes <= GOAL_MEGABYTES
            lines.append(_cost(f"mémoire au plus, {name}", "≤ 500 Mo", f"{megabytes} Mo", hit=hit))
    return lines + (_import_lines(found.imported) if found.imported is not None else [])


def _import_lines(one: VerbatimImport) -> list[str]:
    limit = GOAL_IMPORT_SECONDS * one.offered / GOAL_IMPORTED
    name = f"{_number(one.offered)} verbatims ({one.mean_length:.0f} caractères) importés et lus, démarrage compris"
    goal = "≤ 5 min" if one.offered == GOAL_IMPORTED else f"≤ {limit:.0f} s (à proportion)"
    value = f"{_decimal(one.seconds, 1)} s, {_number(round(one.offered / one.seconds))}/s"
    counted = f"{_number(one.kept)}, {_number(one.unread)} non lus, loi {'tenue' if one.law_holds else '**rompue**'}"
    is_whole = one.kept == one.offered and not one.unread and one.law_holds
    return [
        _cost(name, goal, value, hit=one.seconds <= limit),
        _cost("gardés", f"{_number(one.offered)}, 0 non lu", counted, hit=is_whole),
    ]


def _cost(figure: str, goal: str, measured: str, *, hit: bool) -> str:
    return f"| {figure} | {goal} | {measured} | {_verdict(hit=hit)} |"


def _verdict(*, hit: bool) -> str:
    return "atteint" if hit else "**manqué**"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def _decimal(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
