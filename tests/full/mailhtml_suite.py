"""`make test-mailhtml`: 3,000 pages of mail that try to act, in a real Chromium; writes docs/mailhtml-figures.md (S5).

EGARDS_SEED repeats a run; EGARDS_FULL_MAILHTML=200 tries it on less, and writes var/bench/mailhtml-figures.md instead.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from egards.interactions.render import HTML_POLICY, html_page
from egards.interactions.tests.hostile_pages import Seen, hostile_pages, show
from tests.full.seeds import seed_of
from tests.houses import ROOT
from tools.benchmarks.report import commit, machine

pytestmark = pytest.mark.browser

ALL = 3_000
WANTED = int(os.environ.get("EGARDS_FULL_MAILHTML", str(ALL)))
#: As many are shown as they are, without what protects members: the trap works.
WITNESSES = 200


def test_three_thousand_pages_do_nothing(chromium: Browser, request: pytest.FixtureRequest) -> None:
    seed = seed_of(request)
    pages = hostile_pages(random.Random(seed), WANTED)
    seen = show(chromium, [html_page(page) for page in pages], policy=HTML_POLICY, sandbox="sandbox")
    bare = show(chromium, pages[:WITNESSES], policy="", sandbox="")
    where = write_page(page_of(seen, bare, seed, chromium.version))
    request.config.get_terminal_writer().line(f"\nÉcrit dans {where}.")
    assert (seen.dialogs, seen.requests, seen.left) == ([], [], [])
    assert len(bare.dialogs) > WITNESSES / 20
    assert len(bare.requests) > WITNESSES / 10


def write_page(text: str) -> Path:
    """Write docs/mailhtml-figures.md, or a trial's elsewhere; return where."""
    page = ROOT / ("docs" if WANTED == ALL else "var/bench") / "mailhtml-figures.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
    return page.relative_to(ROOT)


def page_of(seen: Seen, bare: Seen, seed: int, browser: str) -> str:
    """Return the page, in French."""
    return f"""# La mise en page des courriels, devant des pages hostiles : les chiffres

Page écrite par `make test-mailhtml`, qui la refait (épreuve S5).

- {machine()}, commit {commit()}, le {datetime.now(UTC).date().isoformat()}, graine {seed}, Chromium {browser}.
- {_n(WANTED)} pages qui cherchent à exécuter, à charger ou à sortir de leur cadre, toutes différentes, montrées comme
  un membre les voit : nettoyées, dans un cadre fermé, sous notre politique.

| ce que le navigateur a fait | telles que nous les montrons | {_n(WITNESSES)} d’entre elles, sans rien |
|---|---:|---:|
| fenêtres ouvertes (`alert`) | **{_n(len(seen.dialogs))}** | {_n(len(bare.dialogs))} |
| demandes au dehors | **{_n(len(seen.requests))}** | {_n(len(bare.requests))} |
| sorties du cadre | **{_n(len(seen.left))}** | {_n(len(bare.left))} |

La colonne de droite est le témoin : le piège se voit. Le banc est `egards/interactions/tests/hostile_pages.py` ; cent
cinquante pages passent à chaque `make test`.
"""


def _n(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
