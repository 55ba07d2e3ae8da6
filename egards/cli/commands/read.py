"""``egards read``."""

from __future__ import annotations

import argparse
import sys

from tqdm import tqdm

from egards.measures.actions import touch_everything
from egards.understanding.reread import reread_all, unread_count


def handle(args: argparse.Namespace) -> int:
    """Read again what today's engine has not read; progress is kept, so Ctrl-C and again goes on."""
    total = unread_count(everything=args.all)
    with tqdm(total=total, unit=" verbatims", desc="Lecture", disable=not sys.stderr.isatty()) as bar:
        done = reread_all(everything=args.all, told=bar.update)
    if done:
        touch_everything()  # what the days counted was read otherwise
    print(f"{done} verbatims relus." if done else "Tout est déjà lu par le moteur d’aujourd’hui.")
    return 0
