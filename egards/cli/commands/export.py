"""``egards export``."""

from __future__ import annotations

import argparse
import sys

from egards.cli.exporting import ExportRefused, export_person
from egards.cli.forgetting import NobodyFound, SharedAddress, find_person
from egards.cli.showing import figure, say


def handle(args: argparse.Namespace) -> int:
    """Write the person's copy: JSON, CSV, a page to read, and their files."""
    try:
        exported = export_person(find_person(args.customer), args.file, progress=say)
    except (NobodyFound, SharedAddress, ExportRefused) as error:
        print(f"egards export : {error}", file=sys.stderr)
        return 1
    print(f"{exported.path} : {figure(sum(exported.rows.values()))} lignes, {figure(exported.files)} fichiers.")
    return 0
