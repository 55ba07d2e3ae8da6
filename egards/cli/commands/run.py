"""``egards run``."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path

from egards.cli import demo
from egards.cli.backup import backup_keys_folder
from egards.cli.house import HouseError
from egards.cli.mail_door import WrongAddress, listening_at
from egards.cli.supervisor import address, free_port, parts, prepare_pages, supervise, wait_for_pages
from egards.cli.vault import drop_old_keys
from egards.consent.loading import load_pack
from egards.core.clock import is_told_by_file, now
from egards.core.house_mark import MarkedOtherwise, is_demo, is_marked, mark_house
from egards.intake.files import sweep_uploads
from egards.interactions.models import Interaction
from egards.workspace.beginning.key import first_page_address, is_new


def handle(args: argparse.Namespace) -> int:
    """Open the house until Ctrl-C. A new one on our own database, for this machine only, is the demo."""
    if is_told_by_file() and is_marked() and not is_demo():
        raise HouseError("EGARDS_CLOCK est réservée aux maisons d’essai : celle-ci est à quelqu’un.")
    is_ours = args.empty or args.house.cluster is None or not demo.is_for_here(args.host)
    is_town = demo.is_or_becomes_demo(is_wanted=not is_ours)
    if is_town:
        demo.check_hosts(args.host)
    has_door = not is_town and _is_door_asked()
    port = free_port(args.port, args.host)
    url = os.environ["EGARDS_URL"] = address(args.host, port)
    sweep_uploads(args.house.home)
    prepare_pages()
    load_pack()
    if is_town:
        demo.fill_house()
    elif is_ours and not is_told_by_file():
        keep_empty()
    if port != args.port:
        print(f"Le port {args.port} est pris.", file=sys.stderr)
    print("Égards s’ouvre…", file=sys.stderr)
    stop = threading.Event()
    threading.Thread(target=_say_hello, args=(_hello(url, args.house.home), args.host, port, stop), daemon=True).start()
    running = parts(args.host, port, with_town=is_town, with_mail_door=has_door)
    supervise(running, stop=stop, daily=_keep_keys_young)
    print("La maison est fermée.", file=sys.stderr)
    return 0


def keep_empty() -> None:
    """Say for good that this house is somebody's own. Raises ``HouseError`` in a demo."""
    try:
        mark_house(is_demo=False)
    except MarkedOtherwise:
        raise HouseError("cette maison est une démonstration. Pour une maison vide : egards new DOSSIER.") from None


def _is_door_asked() -> bool:
    """Whether letters may be handed over by another mail server, at an address where that may be."""
    said = os.environ.get("EGARDS_LMTP", "")
    try:
        return bool(said) and bool(listening_at(said))
    except WrongAddress as error:
        raise HouseError(str(error)) from None


def _keep_keys_young() -> None:
    """Destroy the backup keys that are past their time: what they closed cannot be read any more."""
    drop_old_keys(backup_keys_folder(), now().date())


def _say_hello(hello: str, host: str, port: int, stop: threading.Event) -> None:
    """Say where the house is only once it answers there: an address that refuses its first visitor looks broken."""
    if wait_for_pages(host, port, stop=stop):
        print(hello, flush=True)


def _hello(url: str, home: Path) -> str:
    lines = [f"Égards est ouvert : {url} (Ctrl-C pour fermer)"]
    if is_demo():
        lines += demo.hello(url, home)
    elif is_new():
        lines += [
            "Personne n’a encore de compte. La première page, en cinq étapes (gardez cette adresse pour vous) :",
            f"  {first_page_address(url)}",
        ]
    elif not Interaction.objects.exists():
        lines += [
            "Aucun mot n’est encore entré. Les vôtres (e-mails, .csv, .xlsx, .jsonl), ou ceux d’essai :",
            "  ./egards.py import exemples/ --brand Lindelle",
        ]
    return "\n".join(lines)
