"""`make test-live`: 8 writers that wait before COMMIT, 100,000 events, readers and 8 tabs of one browser on the real
stream, which is killed and comes back. Writes docs/live-figures.md.

EGARDS_SEED repeats a run; EGARDS_LIVE_EVENTS=8000 tries it on less, and writes var/bench/live-figures.md instead.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Request

from egards.cli.tests.test_supervisor import OpenHouse, running
from tests.full.seeds import seed_of
from tests.houses import ROOT, House, houses, lasting_server, wait_until
from tests.live_actors import MEMBER, NORTH, SOUTH, Cast
from tests.live_readers import Reader
from tools.benchmarks.report import commit, machine

EVENTS = 100_000
WANTED = int(os.environ.get("EGARDS_LIVE_EVENTS", str(EVENTS)))
WRITERS = 8
TABS = 8
WEB_KILLS, NOTIFIER_KILLS = 4, 2
#: What each session hears.
HEARS = {"alice": {NORTH, MEMBER}, "chloe": {SOUTH}, "fatou": {NORTH, SOUTH}}
EAR = """
window.heard = []; window.kinds = {};
document.addEventListener("egards:live", ({ detail }) => {
  kinds[detail.kind] = (kinds[detail.kind] ?? 0) + 1;
  if (detail.kind === "change") heard.push(`${detail.number} ${detail.ref}`);
});
"""


@dataclass(frozen=True)
class Said:
    """One event that was committed."""

    ref: str
    kind: str
    at: float


@dataclass
class Figures:
    """What the page will say."""

    seed: int
    events: int = 0
    seconds: float = 0.0
    said: list[Said] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    kills: list[tuple[float, str]] = field(default_factory=list)
    #: Of each tab that stayed: how many it heard; and the largest number of streams the browser had open at once.
    tabs: list[int] = field(default_factory=list)
    streams: list[int] = field(default_factory=list)
    handovers: int = 0
    #: Seconds since the beginning, and kilobytes, of the web process that was there then (by its number).
    memory: list[tuple[float, int, int]] = field(default_factory=list)
    missed: int = -1
    doubled: int = -1
    foreign: int = -1
    out_of_order: int = -1


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Gathered by the tests, written at the end whatever they found."""
    found = Figures(seed_of(request))
    terminal = request.config.get_terminal_writer()
    yield found
    if found.readers:
        terminal.line(f"\nÉcrit dans {write_page(found)}.")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("houses")
    for parent in (folder, folder.parent):
        parent.chmod(0o711)  # ours: the server's account crosses them when root runs the tests
    with lasting_server(folder / "server") as server, houses(folder / "built", server, "live") as built:
        yield built.build("live")


@pytest.fixture(scope="module")
def run(house: House, chromium: Browser, figures: Figures) -> Figures:
    """Everything at once: writers, readers, tabs, kills."""
    cast = Cast.read(act(house, "settle"))
    with running(house, 28700) as opened:
        readers = readers_of(cast, int(opened.url.rsplit(":", 1)[1]), figures.seed)
        figures.readers = readers
        tabs = Tabs(chromium, opened.url, cast.sessions["chloe"])
        began = time.monotonic()
        threads = [threading.Thread(target=reader.run, daemon=True) for reader in readers]
        for thread in threads:
            thread.start()
        writers = writers_of(house, cast, figures.seed)
        keep_house_troubled(opened, tabs, writers, figures, began)
        figures.seconds = time.monotonic() - began
        figures.said = said_by(house)
        figures.events = len(figures.said)
        newest = settled(house)
        wait_until(lambda: all(r.last >= newest for r in readers), seconds=120, what="la fin du flux pour les lecteurs")
        for reader in readers:
            reader.is_over.set()
        for thread in threads:
            thread.join(30)
        figures.tabs = tabs.heard_at_the_end(sum(said.kind == SOUTH for said in figures.said))
        tabs.check(figures)
    return figures


def act(house: House, *words: str) -> str:
    """Run an actor to its end; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.live_actors", *words],
        cwd=ROOT,
        env=environment(house),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def environment(house: House) -> dict[str, str]:
    """Return the house's environment, for a Django that nobody has set up."""
    return house.environment() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings"}


def readers_of(cast: Cast, port: int, seed: int) -> list[Reader]:
    """Two readers for each session: one breaks off every few seconds, one stays as long as the house lets it."""
    stays = {"part souvent": (0.5, 6.0), "reste": (3600.0, 3600.0)}
    return [
        Reader(f"{name}, {how}", "127.0.0.1", port, session, seed + n, seconds)
        for n, (name, session) in enumerate(cast.sessions.items())
        for how, seconds in stays.items()
    ]


