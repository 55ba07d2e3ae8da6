"""`make test-hijack`: 5,000 mails that try to enter somebody's conversation; writes docs/hijack-figures.md (S3).

EGARDS_SEED repeats a run; EGARDS_FULL_HIJACK=200 tries it on less, and writes var/bench/hijack-figures.md instead.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egards.consent.loading import load_pack
from egards.intake.tests.hijack import (
    SENDERS,
    SIGNS,
    STANDINGS,
    VERDICTS,
    Findings,
    Scene,
    attempt_on,
    drawn,
    scene,
    second_mailbox,
)
from tests.builders import mailbox
from tests.full.seeds import seed_of
from tests.houses import ROOT
from tests.members import adviser
from tools.benchmarks.report import commit, machine

pytestmark = pytest.mark.django_db

ALL = 5_000
WANTED = int(os.environ.get("EGARDS_FULL_HIJACK", str(ALL)))


@pytest.fixture
def stage(db: None) -> Scene:
    """Return a customer's conversation, and those who would like to be in it."""
    load_pack()
    box = mailbox()
    return scene(box, second_mailbox(box, "Ormelle"), adviser("alice"))


def test_five_thousand_mails_enter_only_where_they_may(stage: Scene, request: pytest.FixtureRequest) -> None:
    seed, found = seed_of(request), Findings()
    chance = random.Random(seed)
    for n in range(WANTED):
        attempt_on(stage, drawn(chance, n), n, found)
    request.config.get_terminal_writer().line(f"\nÉcrit dans {write_page(found, seed)}.")
    assert found.wrong == []
    assert sum(found.ends.values()) == WANTED
    assert {sign for sign, _end in found.signs} == set(SIGNS)


def write_page(found: Findings, seed: int) -> Path:
    """Write docs/hijack-figures.md, or a trial's elsewhere; return where."""
    page = ROOT / ("docs" if WANTED == ALL else "var/bench") / "hijack-figures.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(found, seed), encoding="utf-8")
    return page.relative_to(ROOT)


def page_of(found: Findings, seed: int) -> str:
    """Return the page, in French."""
    entered: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for (sign, end), n in found.signs.items():
        tried[sign] += n
        entered[sign] += n if end.startswith(("entre", "en silence")) else 0
    signs = "\n".join(
        f"| {sign} | {worth} | {_n(tried[sign])} | {_n(entered[sign])} |" for sign, worth in SIGNS.items()
    )
    ends = "\n".join(f"| {end} | {_n(n)} |" for end, n in sorted(found.ends.items()))
    return f"""# Entrer dans la conversation d’un autre : les chiffres

Page écrite par `make test-hijack`, qui la refait (épreuve S3).

- {machine()}, commit {commit()}, le {datetime.now(UTC).date().isoformat()}, graine {seed}.
- {_n(sum(found.ends.values()))} courriels, tirés parmi {len(SIGNS)} signes, {len(SENDERS)} expéditeurs,
  {len(VERDICTS)} verdicts de notre serveur et {len(STANDINGS)} états de la conversation ; un sur sept est automatique.
- **Entrées à tort, ou réponses parties vers un inconnu : {_n(len(found.wrong))}.**

Ce que chacun peut faire est écrit à la main, sans une ligne du code qui décide. Un signe « à nous » n’a pu être fait
que par nous ; il fait entrer, et l’auteur est à confirmer s’il n’est pas le client. Un signe « copié » ne fait entrer
que ceux que le client a mis dans la conversation, et que notre serveur a reconnus. Le reste ne fait entrer personne.

| signe porté | ce qu’il vaut | courriels | entrés |
|---|---|---:|---:|
{signs}

| ce qui en est advenu | courriels |
|---|---:|
{ends}

Le banc est `egards/intake/tests/hijack.py` ; cent courriels passent à chaque `make test`, avec un témoin.
"""


def _n(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
