"""``egards bilan``: two honest pages out of a mailbox or a table. Opens no house, keeps nothing."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tqdm import tqdm

from egards.bilan.making import report_on
from egards.bilan.ours import Ours, said
from egards.bilan.page import page
from egards.bilan.printing import DoesNotFit, printed
from egards.bilan.taking import look_over
from egards.bilan.words import Haul
from egards.cli.showing import counted, figure

_FINE = "\u202f"


def handle(args: argparse.Namespace) -> int:
    """Write the report beside where one stands; say what was found and whom it took for us. 1 when nothing is."""
    made_at = datetime.now(ZoneInfo("Europe/Paris"))
    began = time.monotonic()
    try:
        found, guessed = _look(args.path)
        if not found:
            print(f"egards bilan : ni e-mail ni tableau dans «{_FINE}{args.path}{_FINE}».", file=sys.stderr)
            return 1
        ours = said(args.ours) if args.ours else guessed
        _tell_ours(ours)
        with tqdm(total=found, unit=" messages", desc="Lecture", disable=not sys.stderr.isatty()) as bar:
            report, haul = report_on(args.path, ours, made_at=made_at, told=bar.update)
        out = args.out if args.out.name not in ("", "..") else args.out / "bilan"
        pdf, html = (out.with_name(_bare(out) + suffix) for suffix in (".pdf", ".html"))
        _write(pdf, printed(report, made_at=made_at))
        _write(html, page(report).encode())
    except KeyboardInterrupt:
        print("\nInterrompu : aucun bilan n’a été écrit, rien n’a été gardé.", file=sys.stderr)
        return 130
    except (OSError, DoesNotFit) as error:
        print(f"egards bilan : {error.strerror or error if isinstance(error, OSError) else error}", file=sys.stderr)
        return 1
    _tell_account(haul, time.monotonic() - began)
    print(f"{html}\n{pdf}")
    return 0


def _bare(out: Path) -> str:
    return out.stem if out.suffix.lower() in (".pdf", ".html") else out.name


def _look(path: Path) -> tuple[int, Ours]:
    with tqdm(unit=" messages", desc="Je parcours", disable=not sys.stderr.isatty()) as bar:
        return look_over(path, told=bar.update)


def _tell_ours(ours: Ours) -> None:
    """Name whom the report takes for us, here only: the report itself names nobody."""
    names = [*sorted(ours.addresses), *(f"tout {one}" for one in sorted(ours.domains))]
    if not names:
        print("Aucune adresse à vous n’a été reconnue. Dites-les avec --ours adresse ou domaine.")
        return
    how = f"devinées, celles {ours.how}" if ours.is_guess else ours.how
    print(f"À vous ({how}) : {', '.join(names)}")
    if ours.is_guess:
        print("Si ce n’est pas cela, dites-les avec --ours adresse ou domaine.")


def _tell_account(haul: Haul, seconds: float) -> None:
    read, refused = len(haul.words), len(haul.refusals)
    parts = f"{figure(read)} lus + {figure(haul.duplicates)} en double + {figure(refused)} illisibles"
    print(f"{figure(haul.found)} trouvés = {parts}")
    if haul.aside:
        print(f"{counted(sum(haul.aside.values()), 'fichier', 'fichiers')} sans message, laissés de côté :")
        for why, n in sorted(haul.aside.items()):
            print(f"  {figure(n)} : {why}")
    print(f"en {seconds:.1f}\u00a0s".replace(".", ","))


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all: a report cut in the middle would look like a report."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(content)
            file.close()
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
