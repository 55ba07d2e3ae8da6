"""``egards import``."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from egards.accounts.actions import brand_named
from egards.cli.importing import Account, Request, import_path, table_files
from egards.cli.showing import figure
from egards.intake.files import plan_of
from egards.interactions.models import Mode
from egards.touchpoints.inbound import Unreadable
from egards.touchpoints.mime import find_mail_files
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.tables import MEANINGS


def handle(args: argparse.Namespace) -> int:
    """Import, or with ``--dry-run`` only show what would be understood."""
    try:
        columns = dict(_pair(text) for text in args.map)
        touchpoint = Touchpoint.objects.select_related("brand").get(slug=args.touchpoint) if args.touchpoint else None
        if not args.path.exists():
            raise ValueError(f"« {args.path} » n’existe pas.")
        return _dry_run(args.path, columns) if args.dry_run else _import(args, columns, touchpoint)
    except Touchpoint.DoesNotExist:
        known = ", ".join(Touchpoint.objects.order_by("slug").values_list("slug", flat=True)) or "aucun"
        print(f"Le point de contact « {args.touchpoint} » n’existe pas. Il y a : {known}.", file=sys.stderr)
    except BrokenProcessPool:
        print(
            "egards import : un de ces mots a arrêté le lecteur. Rien n’est perdu : ce qui reste attend. Ouvrez la "
            "maison (« egards run ») : elle met ce mot en quarantaine et lit les autres ; puis relancez la commande.",
            file=sys.stderr,
        )
        return 1
    except (ValueError, Unreadable) as error:
        print(f"egards import : {error}", file=sys.stderr)
    return 2


def _import(args: argparse.Namespace, columns: dict[str, str], touchpoint: Touchpoint | None) -> int:
    brand = touchpoint.brand if touchpoint else brand_named(name=args.brand)
    began = time.monotonic()
    with _stop_once() as stop, tqdm(unit=" mots", desc="Import", disable=not sys.stderr.isatty()) as bar:
        request = Request(
            brand, Mode.LIVE if args.live else Mode.ARCHIVE, touchpoint, columns, bar.update, lambda: stop.asked
        )
        account = import_path(args.path, request)
    _print(account, time.monotonic() - began)
    if account.stopped:
        print("Arrêté à votre demande. La même commande reprend où nous en étions.")
        return 130
    return 0 if account.adds_up else 1


@contextmanager
def _stop_once() -> Iterator[_Stop]:
    """The first Ctrl-C ends after the batch at hand; the second ends at once."""
    stop = _Stop()
    before = signal.signal(signal.SIGINT, stop.hear)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class _Stop:
    """Whether we were asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def hear(self, number: int, frame: object) -> None:
        """Hear a Ctrl-C."""
        if self.asked:
            signal.default_int_handler(number, None)
        self.asked = True
        print("\nJe finis le lot en cours…", file=sys.stderr)


def _print(account: Account, seconds: float) -> None:
    ends = account.ends
    lines = [
        ("présentés", account.offered),
        ("déjà reçus auparavant", account.known),
        ("gardés", ends["stored"]),
        ("doublons", ends["duplicate"]),
        ("en quarantaine", ends["quarantined"]),
    ]
    for label, number in lines:
        print(f"{label:>24} : {figure(number)}")
    rate = figure(round(account.offered / seconds)) if seconds else "–"
    parts = " + ".join(figure(number) for _, number in lines[1:])
    print(f"{'le compte':>24} : {figure(account.offered)} {'=' if account.adds_up else '≠'} {parts}")
    print(f"{'durée':>24} : {seconds:.2f}\u00a0s, soit {rate} par seconde".replace(".", ",", 1))
    for (suffix, why), names in sorted(_by_reason(account.skipped).items()):
        shown = ", ".join(names[:2]) + ("…" if len(names) > 2 else "")
        print(f"  laissés de côté : {figure(len(names))} fichiers {suffix or 'sans extension'}, {why} ({shown})")


def _by_reason(skipped: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for name, why in skipped:
        groups.setdefault((Path(name).suffix.lower(), why), []).append(name)
    return groups


def _dry_run(path: Path, columns: dict[str, str]) -> int:
    for table in table_files(path):
        print(f"\n{table.name}")
        for line in plan_of(table, columns).describe():
            print(f"  {line}")
    if path.is_dir() or not table_files(path):
        mails = sum(1 for item in find_mail_files(path) if not item.skipped)
        print(f"\n{figure(mails)} e-mails reconnus")
    print("\nEssai seulement : rien n’a été gardé.")
    return 0


def _pair(text: str) -> tuple[str, str]:
    meaning, equals, column = text.partition("=")
    if not equals:
        known = ", ".join(sorted(MEANINGS))
        raise ValueError(f"--map attend SENS=COLONNE ; les sens sont : {known}.")
    return meaning.strip(), column.strip()
