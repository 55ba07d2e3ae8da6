"""How commands show long work: a bar on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from egards.cli.tables import Progress, Step


@contextmanager
def bar_over_tables(name: str) -> Iterator[Progress]:
    """Give a callback that moves a bar over the tables of a copy."""
    with tqdm(desc=name, unit=" tables", disable=not sys.stderr.isatty()) as bar:

        def show(step: Step) -> None:
            bar.total = step.tables
            bar.set_postfix_str(f"{step.table}, {figure(step.rows)} lignes", refresh=False)
            bar.update(step.tables_done - bar.n)

        yield show


def say(sentence: str) -> None:
    """Tell on the terminal what is being done, each sentence over the last; elsewhere, stay silent."""
    if sys.stderr.isatty():
        print(f"\r\033[K{sentence}", end="", file=sys.stderr, flush=True)


def counted(number: int, one: str, many: str) -> str:
    """Return « 1 oubli rejoué », « 3 oublis rejoués », « aucun oubli »: French counts 0 and 1 as one."""
    return f"{figure(number)} {one if number < 2 else many}"


def figure(number: int) -> str:
    """Return a whole number as French terminals show it: a narrow space between thousands."""
    return f"{number:,}".replace(",", "\u202f")


def megabytes(size: int) -> str:
    """Return a size in bytes as « 12,3 Mo »."""
    return f"{size / 1e6:.1f}\u00a0Mo".replace(".", ",")
