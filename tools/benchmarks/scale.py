"""Pages on a big base: ours and the peer's at 100,000 words, in turn; ours alone at a million."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.houses import Builder, House, Server
from tools.benchmarks.peer import SETTINGS, URLS, NoPeer, database_setting, install_peer

ROOT = Path(__file__).resolve().parents[2]
PEER_PAGES = ROOT / "tools" / "benchmarks" / "peer_pages.py"
#: Our page → the peer's that answers the same need, and how many times faster ours should be at the 95th percentile.
AGAINST = {"list": ("list", 50), "search": ("search", 50), "pulse": ("reports", 30), "conversation": ("ticket", 0)}
NAMES = {
    "list": "file des conversations ouvertes",
    "conversation": "une conversation",
    "search": "recherche, mot courant",
    "rare": "recherche, mot rare",
    "pulse": "le pouls",
    "customer": "un client",
}
MOST_QUERIES, MOST_MS, MOST_SLOWER = 8, 40.0, 2.0

Figures = dict[str, dict[str, float]]


@dataclass
class Scale:
    """What was found. ``ours`` are the runs at the first size, before and after the peer's."""

    words: int
    million: int
    ours: list[Figures]
    peer: Figures | None
    big: Figures | None
    why_no_peer: str = ""


def measure_scale(
    *, server: Server, builder: Builder, work: Path, folder: Path, words: int, million: int, times: int
) -> Scale:
    """Fill and ask: ours, the peer, ours again on the same server; then ours alone, ten times bigger."""
    print(f"Pages à {words} mots…", flush=True)
    house = fill(builder, "small", words)
    first = ask(house, times)
    peer, why = None, ""
    try:
        peer = ask_peer(install_peer(work), server, folder, words, max(times // 10, 3))
    except NoPeer as problem:
        why = str(problem).splitlines()[0]
        print(f"  {problem}", file=sys.stderr)
    second = ask(house, times)
    big = None
    if million:
        print(f"Pages à {million} mots…", flush=True)
        big = ask(fill(builder, "big", million), times)
    return Scale(words, million, [first, second], peer, big, why)


def fill(builder: Builder, name: str, words: int) -> House:
    """Build a house with so many words, by bulk SQL."""
    house = builder.build(name)
    _run(house, "tools.benchmarks.fill", str(words))
    return house


def ask(house: House, times: int) -> Figures:
    """Ask our pages."""
    figures: Figures = json.loads(_run(house, "tools.benchmarks.our_pages", str(times)).splitlines()[-1])
    return figures


def ask_peer(python: Path, server: Server, folder: Path, words: int, times: int) -> Figures:
    """Fill the peer's base and ask its pages. Raises ``NoPeer``."""
    base = "bench_peer_pages"
    server.make_base(base)
    work = folder / "peer-pages"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    settings = SETTINGS.format(database=database_setting(server.url_of(base)), media=str(work / "media"))
    (work / "peer_settings.py").write_text(settings + 'ALLOWED_HOSTS = ["localhost"]\n' + MIDDLEWARE)
    (work / "peer_urls.py").write_text(URLS)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("EGARDS_", "DATABASE_"))}
    environment |= {"DJANGO_SETTINGS_MODULE": "peer_settings", "PYTHONPATH": str(work)}
    done = subprocess.run(
        [python, "-W", "ignore", PEER_PAGES, str(words), str(times)],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=3600,
    )
    server.drop_base(base)
    if done.returncode:
        raise NoPeer(f"django-helpdesk s’est arrêté :\n{done.stderr.strip()[-1500:]}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


MIDDLEWARE = """
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware"]
"""


def _run(house: House, module: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=house.environment() | {"DJANGO_SETTINGS_MODULE": "egards.config.settings"},
        capture_output=True,
        text=True,
        timeout=3600,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])
    return done.stdout


def lines(scale: Scale) -> list[str]:
    """Return the rows of the table, in French: page, queries, milliseconds, the peer, the verdicts."""
    return [_line(scale, name) for name in NAMES]


def _line(scale: Scale, name: str) -> str:
    runs = [run[name] for run in scale.ours]
    p50, p95 = (max(run[key] for run in runs) for key in ("p50", "p95"))  # the slower of the two runs
    queries = int(runs[0]["queries"])
    verdicts = [_verdict(queries <= MOST_QUERIES, f"≤ {MOST_QUERIES} questions")]
    verdicts.append(_verdict(p50 <= MOST_MS, f"≤ {MOST_MS:.0f} ms"))
    peer, ratio = "", ""
    if name in AGAINST and scale.peer:
        theirs, goal = AGAINST[name]
        faster = scale.peer[theirs]["p95"] / p95
        peer, ratio = f"{scale.peer[theirs]['p95']:.0f}", f"{faster:.1f} ×"
        if goal:
            verdicts.append(_verdict(faster >= goal, f"≥ {goal} ×"))
    big = ""
    if scale.big:
        big = f"{scale.big[name]['p50']:.1f} / {scale.big[name]['p95']:.1f}"
        slower = scale.big[name]["p50"] / p50
        verdicts.append(_verdict(slower <= MOST_SLOWER, f"{slower:.1f} × à un million"))
    cells = [NAMES[name], str(queries), f"{p50:.1f} / {p95:.1f}", peer, ratio, big, " · ".join(verdicts)]
    return f"| {' | '.join(cells)} |"


def _verdict(is_met: bool, said: str) -> str:
    return f"{'atteint' if is_met else '**manqué**'} : {said}"
