"""``egards backup``."""

from __future__ import annotations

import argparse
import sys

from egards.cli.backup import BackupRefused, backup, backup_keys_folder
from egards.cli.showing import bar_over_tables, figure, megabytes
from egards.cli.vault import VaultClosed


def handle(args: argparse.Namespace) -> int:
    """Save the house, encrypted, and read it back before saying so."""
    try:
        with bar_over_tables("Sauvegarde") as show:
            saved = backup(args.file, progress=show)
    except (BackupRefused, VaultClosed) as error:
        print(f"egards backup : {error}", file=sys.stderr)
        return 1
    rows = sum(saved.rows.values())
    print(f"{saved.path} : {figure(rows)} lignes, {figure(saved.blobs)} pièces, {megabytes(saved.size)}, relu.")
    print(f"Gardez ailleurs une copie des clés ({backup_keys_folder()}) et de erasures.jsonl :")
    print("sans elles, la sauvegarde ne se relit pas.")
    for path in saved.missing_blobs:
        print(f"  manquait déjà : {path}")
    for name in saved.dropped_keys:
        print(f"  clé détruite, ses sauvegardes ne se lisent plus : {name}")
    return 0
