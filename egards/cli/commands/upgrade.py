"""``egards upgrade``."""

from __future__ import annotations

import argparse
import sys

from egards.cli.backup import BackupRefused
from egards.cli.commands import doctor
from egards.cli.restoring import upgrade
from egards.cli.showing import bar_over_tables
from egards.cli.vault import VaultClosed


def handle(args: argparse.Namespace) -> int:
    """Back up, bring the base up to date, then let the doctor look."""
    folder = args.backup or args.house.home / "backups"
    try:
        with bar_over_tables("Sauvegarde") as show:
            saved, applied, answer = upgrade(folder=folder, doctor=lambda: doctor.handle(args), progress=show)
    except (BackupRefused, VaultClosed) as error:
        print(f"egards upgrade : {error}", file=sys.stderr)
        return 1
    if saved:
        print(f"Sauvegarde d’abord : {saved.path}")
    print(f"{len(applied)} mises à jour de la base." if applied else "La base était déjà à jour.")
    return answer
