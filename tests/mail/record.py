"""What the suites of mail found, written on one page: a line of the issue, a figure, how to find it again.

Each suite keeps its own lines under var/bench; the page is made of all of them, and says of each suite that has none
that it was not run. A whole run (`EGARDS_FULL_LETTERS=10000`) writes docs/reliability.md, a trial var/bench.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from tests.houses import ROOT, House
from tools.benchmarks.report import commit, machine

WHOLE = 10_000
LETTERS = int(os.environ.get("EGARDS_FULL_LETTERS", "400"))
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
        """Keep these lines and make the page anew; return the page."""
        kept = _folder() / f"{self.suite}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1))
        page = ROOT / ("docs" if LETTERS >= WHOLE else "var/bench") / "reliability.md"
        page.write_text(written(_all()))
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


def written(records: Iterable[Record]) -> str:
    """Return the page, in French."""
    known = {record.suite: record for record in records}
    tables = "\n".join(_table(known.get(suite), suite, about) for suite, about in SUITES.items())
    return f"""# La réception d’e-mails ne perd rien

De vrais serveurs (Dovecot, Postfix), une vraie base, les vrais processus ; tout ce qui peut tomber tombe, au hasard.
La loi : reçus = gardés + doublons + quarantaine + refusés + en attente, et rien n’attend au repos. Les lignes sont
celles de nos promesses (R1 à R24) ou de la demande (4, 6). Page écrite par `make test-mail` et `make test-outbox` ;
avec `EGARDS_FULL_LETTERS=10000`, ici ; sinon, un essai dans `var/bench`.

{tables}
Ailleurs : les e-mails abîmés exprès (R5 à R7) dans [mime-figures.md](mime-figures.md), les réponses volées (S3) dans
[hijack-figures.md](hijack-figures.md), le HTML hostile (S5) dans [mailhtml-figures.md](mailhtml-figures.md).
"""


def _table(record: Record | None, suite: str, about: str) -> str:
    title = f"## {about[0].upper()}{about[1:]}"
    if record is None:
        command = "make test-outbox" if suite == "outbox" else f"make test-mail ARGS='-k {suite}'"
        return f"{title}\n\nNon exécuté : `{command}`.\n"
    rows = "\n".join(f"| {row.line} | {row.what} | {row.figure} |" for row in record.rows)
    how = f"`{record.command}`, commit" if record.command else "Commit"
    said = f"{how} {record.commit}, {record.machine}, le {record.date}."
    return f"{title}\n\n| ligne | quoi | combien |\n|---|---|---|\n{rows}\n\n{said}\n"


def _folder() -> Path:
    return ROOT / "var" / "bench" / "reliability" / ("whole" if LETTERS >= WHOLE else "trial")


def _all() -> list[Record]:
    found = []
    for path in sorted(_folder().glob("*.json")):
        said = json.loads(path.read_text())
        found.append(Record(**(said | {"rows": [Row(**row) for row in said["rows"]]})))
    return found
