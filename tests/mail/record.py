"""What the suites of mail found, written on one page: a line of the issue, a figure, how to find it again.

Each suite writes its own part of the page and leaves the others as they stand: they say their own commit and day. A
part that no suite wrote says that it was not run. A whole run (`EGARDS_FULL_LETTERS=10000`) writes docs/reliability.md,
a trial var/bench.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from tests.houses import ROOT, House
from tools.benchmarks.report import commit, machine

WHOLE = 10_000
LETTERS = int(os.environ.get("EGARDS_FULL_LETTERS", "400"))
_PARTS = re.compile(r"(?m)^(?=## )")
_LAW = ("received", "stored", "duplicate", "quarantined", "refused", "waiting")
#: The suites that the page waits for, and what each is about.
SUITES = {
    "kills": "tout tombe pendant que les lettres entrent",
    "imap": "une boîte IMAP qui se conduit mal",
    "postfix": "un vrai Postfix devant et derrière la maison",
    "away": "la base s’absente, ou tombe et se relève",
    "disk": "le disque est plein",
    "outbox": "un relais de mauvaise humeur",
    "journey": "le parcours au navigateur",
}


@dataclass(frozen=True)
class Row:
    """One figure. ``line``: of the issue (R1…R24, 4 or 6 for « Done when »)."""

    line: str
    what: str
    figure: str
    is_run: bool = True


@dataclass
class Record:
    """The lines of one suite."""

    suite: str
    command: str
    rows: list[Row] = field(default_factory=list)
    commit: str = field(default_factory=commit)
    machine: str = field(default_factory=machine)
    date: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%d}")

    def add(self, line: str, what: str, figure: object) -> None:
        """Note a figure."""
        self.rows.append(Row(line, what, str(figure)))

    def not_run(self, line: str, what: str, reason: str) -> None:
        """Note what could not be tried here, and why."""
        self.rows.append(Row(line, what, f"non exécuté : {reason}", is_run=False))

    def write(self) -> Path:
        """Write these lines in their part of the page; return the page."""
        page = ROOT / ("docs" if LETTERS >= WHOLE else "var/bench") / "reliability.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(with_part(page.read_text() if page.exists() else "", self))
        return page


def seconds(figure: float) -> str:
    """A duration as French writes it."""
    return f"{figure:.1f} s".replace(".", ",").replace(" s", "\u00a0s")


def law_of(house: House) -> dict[str, int]:
    """Return the law's figures as they stand in a house's base."""
    sums = dict(house.ask("SELECT status, sum(n)::int FROM interactions_tally GROUP BY status"))
    return {name: sums.get(name, 0) for name in _LAW[:-1]} | {"waiting": house.count("interactions_waiting")}


def law_holds(law: Mapping[str, int]) -> bool:
    """Whether everything received is somewhere, and nothing waits."""
    return law["received"] == sum(law[name] for name in _LAW[1:]) and not law["waiting"]


def law_in_words(law: Mapping[str, int]) -> str:
    """Say the law with its figures."""
    words = ("gardés", "doublons", "en quarantaine", "refusés", "en attente")
    said = " + ".join(f"{law[name]} {word}" for name, word in zip(_LAW[1:], words, strict=True))
    return f"{law['received']} reçus = {said}"


def skip(suite: str, lines: Iterable[tuple[str, str]], reason: str) -> NoReturn:
    """Write each line of a suite as not run, and skip its test."""
    record = Record(suite, command="")
    for line, what in lines:
        record.not_run(line, what, reason)
    record.write()
    pytest.skip(f"non exécuté : {reason}")


def with_part(page: str, record: Record) -> str:
    """Return the page, in French, with a suite's part anew and the other parts as ``page`` has them."""
    stood = {part.split("\n", 1)[0]: part for part in _PARTS.split(page)}
    parts = [
        _table(record, suite, about)
        if suite == record.suite
        else stood.get(_title(about)) or _table(None, suite, about)
        for suite, about in SUITES.items()
    ]
    tables = "\n".join(part.rstrip("\n") + "\n" for part in parts)
    return f"""# La réception d’e-mails ne perd rien

De vrais serveurs (Dovecot, Postfix), une vraie base, les vrais processus ; tout ce qui peut tomber tombe, au hasard.
La loi : reçus = gardés + doublons + quarantaine + refusés + en attente, et rien n’attend au repos. Les lignes sont
celles de nos promesses (R1 à R24) ou de la demande (4, 6). Page écrite par `make test-mail` et `make test-outbox` ;
avec `EGARDS_FULL_LETTERS=10000`, ici ; sinon, un essai dans `var/bench`.

{tables}
## Ailleurs

Les e-mails abîmés exprès (R5 à R7) dans [mime-figures.md](mime-figures.md), les réponses volées (S3) dans
[hijack-figures.md](hijack-figures.md), le HTML hostile (S5) dans [mailhtml-figures.md](mailhtml-figures.md).
"""


def _title(about: str) -> str:
    return f"## {about[0].upper()}{about[1:]}"


def _table(record: Record | None, suite: str, about: str) -> str:
    title = _title(about)
    if record is None:
        command = "make test-outbox" if suite == "outbox" else f"make test-mail ARGS='-k {suite}'"
        return f"{title}\n\nNon exécuté : `{command}`.\n"
    rows = "\n".join(f"| {row.line} | {row.what} | {row.figure} |" for row in record.rows)
    how = f"`{record.command}`, commit" if record.command else "Commit"
    said = f"{how} {record.commit}, {record.machine}, le {record.date}."
    return f"{title}\n\n| ligne | quoi | combien |\n|---|---|---|\n{rows}\n\n{said}\n"
