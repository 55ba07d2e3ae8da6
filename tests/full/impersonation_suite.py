"""`make test-impersonation`: 1,000 forms in others' names show nothing of theirs; writes docs/impersonation-figures.md.

EGARDS_SEED repeats a run; EGARDS_FULL_IMPERSONATION=50 tries it on less, and writes var/bench/ instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from egards.consent.loading import load_pack
from egards.public.tests.conftest import FRIDAY
from egards.public.tests.impersonation import Findings, Impostor
from egards.public.tests.visits import Visit, house
from tests.builders import proved_mailbox
from tests.full.seeds import seed_of
from tests.houses import ROOT
from tests.members import adviser
from tools.benchmarks.report import commit, machine

pytestmark = pytest.mark.django_db

ALL = 1_000
#: The suite lives in another year.
_TODAY = datetime.now(UTC).date().isoformat()
WANTED = int(os.environ.get("EGARDS_FULL_IMPERSONATION", str(ALL)))
#: Each real customer is written for so many times, then another comes: threads stay of a human size.
PER_VICTIM = 10
FUZZED_PER_VICTIM = 50


@pytest.fixture
def impostor(db: None, request: pytest.FixtureRequest) -> Iterator[Impostor]:
    """Somebody who knows addresses and numbers, in front of a house that answers in good faith."""
    load_pack()
    seed = seed_of(request)
    with time_machine.travel(FRIDAY, tick=False) as clock:
        house()
        yield Impostor(Visit(clock), proved_mailbox(), adviser("alice"), seed)


def test_a_thousand_forms_in_others_names_show_nothing(impostor: Impostor, request: pytest.FixtureRequest) -> None:
    terminal = request.config.get_terminal_writer()
    victims = []
    for n in range(WANTED):
        if n % PER_VICTIM == 0:
            victims.append(impostor.customer(n // PER_VICTIM))
            impostor.fuzz(victims[-1], FUZZED_PER_VICTIM)
            impostor.visit.clock.shift(timedelta(hours=6))
        impostor.forge(victims[-1])
    impostor.outlive(victims)
    terminal.line(f"\nÉcrit dans {write_page(impostor.found, impostor.seed, len(victims))}.")
    assert impostor.found.shown == []
    assert impostor.found.opened == []
    assert sum(impostor.found.forms.values()) == WANTED
    assert min(impostor.found.told.values()) > 0


def write_page(found: Findings, seed: int, victims: int) -> Path:
    """Write docs/impersonation-figures.md, or a trial's elsewhere; return where."""
    page = ROOT / ("docs" if WANTED == ALL else "var/bench") / "impersonation-figures.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(found, seed, victims), encoding="utf-8")
    return page.relative_to(ROOT)


def page_of(f: Findings, seed: int, victims: int) -> str:
    """Return the page, in French."""
    forms = "\n".join(f"| {way} | {_n(n)} |" for way, n in sorted(f.forms.items()))
    told = "\n".join(f"| {what} | {_n(n)} |" for what, n in sorted(f.told.items()))
    return f"""# Écrire au nom d’un autre : les chiffres

Page écrite par `make test-impersonation`, qui la refait.

- {machine()}, commit {commit()}, le {_TODAY}, graine {seed}.
- {_n(victims)} vrais clients, dont tout porte une marque : nom, mots, pièce jointe, nos réponses, notes, promesses,
  intitulé de la demande.
- {_n(sum(f.forms.values()))} formulaires envoyés à leur nom par quelqu’un qui connaît leur adresse ou leur numéro ;
  la maison y répond de bonne foi, et les vrais clients aussi.
- {_n(f.answers)} réponses lues en entier, en-têtes compris : {_n(f.bytes_read)} octets (pages, redirections, erreurs,
  pièces, liens demandés).
- **Marques retrouvées : {_n(len(f.shown))}.**
- **Liens fermés, périmés ou faussés qui ont ouvert quelque chose : {_n(len(f.opened))}.**

| formulaire envoyé avec | nombre |
|---|---:|
{forms}

| ce qui s’est passé ensuite | nombre |
|---|---:|
{told}

Le banc est `egards/public/tests/impersonation.py` ; vingt formulaires passent à chaque `make test`, avec un témoin : le
lien du vrai client, lui, montre bien les marques.
"""


def _n(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
