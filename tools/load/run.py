"""One run: a little filling, the load for as long as was asked, the drain, then the counts."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg

from tests.pictures import law_of
from tools.benchmarks.report import commit, machine
from tools.load.agenda import Agenda, arrivals
from tools.load.crowd import Crowd
from tools.load.desks import desk_of
from tools.load.house import OURS, Opened
from tools.load.ledger import Ledger
from tools.load.listeners import Listeners
from tools.load.record import Record
from tools.load.slope import growth
from tools.load.texts import Speech
from tools.load.verdicts import Seen
from tools.load.weighing import Scales

#: Words said before anything is measured, so that pages have something to show; of them so many by forms.
FILLED, BY_FORMS = 300, 40
WARM_UP_SECONDS = 40.0
DRAIN_SECONDS = 180.0
TOLD_EVERY = 15.0
_FOUND = """
SELECT ref, count(*)::int FROM (SELECT substring(text FROM %s) AS ref FROM interactions_content) r
WHERE ref IS NOT NULL GROUP BY 1
"""


class Run:
    """A house under load. ``mark``: six hexadecimal figures by which this run's words are known."""

    def __init__(self, opened: Opened, options: Namespace, mark: str) -> None:
        self.opened, self.options, self.mark = opened, options, mark
        self.record, self.ledger, self.agenda = Record(is_open=False), Ledger(), Agenda()
        speech = Speech.of(options.seed, options.size)
        self.crowd = Crowd(opened.url, opened.mail_port, opened.doors, speech, mark, self.ledger, self.record)
        self.number = self.begun = 0
        self.load_seconds = 0.0
        self.taken_before = self.taken_in_time = 0

    def whole(self) -> Seen:
        """Do all of it; Ctrl-C ends the load early."""
        with interruptible():
            self._fill()
        port = urlsplit(self.opened.url).port or 0
        listeners = Listeners(port, self.opened.doors["sessions"], self.opened.house.home)
        try:
            with interruptible():
                self._until_all_listen(listeners)
                self._call_in()
                self._warm_up()
            self.scales = Scales(self.opened)
            with interruptible():
                self._load(listeners)
            self.load_seconds = self.scales.lasted
            self.taken_in_time = self.ledger.taken - self.taken_before
            self.scales.stop()
            with interruptible():
                self._drain()
        finally:
            self.agenda.end()
            listeners.end()
        return self._seen(listeners)

    def facts(self) -> dict[str, str]:
        """Return what this run was, for the page."""
        said, spent = self.options, self.scales.spent
        cores = ", ".join(f"{name} {seconds / self.scales.lasting:.2f}" for name, seconds in spent.items())
        return {
            "Commande": f'`make load ARGS="{" ".join(sys.argv[1:])}"`',
            "Commit": f"{commit()}, le {datetime.now(UTC).date().isoformat()}",
            "Machine": machine(),
            "Charge": f"{said.words:g} mots/s, {said.advisers} conseillers, {said.streams} flux, "
            f"{said.customers} clients sur leurs pages, {self.load_seconds / 60:.1f} min",
            "Mots": ", ".join(f"{door} {n}" for door, n in sorted(self.ledger.by_door.items())),
            "Lettres parties": str(self.opened.post.letters),
            "Cœurs occupés": cores.replace(".", ","),
            "Fichiers ouverts au plus": ", ".join(f"{name} {max(n)}" for name, n in self.scales.files.items() if n),
            "Connexions à PostgreSQL au plus": str(max((one.connections for one in self.scales.waiting), default=0)),
        }

    # ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _fill(self) -> None:
        """Let some words come in before anything is measured."""
        print("La maison se remplit un peu…", flush=True)
        now = time.monotonic()
        for n in range(FILLED):
            visit = self.crowd.word(self._next(), "formulaire" if n < BY_FORMS else "")
            self.agenda.put(now + n * 0.05, visit)
        self._wait(self.agenda.is_empty, 120.0)

    def _until_all_listen(self, listeners: Listeners) -> None:
        print(f"{self.options.streams} flux s’ouvrent…", flush=True)
        self._wait(lambda: listeners.totals["opened"] >= self.options.streams, 60.0 + self.options.streams / 10)

    def _call_in(self) -> None:
        """Sign the advisers in, and let customers come to their pages."""
        print(f"{self.options.advisers} conseillers entrent…", flush=True)
        chance = self.crowd.speech.town.chance("load", "begin")
        for number, who in enumerate(self.opened.doors["advisers"]):
            for guest in desk_of(self.opened.url, who, number, self.crowd.speech, self.record):
                self.agenda.put(time.monotonic() + chance.uniform(0.0, 10.0), guest)
        for number in range(self.options.customers):
            self.agenda.put(time.monotonic() + chance.uniform(0.0, 10.0), self.crowd.reader(number))

    def _warm_up(self) -> None:
        """The whole load, not measured yet: what takes half a minute to be said is then said at its pace."""
        print(f"Tout commence, mesuré dans {WARM_UP_SECONDS:.0f} s…", flush=True)
        self._say(WARM_UP_SECONDS, "warm-up", lambda at: None)

    def _load(self, listeners: Listeners) -> None:
        self.agenda.forget()
        self.record.is_open, self.taken_before = True, self.ledger.taken
        self._say(self.options.minutes * 60, "load", lambda at: self._tell(at, listeners))

    def _say(self, seconds: float, what: str, tell: Callable[[float], None]) -> None:
        """Have words said at their pace; each is put down a little before, and the agenda holds it to the moment."""
        began, told_at, first = time.monotonic(), TOLD_EVERY, self.number
        for at in arrivals(f"{self.options.seed}/{what}", self.options.words, seconds):
            time.sleep(max(0.0, began + at - time.monotonic() - 0.5))
            self.agenda.put(began + at, self.crowd.word(self._next()))
            self.begun = self.number - first
            if at >= told_at:
                told_at = at + TOLD_EVERY
                tell(at)
        time.sleep(max(0.0, began + seconds - time.monotonic()))

    def _drain(self) -> None:
        """Everybody finishes what they began; the advisers' day is over; the house comes to rest."""
        print("La charge est finie ; la maison se repose…", flush=True)
        self.record.is_open = False
        self.agenda.close()
        self._wait(self.agenda.is_empty, 120.0)
        self.agenda.end()
        self._wait(self._is_at_rest, DRAIN_SECONDS)
        time.sleep(1.0)

    def _is_at_rest(self) -> bool:
        left = self.scales.unended()
        return left.jobs == 0 and left.words == 0 and left.events == 0

    def _seen(self, listeners: Listeners) -> Seen:
        house, left = self.opened.house, self.scales.unended()
        with psycopg.connect(house.url) as base:
            found = base.execute(_FOUND, [f"LL-{self.mark}-[0-9]{{6}}"]).fetchall()
        law = law_of(house)
        memory = {name: growth(self.scales.memory[name]) for name in (*OURS, "postgresql")}
        return Seen(
            words_begun=self.begun,
            seconds=self.load_seconds,
            taken_in_time=self.taken_in_time,
            account=self.ledger.settle(found),
            law_holds=law.holds,
            law=dict(law.counted) | {"waiting": law.waiting},
            growths=memory | {"": growth(self.scales.total())},
            pages=self.record.pages(),
            faults=self.record.faults,
            strange=self.record.strange,
            tracebacks=self.opened.log.read_text(errors="replace").count("Traceback"),
            deaths=self.scales.deaths,
            left=left,
            oldest=max((one.oldest_seconds for one in self.scales.waiting), default=0.0),
            hearing=listeners.judged(house),
            late=self.agenda.late,
            started=self.agenda.started,
            latest=self.agenda.latest,
        )

    # ── what is told meanwhile ───────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, at: float, listeners: Listeners) -> None:
        taken = self.ledger.taken - self.taken_before
        memory = sum(self.scales.memory[name][-1][1] for name in OURS if self.scales.memory[name]) / 1e6
        waiting = self.scales.waiting[-1] if self.scales.waiting else None
        print(
            f"{at:5.0f} s  {taken} mots ({taken / at if at else 0:.1f}/s)  {self.record.answers} réponses  "
            f"{sum(self.record.faults.values())} fautes  {listeners.totals['count']} événements entendus  "
            f"{memory:.0f} Mo  " + (f"tâches {waiting.jobs}, mots en attente {waiting.words}" if waiting else ""),
            flush=True,
        )

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _wait(self, is_so: Callable[[], bool], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > until:
                return False
            time.sleep(0.2)
        return True


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C ends the block, not the run: what was seen is still told."""
    try:
        yield
    except KeyboardInterrupt:
        print("\nInterrompu : ce qui a été vu est dit.", flush=True)
