"""`make load`: the same town, all at once: words at a steady rate, advisers at work, live streams; what holds?

`make load ARGS="--minutes 30 --write"` is the whole of it (20 words a second, 30 advisers, 500 streams) and writes
docs/benchmarks-load.md; `ARGS="--minutes 2 --words 5 --advisers 5 --streams 50"` a taste. Ctrl-C ends it early and
tells what was seen. Exit code: 0 when every goal is reached.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
from pathlib import Path

from tools.load.house import opened
from tools.load.run import Run
from tools.load.telling import page, told
from tools.load.verdicts import hold, verdicts

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "load"
PAGE = ROOT / "docs" / "benchmarks-load.md"


def main() -> int:
    """Open a house, load it, judge."""
    options = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with opened(WORK, options) as house:
        run = Run(house, options, secrets.token_hex(3))
        seen = run.whole()
        lines = verdicts(seen)
        print(told(lines, seen, run.facts()))
        if options.write:
            PAGE.write_text(page(lines, seen, run.facts()))
            print(f"Écrit dans {PAGE.relative_to(ROOT)}.")
    return 0 if hold(lines) else 1


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N", help="durée (5)")
    parser.add_argument("--words", type=float, default=20.0, metavar="N", help="mots par seconde (20)")
    parser.add_argument("--advisers", type=int, default=30, metavar="N", help="conseillers au travail (30)")
    parser.add_argument("--customers", type=int, default=20, metavar="N", help="clients qui lisent leurs pages (20)")
    parser.add_argument("--streams", type=int, default=500, metavar="N", help="flux en direct ouverts (500)")
    parser.add_argument("--size", type=int, default=20_000, metavar="N", help="clients de la ville (20 000)")
    parser.add_argument("--seed", default="lindelle", metavar="MOT", help="la graine de tous les tirages")
    parser.add_argument("--write", action="store_true", help="écrire docs/benchmarks-load.md")
    parser.add_argument("--keep", action="store_true", help="garder la maison dans var/load/maison")
    parser.add_argument("--again", action="store_true", help="charger de nouveau la maison gardée")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
