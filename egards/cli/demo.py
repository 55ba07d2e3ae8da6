"""A new house that nobody has taken up opens as the demo: filled once, with a bar, by two processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Never
from urllib.parse import urlsplit

from tqdm import tqdm

from egards.cli.house import HouseError
from egards.core.clock import now
from egards.core.house_mark import is_demo
from egards.demo.filling import finish, found_town, hurry, may_become_demo, passwords, tell
from egards.demo.house import DOMAIN
from egards.demo.words.people import members

#: How many processes tell the town together.
PROCESSES = 2
#: A house closed for longer than this is filled again by all of them, with the bar.
MANY_DAYS = timedelta(days=2)
#: Whom a visitor may be, by role, and what they see then.
VISITORS = {
    "adviser": "conseillère : les conversations",
    "manager": "responsable : le pouls, les sortants",
    "store": "accueil d’un magasin",
    "admin": "administrateur : les réglages",
}


def is_for_here(listening: str) -> bool:
    """Say whether a house opens to this machine alone: by its port, its address, and what a proxy may call it."""
    return not _elsewhere(listening)


def check_hosts(listening: str) -> None:
    """Refuse to open a demo to anybody else, by its own port or behind a proxy. Raises ``HouseError``."""
    for host in _elsewhere(listening):
        raise HouseError(
            f"cette maison est une démonstration : elle ne s’ouvre que sur cette machine, pas sur {host}. "
            "Pour une maison à vous : egards new DOSSIER."
        )


def _elsewhere(listening: str) -> list[str]:
    told = urlsplit(os.environ.get("EGARDS_URL", "")).hostname
    behind = [name for name in os.environ.get("EGARDS_HOSTS", "").split(",") if name]
    return [host for host in (listening, told or "localhost", *behind) if not _is_here(host)]


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def is_or_becomes_demo(*, is_wanted: bool) -> bool:
    """Say whether this house opens as the demo: it is one, or it is new in every respect and one is wanted."""
    return is_demo() or (is_wanted and may_become_demo())


def fill_house() -> None:
    """Bring the town into a new house, go on where a fill was cut, or let it live the days it was closed."""
    here = found_town()
    until = now()
    hurry()
    if here.opened_at is None or until - here.opened_at > MANY_DAYS:
        with _bar() as bar, _helpers(bar, until.isoformat()) as helpers:
            tell(here, until, of=PROCESSES, is_opening=True, begins=partial(_grow, bar), heard=bar.update)
            if any(helper.wait() for helper in helpers):
                raise HouseError("un des processus qui remplissent la démonstration s’est arrêté. Relancez.")
    else:
        tell(here, until, is_opening=True)
    finish(here, until)


def hello(url: str, home: Path) -> list[str]:
    """Return what a visitor is told: who to be, with which password, and where to look."""
    known = passwords()
    lines = [
        "C’est une démonstration : Maison Lindelle, ses membres et ses clients sont inventés, et rien ne part.",
        f"  Pour un client : {url}/contact/",
        f"  Pour un membre : {url}/",
    ]
    seen: set[str] = set()
    for member in members():
        if member.role in VISITORS and member.role not in seen:
            seen.add(member.role)
            lines.append(f"    {member.login}@{DOMAIN}   {known[member.login]}   {VISITORS[member.role]}")
    return [
        *lines,
        f"  Les autres mots de passe : {home / 'keys' / 'demo.json'}",
        "  Une maison à vous, vide : ./egards.py new DOSSIER",
    ]


@contextmanager
def _bar() -> Iterator[tqdm[Never]]:
    """A bar on a terminal; one sentence elsewhere."""
    if not sys.stderr.isatty():
        print("Première ouverture : la démonstration se remplit, une minute environ…", file=sys.stderr, flush=True)
    form = "{desc} {percentage:3.0f} % |{bar:30}| encore {remaining}"
    with tqdm(desc="Maison Lindelle prend vie", total=0, disable=not sys.stderr.isatty(), bar_format=form) as bar:
        yield bar


def _grow(bar: tqdm[Never], steps: int) -> None:
    bar.total = (bar.total or 0) + steps
    bar.refresh()


@contextmanager
def _helpers(bar: tqdm[Never], until: str) -> Iterator[list[subprocess.Popen[str]]]:
    """The other processes; they end with this one, whatever ends it."""
    command = [sys.executable, "-m", "egards.cli.child", "town-helper"]
    running = [
        subprocess.Popen([*command, str(share), str(PROCESSES), until], stdout=subprocess.PIPE, text=True)
        for share in range(1, PROCESSES)
    ]
    readers = [threading.Thread(target=_read, args=(helper.stdout, bar), daemon=True) for helper in running]
    try:
        for reader in readers:
            reader.start()
        yield running
    finally:
        for helper in running:
            helper.terminate()
            helper.wait()
        for reader in readers:
            reader.join()


def _read(said: IO[str] | None, bar: tqdm[Never]) -> None:
    for line in said or ():
        word, _space, number = line.strip().partition(" ")
        if word == "of":
            _grow(bar, int(number))
        else:
            bar.update(int(number))
