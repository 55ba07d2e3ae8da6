"""``egards move-database``."""

from __future__ import annotations

import argparse
import sys

from egards.cli.move import MoveRefused, move_database
from egards.cli.showing import bar_over_tables


def handle(args: argparse.Namespace) -> int:
    """Carry everything over to another PostgreSQL, and say what to do next."""
    try:
        with bar_over_tables("Déménagement") as show:
            moved = move_database(args.url, progress=show)
    except MoveRefused as error:
        print(f"egards move-database : {error}", file=sys.stderr)
        return 1
    print("\n".join(moved.sentences()))
    return 1 if moved.arrived_meanwhile else 0
