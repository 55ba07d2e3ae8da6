"""What was seen, held against the goals; each line says what was wanted, what was found, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tools.load.ledger import Account
from tools.load.listeners import Hearing
from tools.load.record import PageTimes
from tools.load.slope import Growth
from tools.load.weighing import Waiting

MOST_GROWTH = 0.05
#: A job that is due for so long is stalled.
STALLED_SECONDS = 60.0
#: Words that were taken, of those that should have been.
LEAST_RATE = 0.98
NAMES = {
    "web": "pages et flux", "worker": "tâches", "notifier": "notifieur", "mailboxes": "boîtes aux lettres",
    "mail-door": "porte des lettres", "run": "surveillant", "": "tous ensemble",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line: ``holds`` None where there is no goal, or too little was seen to say."""

    figure: str
    goal: str
    found: str
    holds: bool | None = None


@dataclass(frozen=True)
class Seen:
    """All that a run found."""

    words_begun: int
    seconds: float
    taken_in_time: int
    account: Account
    law_holds: bool
    law: Mapping[str, int]
    growths: Mapping[str, Growth | None]
    pages: list[PageTimes]
    faults: Mapping[str, int]
    strange: Mapping[str, int]
    tracebacks: int
    deaths: int
    left: Waiting
    oldest: float
    hearing: Hearing
    late: int
    started: int
    latest: float


def verdicts(seen: Seen) -> list[Line]:
    """Return every line that has a goal, those that fail included."""
    return [*_memory(seen), *_errors(seen), *_jobs(seen), *_words(seen), *_streams(seen.hearing)]


def hold(lines: list[Line]) -> bool:
    """Whether no goal was missed."""
    return all(line.holds is not False for line in lines)


def _memory(seen: Seen) -> list[Line]:
    lines = []
    for name, found in seen.growths.items():
        if name not in NAMES:
            continue
        goal = f"≤ {100 * MOST_GROWTH:.0f} % en 30 min"
        if found is None:
            lines.append(Line(f"mémoire, {NAMES[name]}", goal, "trop peu de pesées"))
            continue
        said = (
            f"{_signed(found.share)} [{_signed(found.low)} ; {_signed(found.high)}], moyenne {_n(found.mean / 1e6)} Mo"
        )
        holds = found.share <= MOST_GROWTH if found.is_telling else None
        lines.append(Line(f"mémoire, {NAMES[name]}", goal, said if found.is_telling else f"{said}, trop court", holds))
    return lines


def _errors(seen: Seen) -> list[Line]:
    faults = sum(seen.faults.values())
    strange = sum(seen.strange.values())
    return [
        Line("erreurs de la maison (5xx, liens rompus)", "0", _n(faults), faults == 0),
        Line("traces d’erreur dans son journal", "0", _n(seen.tracebacks), seen.tracebacks == 0),
        Line("processus morts", "0", _n(seen.deaths), seen.deaths == 0),
        Line("réponses inattendues (4xx hors refus prévus)", "0", _n(strange), strange == 0),
    ]


def _jobs(seen: Seen) -> list[Line]:
    stalled = seen.left.failed + (seen.left.oldest_seconds > STALLED_SECONDS)
    said = (
        f"{seen.left.failed} en échec, {seen.left.jobs} dues à la fin, la plus vieille {_n(seen.left.oldest_seconds)} s"
    )
    return [
        Line("tâches arrêtées", "0", said, stalled == 0),
        Line("plus vieille tâche due, pendant la charge", f"≤ {STALLED_SECONDS:.0f} s", f"{_n(seen.oldest)} s",
             seen.oldest <= STALLED_SECONDS),
        Line("mots et événements en attente, au repos", "0", _n(seen.left.words + seen.left.events),
             seen.left.words + seen.left.events == 0),
    ]  # fmt: skip


def _words(seen: Seen) -> list[Line]:
    account = seen.account
    wanted, rate = (n / seen.seconds if seen.seconds else 0.0 for n in (seen.words_begun, seen.taken_in_time))
    law = ", ".join(f"{name} {_n(n)}" for name, n in sorted(seen.law.items()))
    return [
        Line("mots par seconde, reçus", f"≥ {_n(LEAST_RATE * wanted, 2)}", _n(rate, 2),
             rate >= LEAST_RATE * wanted),
        Line("mots perdus", "0", f"{len(account.lost)} sur {_n(account.taken)}", not account.lost),
        Line("mots doublés", "0", _n(len(account.doubled)), not account.doubled),
        Line("mots refusés", "0", _n(account.refused), account.refused == 0),
        Line("mots sans réponse sûre", "0", f"{account.unsure} (dont {account.unsure_kept} gardés)",
             account.unsure == 0),
        Line("la loi : reçus = gardés + doublons + quarantaine", "tient", law, seen.law_holds),
        Line("gestes commencés en retard (> 0,5 s)", "",
             f"{_n(seen.late)} sur {_n(seen.started)}, au plus {_n(seen.latest, 1)} s"),
    ]  # fmt: skip


def _streams(seen: Hearing) -> list[Line]:
    totals = seen.totals
    lost = totals.get("cut", 0) + totals.get("deaf", 0) + totals.get("refused", 0) + totals.get("closed", 0)
    lines = [
        Line("événements manqués", "0", f"{_n(seen.missed)} sur {_n(seen.heard + seen.missed)}", seen.missed == 0),
        Line("événements en trop ou en désordre", "0", _n(seen.wrong + totals.get("disorder", 0)),
             seen.wrong + totals.get("disorder", 0) == 0),
        Line("événements pas encore entendus à la fin", "0", _n(seen.behind), seen.behind == 0),
        Line("flux coupés, muets ou refusés", "0", _n(lost), lost == 0),
        Line("flux partis et revenus", "", _n(totals.get("broken_off", 0))),
        Line("« rechargez »", "0", _n(totals.get("reloads", 0)), totals.get("reloads", 0) == 0),
    ]  # fmt: skip
    if seen.delays_ms:
        lines.append(Line("du numéro à l’écran", "", f"p50 {_n(seen.delays_ms[0])} ms, p95 {_n(seen.delays_ms[1])} ms"))
    return lines


def _signed(share: float) -> str:
    return f"{'+' if share >= 0 else '−'}{_n(abs(100 * share), 1)} %"


def _n(value: float, decimals: int = 0) -> str:
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")