def writers_of(house: House, cast: Cast, seed: int) -> list[subprocess.Popen[bytes]]:
    """Begin the writers, each in a process of its own."""
    ids = f'{{"north": "{cast.north}", "south": "{cast.south}", "member": "{cast.member}", "sessions": {{}}}}'
    words = [sys.executable, "-m", "tests.live_actors", "write"]
    return [
        subprocess.Popen(
            [*words, str(writer), str(WANTED // WRITERS), str(seed), str(house.home / f"writer-{writer}"), ids],
            cwd=ROOT,
            env=environment(house),
        )
        for writer in range(WRITERS)
    ]


def said_by(house: House) -> list[Said]:
    """Return what the writers committed."""
    lines = [line.split() for path in house.home.glob("writer-*") for line in path.read_text().splitlines()]
    return [Said(ref, kind, float(at)) for ref, kind, at in lines]


def settled(house: House) -> int:
    """Wait until everything committed has its number; return the newest."""
    wait_until(lambda: house.count("core_liveoutbox") == 0, seconds=120, what="la boîte d’envoi vide")
    return int(house.ask("SELECT max(number) FROM core_liveevent")[0][0])


# ── kills ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_house_troubled(
    opened: OpenHouse, tabs: Tabs, writers: list[subprocess.Popen[bytes]], figures: Figures, began: float
) -> None:
    """Until the writers are done: kill parts, close the tab that leads, and weigh the web process."""
    chance = random.Random(figures.seed)
    span = WANTED / 1500  # seconds that the writers will take at least
    parts = ["web"] * WEB_KILLS + ["notifier"] * NOTIFIER_KILLS
    chance.shuffle(parts)
    # The last third is left in peace, so that the weight of one long-lived process can be read.
    plan = sorted((chance.uniform(0.05, 0.6) * span, part) for part in parts)
    handover = 0.3 * span
    while any(writer.poll() is None for writer in writers):
        tabs.breathe(0.5)
        elapsed = time.monotonic() - began
        weigh(opened, elapsed, figures)
        figures.streams.append(tabs.open_streams())
        if plan and elapsed > plan[0][0] and (part := opened.part(plan[0][1])):
            figures.kills.append((elapsed, plan.pop(0)[1]))
            for process in (*part.children(recursive=True), part):
                process.kill()
        if not figures.handovers and elapsed > handover:
            tabs.close_the_first()
            figures.handovers += 1
    assert all(writer.returncode == 0 for writer in writers)
    assert plan == []


def weigh(opened: OpenHouse, elapsed: float, figures: Figures) -> None:
    """Note the memory of the process that serves."""
    part = opened.part("web")
    try:
        serving = [*part.children(recursive=True), part] if part else []
        if serving:
            heaviest = max(serving, key=lambda process: process.memory_info().rss)
            figures.memory.append((elapsed, heaviest.pid, heaviest.memory_info().rss // 1024))
    except psutil.NoSuchProcess:
        return


# ── tabs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Tabs:
    """One browser with tabs that all stay open, and one more that leads and will be closed."""

    def __init__(self, chromium: Browser, url: str, session: str) -> None:
        self.context: BrowserContext = chromium.new_context(base_url=url, locale="fr-FR")
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        self.context.add_init_script(EAR)
        self._begun, self._ended = list[Request](), set[Request]()
        self.context.on("request", lambda request: self._begun.append(request) if "/flux/" in request.url else None)
        self.context.on("requestfinished", lambda request: self._ended.add(request))
        self.context.on("requestfailed", lambda request: self._ended.add(request))
        self.pages: list[Page] = []
        for _number in range(TABS + 1):
            page = self.context.new_page()
            page.goto("/echanges/")
            page.wait_for_function("() => Object.keys(kinds).some(kind => kind !== 'cut')")
            self.pages.append(page)

    def breathe(self, seconds: float) -> None:
        """Let the browser's own messages come in, and time pass."""
        self.pages[-1].wait_for_timeout(seconds * 1000)

    def open_streams(self) -> int:
        """How many streams the browser has open now."""
        streams = [request for request in self._begun if request not in self._ended]
        return sum(not request.frame.page.is_closed() for request in streams)

    def close_the_first(self) -> None:
        """Close the tab that has led from the beginning."""
        self.pages.pop(0).close()

    def heard_at_the_end(self, wanted: int) -> list[int]:
        """Wait until every tab has heard so many, and return how many each heard."""
        for page in self.pages:
            page.wait_for_function("wanted => heard.length >= wanted", arg=wanted, timeout=120_000)
        self.breathe(1)
        return [page.evaluate("heard.length") for page in self.pages]

    def check(self, figures: Figures) -> None:
        """Every tab heard what Chloé may hear, once, in order, without having been told to reload."""
        wanted = {said.ref for said in figures.said if said.kind == SOUTH}
        for page in self.pages:
            lines = [line.split() for line in page.evaluate("heard")]
            assert [int(number) for number, _ref in lines] == sorted({int(number) for number, _ref in lines})
            assert {ref for _number, ref in lines} == wanted
            assert page.evaluate("kinds.reload ?? 0") == 0
        self.context.close()


# ── what must be so ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_reader_heard_everything_once_and_in_order(run: Figures) -> None:
    missed = doubled = foreign = disordered = 0
    for reader in run.readers:
        wanted = {said.ref for said in run.said if said.kind in HEARS[reader.name.split(",")[0]]}
        refs = [heard.ref for heard in reader.heard]
        numbers = [heard.number for heard in reader.heard]
        missed += len(wanted - set(refs))
        foreign += len(set(refs) - wanted)
        doubled += len(refs) - len(set(refs))
        disordered += sum(after <= before for before, after in pairwise(numbers))
    run.missed, run.doubled, run.foreign, run.out_of_order = missed, doubled, foreign, disordered
    assert run.events == WANTED // WRITERS * WRITERS
    assert (missed, doubled, foreign, disordered) == (0, 0, 0, 0)
    assert [reader.reloads for reader in run.readers] == [0] * len(run.readers)
    assert sum(reader.breaks for reader in run.readers) > len(run.readers)


def test_eight_tabs_heard_everything_by_one_stream(run: Figures) -> None:
    assert run.tabs == [sum(said.kind == SOUTH for said in run.said)] * TABS
    assert max(run.streams) == 1
    assert run.handovers == 1


def test_the_web_process_does_not_grow(run: Figures) -> None:
    steady = steady_weights(run)
    assert len(steady) > 10
    assert steady[-1] - steady[len(steady) // 3] < 40_000


def steady_weights(run: Figures) -> list[int]:
    """Return the weights, in kilobytes, of the last web process."""
    return [weight for _at, pid, weight in run.memory if pid == run.memory[-1][1]]


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_page(figures: Figures) -> Path:
    """Write docs/live-figures.md, or a trial's elsewhere; return where."""
    page = ROOT / ("docs" if figures.events == EVENTS else "var/bench") / "live-figures.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(figures))
    return page.relative_to(ROOT)


def waits(figures: Figures) -> list[float]:
    """Return, sorted, the seconds from COMMIT to each reader's ears, of those who stay; cuts included."""
    at = {said.ref: said.at for said in figures.said}
    staying = [reader for reader in figures.readers if reader.name.endswith("reste")]
    return sorted(heard.at - at[heard.ref] for reader in staying for heard in reader.heard if heard.ref in at)


def page_of(f: Figures) -> str:
    """Return the page, in French."""
    took = waits(f) or [0.0]
    p50, p95, p99 = (french(1000 * took[int(len(took) * share)], 0) for share in (0.5, 0.95, 0.99))
    steady = steady_weights(f) or [0]
    kills = ", ".join(f"{'web' if part == 'web' else 'notifieur'} à {french(at)} s" for at, part in f.kills)
    rows = "\n".join(
        f"| {r.name} | {len(r.heard)} | {r.breaks} | {r.refused} | {r.reloads} |" for r in f.readers
    )  # fmt: skip
    return f"""# Chiffres du direct

Page écrite par `make test-live`, qui la refait.

- {machine()}, commit {commit()}, le {datetime.now(UTC).date().isoformat()}, base embarquée, `fsync` en marche,
  graine {f.seed}.
- {WRITERS} écrivains, chacun son processus, qui attendent au hasard avant COMMIT (jusqu’à 30 ms, parfois 2 s) et dont
  3 % des transactions sont annulées : {f.events} événements en {french(f.seconds)} s, par `egards run`.
- Tués (`kill -9`) pendant l’écriture : {kills or "–"}. La maison les relève elle-même.

| lecteur | événements entendus | reprises | refus | « rechargez » |
|---|---:|---:|---:|---:|
{rows}

- Manqués : {f.missed} ; en double : {f.doubled} ; entendus par qui n’en avait pas le droit : {f.foreign} ; hors de
  l’ordre des numéros : {f.out_of_order}. Transactions annulées entendues : comptées parmi les indus.
- {TABS} onglets d’un même navigateur : {", ".join(map(str, f.tabs)) or "–"} événements entendus, dans l’ordre ;
  flux ouverts à la fois : {max(f.streams, default=0)} ; l’onglet qui écoutait a été fermé en route.
- De COMMIT à l’oreille, coupures comprises : p50 {p50} ms, p95 {p95} ms, p99 {p99} ms.
- Mémoire du dernier processus web, de son début à la fin : {steady[0] // 1024} Mo, au plus {max(steady) // 1024} Mo,
  {steady[-1] // 1024} Mo à la fin.
"""


def french(value: float, decimals: int = 1) -> str:
    """Return a number with a decimal comma."""
    return f"{value:.{decimals}f}".replace(".", ",")
