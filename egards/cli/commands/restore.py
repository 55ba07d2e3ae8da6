"""``egards restore``."""

from __future__ import annotations

import argparse
import sys

from egards.cli.erasures import ErasuresUnreadable
from egards.cli.restoring import RestoreFailed, RestoreRefused, restore
from egards.cli.showing import bar_over_tables, counted, figure, say
from egards.cli.vault import VaultClosed


def handle(args: argparse.Namespace) -> int:
    """Put a backup into an empty house, compare the counts, forget again who was forgotten since."""
    try:
        with bar_over_tables("Reprise") as show:
            restored = restore(
                args.file,
                keys=args.keys,
                erasures=args.erasures,
                there_are_no_erasures=args.no_erasure,
                progress=show,
                say=say,
            )
    except (RestoreRefused, RestoreFailed, VaultClosed, ErasuresUnreadable) as error:
        print(f"egards restore : {error}", file=sys.stderr)
        return 1
    rows = figure(sum(restored.rows.values()))
    pieces = counted(restored.blobs, "pièce", "pièces")
    print(f"Sauvegarde du {restored.made_at} reprise : {rows} lignes, {pieces}, comptes pareils.")
    print(f"{counted(restored.erasures_replayed, 'oubli rejoué', 'oublis rejoués')}.")
    return 0
